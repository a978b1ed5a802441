package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.bundle.ClassSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Says whether drawn lines look like one person's handwriting, from their pixels: one pen, one slant, one x-height, one
 * baseline, gaps as of a hand where letters are not joined, whole letters. A pure function; thread-safe.
 *
 * <p>The bounds come from pages that people found good and from faults that they saw: outside them something is broken,
 * inside them a page may still be ugly.
 */
public final class PageJudge {
    /** With fewer observations a figure says nothing. */
    private static final int LEAST_OBSERVATIONS = 12;

    private static final double INK = .35;

    private PageJudge() {}

    /**
     * The figures of a page; lengths in x-heights, NaN where there was too little to measure.
     *
     * @param penLogSd standard deviation of the logarithm of the pen's width over letters and digits
     * @param tallToSmallPen median pen of tall letters over that of small ones
     * @param slantSd standard deviation of what letters lean beyond their class
     * @param xHeightCv variation of the height of small letters
     * @param baselineRms deviation of feet from the baseline
     * @param gapMedian median gap between letters of a word
     * @param gapSd standard deviation of these gaps
     * @param touching share of neighbours in a word whose ink touches
     * @param wholeShare share of glyphs with the pieces and holes of their class
     * @param inside whether all ink lies on the canvas
     * @param twins pairs of the same class in one word that have the same pixels
     * @param alarms what is out of bounds, each a sentence; empty for a good page
     */
    public record Verdict(
            double penLogSd,
            double tallToSmallPen,
            double slantSd,
            double xHeightCv,
            double baselineRms,
            double gapMedian,
            double gapSd,
            double touching,
            double wholeShare,
            boolean inside,
            int twins,
            List<String> alarms) {
        public Verdict {
            alarms = List.copyOf(alarms);
        }
    }

    /** Judges the lines of one page, drawn by one hand at one height. */
    public static Verdict judge(List<LineDrawing> page, List<ClassSpec> classes) {
        Observations seen = new Observations();
        for (LineDrawing line : page) {
            observe(line, classes, seen);
        }
        return verdict(seen);
    }

    private static final class Observations {
        final List<Double> logPens = new ArrayList<>();
        final List<Double> tallPens = new ArrayList<>();
        final List<Double> smallPens = new ArrayList<>();
        final List<Double> slants = new ArrayList<>();
        final List<Double> smallHeights = new ArrayList<>();
        final List<Double> feet = new ArrayList<>();
        final List<Double> gaps = new ArrayList<>();
        final List<Double> whole = new ArrayList<>();
        boolean inside = true;
        int twins;
    }

    /** One glyph alone on the canvas. */
    @SuppressWarnings("ArrayRecordComponent") // stays in this class, which compares the pixels themselves
    private record Sample(
            LineDrawing.PlacedGlyph glyph, ClassSpec spec, float[] ink, int left, int top, int width, int height) {
        float at(int row, int column) {
            return ink[row * width + column];
        }

        /** First or last row whose darkest pixel is at least half ink, from the canvas' top; -1 for none. */
        int edgeRow(boolean last) {
            for (int i = 0; i < height; i++) {
                int row = last ? height - 1 - i : i;
                for (int column = 0; column < width; column++) {
                    if (at(row, column) >= .5) {
                        return top + row;
                    }
                }
            }
            return -1;
        }
    }

    private static void observe(LineDrawing line, List<ClassSpec> classes, Observations seen) {
        double unit = line.format().xHeightPx();
        Nib nib = new Nib();
        List<Sample> word = new ArrayList<>();
        for (LineDrawing.PlacedGlyph glyph : line.glyphs()) {
            Sample sample = sample(line, glyph, classes.get(glyph.classIndex()), nib, seen);
            if (glyph.startsWord()) {
                word.clear();
            }
            if (sample.width() > 0 && sample.height() > 0) {
                observeGlyph(sample, line, unit, seen);
                observeNeighbours(sample, word, unit, seen);
                word.add(sample);
            }
        }
    }

