package io.inkstream.trainer.lines;

import static io.inkstream.schemas.reading.LineView.NETWORK_HEIGHT;

import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Lstm;
import io.inkstream.trainer.nn.Slice;
import java.util.List;

/**
 * Describes a reader of lines: five 3x3 convolutions with batch norm, a recurrent layer that reads both ways, and at every
 * step of it, which is four columns, the logits of two frames.
 *
 * <p>The convolutions stride by 2 x 2, 2 x 2, 2 x 1, 2 x 1 and 1 x 1 (rows, columns), so that two rows are left.
 *
 * @param channels of the five convolutions
 * @param cells of the recurrent layer, each way
 * @param classes the blank and the characters
 */
public record LineReaderShape(List<Integer> channels, int cells, int classes) {
    static final int CONVOLUTIONS = 5;
    /** Columns of the picture for each step of the recurrent layer. */
    public static final int COLUMNS_PER_STEP = 4;
    /** Frames for each step of the recurrent layer. */
    public static final int FRAMES_PER_STEP = 2;

    private static final int[] DOWN = {2, 2, 2, 2, 1};
    private static final int[] RIGHT = {2, 2, 1, 1, 1};

    public LineReaderShape {
        channels = List.copyOf(channels);
        if (channels.size() != CONVOLUTIONS || channels.stream().anyMatch(c -> c < 1) || cells < 1 || classes < 2) {
            throw new IllegalArgumentException("a reader has " + CONVOLUTIONS
                    + " convolutions and cells of at least 1, and two classes, not " + channels + ", " + cells + " and "
                    + classes);
        }
    }

    /** The shape that serves. */
    public static LineReaderShape standard(int classes) {
        return new LineReaderShape(List.of(24, 48, 80, 112, 128), 128, classes);
    }

    Conv2d.Shape conv(int layer, int networkWidth) {
        int height = NETWORK_HEIGHT;
        int width = networkWidth;
        for (int i = 0; i < layer; i++) {
            height /= DOWN[i];
            width /= RIGHT[i];
        }
        int inputs = layer == 0 ? 1 : channels.get(layer - 1);
        return new Conv2d.Shape(inputs, channels.get(layer), height, width, 3, DOWN[layer], RIGHT[layer], 1);
    }

    /** Stride of a convolution, over rows and columns. */
    public static int[] strides(int layer) {
        return new int[] {DOWN[layer], RIGHT[layer]};
    }

    /** Numbers that a step of the recurrent layer gets: two rows of the last convolution. */
    public int features() {
        return 2 * channels.get(CONVOLUTIONS - 1);
    }

    /** Where each parameter lies in the parameter vector, and each running statistic in the statistics vector. */
    static final class Places {
        final Layout parameters = new Layout();
        final Layout statistics = new Layout();
        final Slice[] conv = new Slice[CONVOLUTIONS];
        final Slice[] scale = new Slice[CONVOLUTIONS];
        final Slice[] shift = new Slice[CONVOLUTIONS];
        final Slice[] norm = new Slice[CONVOLUTIONS];
        final Lstm.Places onward;
        final Lstm.Places back;
        final Slice logits;
        final Slice logitsBias;

        Places(LineReaderShape shape) {
            for (int i = 0; i < CONVOLUTIONS; i++) {
                int channels = shape.channels().get(i);
                conv[i] = shape.conv(i, NETWORK_HEIGHT).reserveWeights(parameters, "conv" + (i + 1));
                scale[i] = parameters.reserve("norm" + (i + 1) + ".scale", channels);
                shift[i] = parameters.reserve("norm" + (i + 1) + ".shift", channels);
                norm[i] = statistics.reserve("norm" + (i + 1), 2, channels);
            }
            onward = Lstm.Places.reserve(parameters, "onward", shape.features(), shape.cells());
            back = Lstm.Places.reserve(parameters, "back", shape.features(), shape.cells());
            logits = parameters.reserve("logits", 2 * shape.cells(), FRAMES_PER_STEP * shape.classes());
            logitsBias = parameters.reserve("logits.bias", FRAMES_PER_STEP * shape.classes());
        }
    }
}
