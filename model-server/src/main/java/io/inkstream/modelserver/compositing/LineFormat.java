package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.LayoutOption;

/**
 * The canvas of a line, and how letters are set on it.
 *
 * @param layout the options that a drawing depends on, within the bounds of {@link LayoutOption}; but a line may be up to
 *     {@link Limits#MAX_LINE_WIDTH_PX} wide at every height. Copied in, and not to be written
 */
public record LineFormat(LayoutOptions layout) {

    /** @throws UndrawableLineException if an option is out of its bounds */
    public LineFormat {
        for (LayoutOption option : LayoutOption.values()) {
            if (option.isDrawn() && option != LayoutOption.LINE_WIDTH_PX && option != LayoutOption.FORMAT) {
                LayoutOption.Bounds bounds = option.bounds(layout);
                if (!bounds.has(option.of(layout))) {
                    throw new UndrawableLineException(option.field() + " is " + bounds + ", got " + option.of(layout));
                }
            }
        }
        int leastWidthPx = LayoutOption.MIN_WIDTH_IN_HEIGHTS * layout.getLineHeightPx();
        if (layout.getLineWidthPx() < leastWidthPx || layout.getLineWidthPx() > Limits.MAX_LINE_WIDTH_PX) {
            throw new UndrawableLineException("a line of " + layout.getLineHeightPx() + " pixels height is "
                    + leastWidthPx + " to " + Limits.MAX_LINE_WIDTH_PX + " pixels wide, got "
                    + layout.getLineWidthPx());
        }
        layout = LayoutOptions.newBuilder(layout).build();
    }

    /**
     * One with the defaults of all other options.
     *
     * @param heightPx height of the image; one x-height is this divided by 3.2
     * @param maxWidthPx the image is never wider
     * @param maxOverlap share of the narrower of two neighbouring ink boxes that may overlap, 0 to 1/3
     * @throws UndrawableLineException if one is out of its bounds
     */
    public LineFormat(int heightPx, int maxWidthPx, double maxOverlap) {
        this(LayoutOptions.newBuilder()
                .setLineHeightPx(heightPx)
                .setLineWidthPx(maxWidthPx)
                .setMaxOverlap(maxOverlap)
                .build());
    }

    /** Height of the image. */
    public int heightPx() {
        return layout.getLineHeightPx();
    }

    /** The image is never wider. */
    public int maxWidthPx() {
        return layout.getLineWidthPx();
    }

    /** How far above the baseline the path of a pen may go, in x-heights: its ink keeps a rim of one white pixel. */
    double roomAbove(double radius) {
        return baselinePx() / xHeightPx() - (1 / xHeightPx() + radius);
    }

    /** How far below the baseline. */
    double roomBelow(double radius) {
        return (heightPx() - baselinePx()) / xHeightPx() - (1 / xHeightPx() + radius);
    }

    /** Pixels of one x-height. */
    double xHeightPx() {
        return heightPx() / 3.2;
    }

    /** Row of the baseline: two x-heights below the top, for an ascender's 1.9 and the pen, and 1.2 above the bottom. */
    double baselinePx() {
        return heightPx() * (2.0 / 3.2);
    }
}
