package io.inkstream.topology.pages;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.Ruling;
import io.inkstream.topology.layout.Advances;
import io.inkstream.topology.layout.PageGeometry;
import java.util.ArrayList;
import java.util.List;

/** What is printed on the paper of a page before it is written on: lines that the writing stands on, or squares. */
final class Print {
    private static final double LINE_MM = .2;
    private static final int MARGIN_LINE = 0xe39a9a;
    /** How far left of the writing its margin line is, in x-heights. */
    private static final double BEFORE_WRITING = .6;
    /** Baseline from the top of a line, over its height. */
    private static final double BASELINE = 2 / Advances.LINE_HEIGHT;
    /** How far below the baseline the line is on which the pen runs, in x-heights. */
    private static final double BELOW_BASELINE = .08;

    private Print() {}

    /** A bar of one colour, 0xRRGGBB, edges in pixels of the page. */
    record Bar(double left, double top, double right, double bottom, int colour) {}

    /** All bars, the later over the earlier. */
    static List<Bar> of(PageGeometry geometry, LayoutOptions layout) {
        Ruling ruling = Ruling.of(layout);
        List<Bar> bars = new ArrayList<>();
        if (ruling.linesOfPitch() == 0) {
            return bars;
        }
        double half = Math.max(1, Appearance.of(layout).pixels(LINE_MM)) / 2;
        double step = geometry.pitch() / ruling.linesOfPitch();
        double first = geometry.margin() + BASELINE * layout.getLineHeightPx() + BELOW_BASELINE * geometry.xHeight();
        // A ruled sheet has no line above the first line of writing; squares go on to the edges.
        double top = ruling.isSquared() ? first - step * Math.floor(first / step) : first;
        for (double y = top; y < geometry.heightPx() - (ruling.isSquared() ? 0 : step / 3); y += step) {
            bars.add(new Bar(0, y - half, geometry.widthPx(), y + half, ruling.lines()));
        }
        if (ruling.isSquared()) {
            for (double x = geometry.margin() % step; x < geometry.widthPx(); x += step) {
                bars.add(new Bar(x - half, 0, x + half, geometry.heightPx(), ruling.lines()));
            }
        }
        if (ruling.hasMarginLine()) {
            double x = geometry.margin() - BEFORE_WRITING * geometry.xHeight();
            bars.add(new Bar(x - half, 0, x + half, geometry.heightPx(), MARGIN_LINE));
        }
        return bars;
    }
}