    private static Sample sample(
            LineDrawing line, LineDrawing.PlacedGlyph glyph, ClassSpec spec, Nib nib, Observations seen) {
        float radius = glyph.penRadiusPx();
        if (glyph.isJoined()) {
            float[] box = glyph.ligature().bounds();
            seen.inside &= box[0] - radius >= 0
                    && box[1] - radius >= 0
                    && box[2] + radius <= line.widthPx()
                    && box[3] + radius <= line.heightPx();
        }
        nib.trace(glyph.strokes(), 1, 0, 0, radius + .5f, line.widthPx(), line.heightPx());
        if (!glyph.strokes().isEmpty()) {
            float[] box = glyph.strokes().bounds();
            seen.inside &= box[0] - radius >= 0
                    && box[1] - radius >= 0
                    && box[2] + radius <= line.widthPx()
                    && box[3] + radius <= line.heightPx();
        }
        float[] ink = new float[nib.width() * nib.height()];
        for (int row = 0; row < nib.height(); row++) {
            for (int column = 0; column < nib.width(); column++) {
                ink[row * nib.width() + column] = nib.coverage(row, column, radius, 1);
            }
        }
        return new Sample(glyph, spec, ink, nib.left(), nib.top(), nib.width(), nib.height());
    }

    private static void observeGlyph(Sample sample, LineDrawing line, double unit, Observations seen) {
        ClassSpec spec = sample.spec();
        InkShape shape = InkShape.of(sample.ink(), sample.width(), sample.height());
        boolean whole = (spec.pieces() < 0 || shape.pieces() == spec.pieces())
                && (spec.holes() < 0 || shape.holes() == spec.holes());
        seen.whole.add(whole ? 1.0 : 0.0);
        int character = spec.character().codePointAt(0);
        if (!Character.isLetterOrDigit(character)) {
            return;
        }
        boolean stands = Math.abs(spec.bottom()) < .1;
        boolean small = stands && spec.height() < 1.25;
        boolean tall = stands && spec.height() >= 1.3;
        double pen = penWidth(sample, shape.pieces() - shape.holes()) / unit;
        seen.logPens.add(StrictMath.log(pen));
        if (small) {
            seen.smallPens.add(pen);
            seen.smallHeights.add((sample.edgeRow(true) + 1 - sample.edgeRow(false)) / unit);
        } else if (tall) {
            seen.tallPens.add(pen);
        }
        if (spec.slantFactor() > .5) {
            seen.slants.add(shape.slant() - spec.slant());
        }
        if (stands) {
            seen.feet.add((sample.edgeRow(true) + 1 - line.baselinePx()) / unit);
        }
    }

    /**
     * Width of the pen of which the ink is a trace, in pixels, from its area, its outline's length and its pieces less holes:
     * a ribbon of length l has area l * t and outline 2 * l, and each piece adds two round ends.
     */
    private static double penWidth(Sample sample, int euler) {
        double area = 0;
        double outline = 0;
        for (int row = -1; row < sample.height(); row++) {
            for (int column = -1; column < sample.width(); column++) {
                float here = inkAt(sample, row, column);
                area += here;
                outline += Math.hypot(inkAt(sample, row, column + 1) - here, inkAt(sample, row + 1, column) - here);
            }
        }
        if (euler == 0) {
            return 2 * area / outline;
        }
        double root = Math.sqrt(Math.max(0, outline * outline - 4 * Math.PI * euler * area));
        return (outline - root) / (Math.PI * euler);
    }

    private static float inkAt(Sample sample, int row, int column) {
        boolean inside = row >= 0 && column >= 0 && row < sample.height() && column < sample.width();
        return inside ? sample.at(row, column) : 0;
    }

