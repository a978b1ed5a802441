package io.inkstream.trainer.lines;

import static io.inkstream.schemas.reading.LineView.NETWORK_HEIGHT;

import io.inkstream.schemas.reading.LineView;

/** Fits views to what a network gets: pictures of some few widths, so that its buffers are few. */
final class LinePictures {
    private LinePictures() {}

    /** Frames in which a network sees a view; those of the paper beyond it are not asked. */
    static int frames(LineView view) {
        return view.columns() / LineReaderShape.COLUMNS_PER_STEP * LineReaderShape.FRAMES_PER_STEP;
    }

    /** A picture [rows, columns] of a view, 0 is paper and 1 is ink. */
    static float[] picture(LineView view, int columns) {
        float[] picture = new float[NETWORK_HEIGHT * columns];
        view.shrink(picture, 0, columns);
        return picture;
    }
}
