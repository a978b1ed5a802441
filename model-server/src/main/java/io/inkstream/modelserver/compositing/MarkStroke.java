package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.compositing.LineDrawing.PlacedGlyph;
import io.inkstream.schemas.hand.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The line that a pen draws over or under letters, in pixels of the canvas. A pure function of its arguments.
 *
 * @param strokes one stroke
 */
record MarkStroke(PenMark.Kind kind, Strokes strokes, float penRadiusPx) {
    // Lengths are x-heights.
    private static final double UNDER = .34;
    private static final double THROUGH = .46;
    private static final double HEIGHT_SD = .05;
    private static final double SLOPE_SD = .012;
    private static final double BEYOND = .1;
    private static final double WAVE = .025;
    private static final double STEP = .3;
    private static final double ZIGZAG = .24;
    private static final double LIMIT = 2;

    /**
     * Draws one.
     *
     * @param random decides how straight it is
     * @param mark of letters that the line has
     */
    static MarkStroke of(PenMark mark, List<PlacedGlyph> glyphs, LineFormat format, int widthPx, CounterRandom random) {
        List<PlacedGlyph> marked = glyphs.subList(mark.first(), mark.last() + 1);
        List<float[]> lines = marked.stream()
                .flatMap(glyph -> glyph.strokes().lines().stream())
                .toList();
        float radius = marked.get(0).penRadiusPx();
        if (lines.isEmpty()) {
            return new MarkStroke(mark.kind(), new Strokes(List.of()), radius);
        }
        float[] box = new Strokes(lines).bounds();
        double unit = format.xHeightPx();
        double edge = radius + .5;
        double from = Math.max(edge, box[0] - BEYOND * unit);
        double to = Math.max(from, Math.min(widthPx - edge, box[2] + BEYOND * unit));
        float[] line =
                switch (mark.kind()) {
                    case UNDERLINE -> straight(from, to, format.baselinePx() + UNDER * unit, unit, random);
                    case STRIKE -> straight(from, to, format.baselinePx() - THROUGH * unit, unit, random);
                    case SCRIBBLE -> zigzag(from, to, box, unit, random);
                };
        for (int i = 1; i < line.length; i += 2) {
            line[i] = (float) Math.max(edge, Math.min(format.heightPx() - edge, line[i]));
        }
        return new MarkStroke(mark.kind(), new Strokes(List.of(line)), radius);
    }

    /** As straight as a hand draws it. */
    private static float[] straight(double from, double to, double y, double unit, CounterRandom random) {
        double middle = y + HEIGHT_SD * unit * random.nextGaussianWithin(LIMIT);
        double slope = SLOPE_SD * random.nextGaussianWithin(LIMIT);
        double phase = 2 * StrictMath.PI * random.nextUniform();
        int steps = Math.max(1, (int) Math.ceil((to - from) / (STEP * unit)));
        float[] line = new float[2 * (steps + 1)];
        for (int i = 0; i <= steps; i++) {
            double x = from + (to - from) * i / steps;
            line[2 * i] = (float) x;
            line[2 * i + 1] =
                    (float) (middle + slope * (x - (from + to) / 2) + WAVE * unit * StrictMath.sin(phase + .9 * i));
        }
        return line;
    }

    /** Up and down over the letters. */
    private static float[] zigzag(double from, double to, float[] box, double unit, CounterRandom random) {
        List<Float> points = new ArrayList<>();
        boolean isUp = false;
        for (double x = from; x < to; x += ZIGZAG * unit * (1 + .25 * random.nextGaussianWithin(LIMIT))) {
            double y = (isUp ? box[1] : box[3]) + .08 * unit * random.nextGaussianWithin(LIMIT);
            points.add((float) x);
            points.add((float) y);
            isUp = !isUp;
        }
        points.add((float) to);
        points.add((box[1] + box[3]) / 2);
        float[] line = new float[points.size()];
        for (int i = 0; i < line.length; i++) {
            line[i] = points.get(i);
        }
        return line;
    }
}