    private static void observeNeighbours(Sample sample, List<Sample> word, double unit, Observations seen) {
        if (!word.isEmpty() && !word.get(word.size() - 1).glyph().isJoined()) {
            double gap = leastGap(word.get(word.size() - 1), sample, (int) Math.round(.1 * unit)) / unit;
            if (gap < Double.POSITIVE_INFINITY) {
                seen.gaps.add(gap);
            }
        }
        for (Sample earlier : word) {
            boolean sameClass = earlier.glyph().classIndex() == sample.glyph().classIndex();
            boolean sameSize = earlier.width() == sample.width() && earlier.height() == sample.height();
            if (sameClass && sameSize && Arrays.equals(earlier.ink(), sample.ink())) {
                seen.twins++;
            }
        }
    }

    /** Fewest pixels from ink of one glyph to ink of the next in rows no farther apart than {@code reach}. */
    private static double leastGap(Sample before, Sample after, int reach) {
        double least = Double.POSITIVE_INFINITY;
        for (int row = 0; row < after.height(); row++) {
            int left = firstInk(after, row);
            for (int other = row - reach; left >= 0 && other <= row + reach; other++) {
                int beforeRow = other + after.top() - before.top();
                int right = beforeRow >= 0 && beforeRow < before.height() ? lastInk(before, beforeRow) : -1;
                if (right >= 0) {
                    least = Math.min(least, after.left() + left - (before.left() + right + 1));
                }
            }
        }
        return least;
    }

    private static int firstInk(Sample sample, int row) {
        for (int column = 0; column < sample.width(); column++) {
            if (sample.at(row, column) >= INK) {
                return column;
            }
        }
        return -1;
    }

    private static int lastInk(Sample sample, int row) {
        for (int column = sample.width() - 1; column >= 0; column--) {
            if (sample.at(row, column) >= INK) {
                return column;
            }
        }
        return -1;
    }

    private static Verdict verdict(Observations seen) {
        double penLogSd = sd(seen.logPens);
        double tallToSmallPen = median(seen.tallPens) / median(seen.smallPens);
        double slantSd = sd(seen.slants);
        double xHeightCv = sd(seen.smallHeights) / mean(seen.smallHeights);
        double baselineRms = sd(seen.feet);
        double gapMedian = median(seen.gaps);
        double gapSd = sd(seen.gaps);
        double touching =
                mean(seen.gaps.stream().map(gap -> gap <= 0 ? 1.0 : 0.0).toList());
        double wholeShare = mean(seen.whole);
        List<String> alarms = new ArrayList<>();
        check(alarms, "pen log sd", penLogSd, 0, .10);
        check(alarms, "pen of tall over small letters", tallToSmallPen, .9, 1.2);
        check(alarms, "slant sd", slantSd, 0, .12);
        check(alarms, "x-height cv", xHeightCv, 1e-6, .15);
        check(alarms, "baseline rms", baselineRms, 1e-6, .10);
        check(alarms, "gap median", gapMedian, .08, .25);
        check(alarms, "gap sd", gapSd, 1e-6, .15);
        check(alarms, "touching share", touching, 0, .06);
        check(alarms, "share of whole glyphs", wholeShare, .9, 1);
        if (!seen.inside) {
            alarms.add("ink lies outside the canvas");
        }
        if (seen.twins > 0) {
            alarms.add(seen.twins + " pairs of equal letters in one word");
        }
        return new Verdict(
                penLogSd,
                tallToSmallPen,
                slantSd,
                xHeightCv,
                baselineRms,
                gapMedian,
                gapSd,
                touching,
                wholeShare,
                seen.inside,
                seen.twins,
                alarms);
    }

    private static void check(List<String> alarms, String name, double figure, double least, double most) {
        if (figure < least || figure > most) {
            alarms.add(String.format(Locale.ROOT, "%s is %.3f, not in %.3f to %.3f", name, figure, least, most));
        }
    }

    private static double mean(List<Double> values) {
        if (values.size() < LEAST_OBSERVATIONS) {
            return Double.NaN;
        }
        return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    }

    private static double sd(List<Double> values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.size());
    }

    private static double median(List<Double> values) {
        if (values.size() < LEAST_OBSERVATIONS) {
            return Double.NaN;
        }
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
