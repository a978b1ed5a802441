package io.inkstream.topology.plan;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import java.util.Optional;

/** The layout options that can be met. */
final class LayoutLimits {
    /** Two line heights are 6.4 x-heights, more than twice the widest letter. */
    static final int MIN_WIDTH_IN_HEIGHTS = 2;

    static final int MAX_WIDTH_IN_HEIGHTS = 256;

    static final double MAX_OVERLAP = 1.0 / 3;
    static final int MAX_LINES_PER_PAGE = 200;

    /** A third may have been a float, or been rounded in somebody's JSON. */
    private static final double ROUNDING = 1e-6;

    private LayoutLimits() {}

    /** Says which option cannot be met, if one cannot. */
    static Optional<String> fault(LayoutOptions layout) {
        int height = layout.getLineHeightPx();
        int width = layout.getLineWidthPx();
        double overlap = layout.getMaxOverlap();
        if (height < Limits.MIN_LINE_HEIGHT_PX || height > Limits.MAX_LINE_HEIGHT_PX) {
            return Optional.of("lineHeightPx is " + height + ", not " + Limits.MIN_LINE_HEIGHT_PX + " to "
                    + Limits.MAX_LINE_HEIGHT_PX);
        }
        int least = MIN_WIDTH_IN_HEIGHTS * height;
        int most = Math.min(Limits.MAX_LINE_WIDTH_PX, MAX_WIDTH_IN_HEIGHTS * height);
        if (width < least || width > most) {
            return Optional.of("lineWidthPx is " + width + ", not " + least + " to " + most + " for lines of " + height
                    + " pixels");
        }
        if (!(overlap >= 0 && overlap <= MAX_OVERLAP + ROUNDING)) {
            return Optional.of("maxOverlap is " + overlap + ", not 0 to 1/3");
        }
        int lines = layout.getLinesPerPage();
        if (layout.getPages() && (lines < 1 || lines > MAX_LINES_PER_PAGE)) {
            return Optional.of("linesPerPage is " + lines + ", not 1 to " + MAX_LINES_PER_PAGE);
        }
        return Optional.empty();
    }
}
