package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.joins.Join;
import io.inkstream.schemas.hand.CounterRandom;
import io.inkstream.schemas.hand.CounterRandom.Purpose;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.schemas.layout.TabStops;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets letter forms of one hand to a line: on one baseline, at optical distances, each a little different from its
 * sisters. A pure function of its arguments; thread-safe.
 *
 * <p>The layout is computed in x-heights, so a line has the same shape at every height.
 */
public final class LineComposer {
    /** Blank margin left and right of the ink. */
    private static final double MARGIN = .25;

    private static final double LEAST_WORD_SPACE = .8;
    private static final double BASELINE_STEP = .021;
    private static final double BASELINE_MEMORY = .8;
    private static final double BASELINE_WAVE = .05;
    private static final double BASELINE_WAVE_GLYPHS = 57;
    /** Bends of an occurrence's strokes: enough to tell twins apart, too small to look like another letter. */
    private static final double WARP_SD = .02;

    private static final double JITTER_LIMIT = 2.2;

    /** How far a word space may reach under an overhang of the word before. */
    private static final double WORD_SPACE_OVERHANG = .15;

    /** Where a line would run over, word spaces give up to this share, but keep at least the second figure. */
    private static final double WORD_SPACE_GIVE = .25;

    private static final double CLOSED_WORD_SPACE = .65;
    /** Then letters are condensed to no less than this share of their width; beyond it all is pressed together alike. */
    private static final double NARROWEST = .5;

    private LineComposer() {}

    /**
     * Draws a line.
     *
     * @param glyphs from left to right, {@link LineGlyph#WORD_SPACE} and {@link LineGlyph#TAB} among them
     * @param format the canvas; its irregularity scales every jitter
     * @param marks of the pen over and under letters
     * @param seed seed of the document; with {@code lineIndex} it decides every jitter
     */
    public static LineDrawing compose(
            List<LineGlyph> glyphs,
            HandTraits traits,
            LineFormat format,
            List<PenMark> marks,
            long seed,
            int lineIndex) {
        HandTraits hand = traits.in(format.layout());
        List<Letter> apart = letters(glyphs, hand, format, seed, lineIndex);
        double joining = hand.joining(format.layout());
        double haste = hand.of(Trait.HASTE);
        JoinedLetters joined = joining > 0
                ? JoinedLetters.join(
                        apart,
                        new JoinedLetters.Choice(joining, haste, hand.of(Trait.X_HEIGHT), format, seed, lineIndex))
                : JoinedLetters.apart(apart);
        double measure = (format.maxWidthPx() - 1) / format.xHeightPx() - 2 * MARGIN;
        Closeness closeness = new Closeness(format.layout().getMaxOverlap(), hand.of(Trait.LEAST_GAP));
        Setting setting = fit(joined, closeness, measure);

        double unit = format.xHeightPx();
        double originPx = .5 + (MARGIN - setting.left()) * unit;
        List<LineDrawing.PlacedGlyph> placed = new ArrayList<>();
        for (int i = 0; i < apart.size(); i++) {
            Letter letter = apart.get(i);
            Place place = new Place(originPx, setting.offsets()[i], setting.condense(), format.baselinePx(), unit);
            Strokes form = place.pixels(letter.form());
            placed.add(new LineDrawing.PlacedGlyph(
                    letter.glyph().classIndex(),
                    letter.glyph().text(),
                    letter.glyph().character(),
                    letter.startsWord(),
                    joining > 0 ? place.pixels(joined.drawn(i)) : form,
                    letter.body() > 0 ? letter.form().lines().size() - letter.body() : 0,
                    form.first(letter.glyph().form().readable()),
                    place.pixels(new Strokes(
                            joined.after(i).map(Join::ligature).stream().toList())),
                    (float) (letter.radius() * unit),
                    letter.glyph().variant()));
        }
        List<LineDrawing.PlacedGlyph> written = HastyPen.write(placed, haste, unit);
        int widthPx = (int) Math.ceil((setting.right() - setting.left() + 2 * MARGIN) * unit + 1 - 1e-9);
        int canvasPx = Math.min(widthPx, format.maxWidthPx());
        List<MarkStroke> drawnMarks = new ArrayList<>();
        for (PenMark mark : marks) {
            CounterRandom random = new CounterRandom(seed, Purpose.PEN_MARK, lineIndex, drawnMarks.size());
            drawnMarks.add(MarkStroke.of(mark, written, format, canvasPx, random));
        }
        return new LineDrawing(format, canvasPx, written, drawnMarks);
    }

    /** Where a letter stands on the canvas. */
    private record Place(double originPx, double offset, double condense, double baselinePx, double unit) {
        Strokes pixels(Strokes strokes) {
            List<float[]> lines = new ArrayList<>(strokes.lines().size());
            for (float[] line : strokes.lines()) {
                float[] pixels = new float[line.length];
                for (int k = 0; k < line.length; k += 2) {
                    pixels[k] = (float) (originPx + unit * (offset + condense * line[k]));
                    pixels[k + 1] = (float) (baselinePx + unit * line[k + 1]);
                }
                lines.add(pixels);
            }
            return new Strokes(lines);
        }
    }

    /** Where the letters of a line stand; left and right are its ink's. */
    @SuppressWarnings("ArrayRecordComponent") // stays in this class, which compares no two settings
    private record Setting(double[] offsets, double condense, double left, double right) {
        double width() {
            return right - left;
        }
    }

    private static List<Letter> letters(
            List<LineGlyph> glyphs, HandTraits hand, LineFormat format, long seed, int lineIndex) {
        double uneven = HandTraits.unevenness(format.layout(), lineIndex);
        double slant = StrictMath.tan(StrictMath.toRadians(format.layout().getSlant()));
        CounterRandom baselineRandom = new CounterRandom(seed, Purpose.BASELINE, lineIndex);
        double phase = 2 * StrictMath.PI * baselineRandom.nextUniform();
        double walk = 0;
        double wordSpace = 0;
        boolean startsWord = true;
        List<Double> beforeTabs = new ArrayList<>();
        List<Letter> letters = new ArrayList<>();
        for (LineGlyph glyph : glyphs) {
            int ordinal = letters.size();
            if (glyph == LineGlyph.WORD_SPACE) {
                CounterRandom random = new CounterRandom(seed, Purpose.SPACING, lineIndex, ordinal, 1);
                double unrest = hand.of(Trait.WORD_SPACE_UNREST);
                double drawn = hand.wordSpace() * (1 + uneven * unrest * random.nextGaussianWithin(JITTER_LIMIT));
                wordSpace += Math.max(Math.min(LEAST_WORD_SPACE, hand.wordSpace() * (1 - unrest)), drawn);
                startsWord = true;
                continue;
            }
            if (glyph == LineGlyph.TAB) {
                beforeTabs.add(wordSpace);
                wordSpace = 0;
                startsWord = true;
                continue;
            }
            walk = BASELINE_MEMORY * walk + uneven * BASELINE_STEP * baselineRandom.nextGaussianWithin(JITTER_LIMIT);
            double rise = walk
                    + uneven
                            * BASELINE_WAVE
                            * StrictMath.sin(phase + 2 * StrictMath.PI * ordinal / BASELINE_WAVE_GLYPHS);
            rise += uneven
                    * hand.of(Trait.BASELINE_UNREST)
                    * new CounterRandom(seed, Purpose.BASELINE, lineIndex, ordinal).nextGaussianWithin(JITTER_LIMIT);
            double radius = hand.pen() / 2 * Math.max(.5, Math.min(2, glyph.penFactor()));
            CounterRandom random = new CounterRandom(seed, Purpose.OCCURRENCE, lineIndex, ordinal);
            Strokes strokes = Squeeze.into(
                    bend(glyph.form().strokes(), random, hand, uneven, slant, rise),
                    format.roomAbove(radius),
                    format.roomBelow(radius));
            double gap = hand.gap()
                    + uneven
                            * hand.of(Trait.GAP_UNREST)
                            * new CounterRandom(seed, Purpose.SPACING, lineIndex, ordinal, 0)
                                    .nextGaussianWithin(JITTER_LIMIT);
            int body = Math.min(glyph.form().readable(), strokes.lines().size());
            letters.add(new Letter(
                    glyph,
                    strokes,
                    strokes,
                    body,
                    radius,
                    gap,
                    format.layout().getLetterSpacing(),
                    startsWord,
                    wordSpace,
                    List.copyOf(beforeTabs)));
            beforeTabs.clear();
            wordSpace = 0;
            startsWord = false;
        }
        return letters;
    }

    /** Sizes, leans and bends a form a little, as no hand writes a letter twice the same; then lifts it. */
    private static Strokes bend(
            Strokes form, CounterRandom random, HandTraits hand, double uneven, double slant, double rise) {
        if (form.isEmpty()) {
            return form;
        }
        float[] box = form.bounds();
        double middleX = (box[0] + box[2]) / 2;
        double middleY = (box[1] + box[3]) / 2;
        double halfWidth = Math.max(.3, (box[2] - box[0]) / 2);
        double halfHeight = Math.max(.3, (box[3] - box[1]) / 2);
        double size = 1 + uneven * hand.of(Trait.SIZE_UNREST) * random.nextGaussianWithin(JITTER_LIMIT);
        double lean = slant + uneven * hand.of(Trait.SLANT_UNREST) * random.nextGaussianWithin(JITTER_LIMIT);
        double[] warp = new double[8];
        for (int i = 0; i < warp.length; i++) {
            warp[i] = uneven * WARP_SD * random.nextGaussianWithin(JITTER_LIMIT);
        }
        List<float[]> lines = new ArrayList<>(form.lines().size());
        for (float[] line : form.lines()) {
            float[] bent = new float[line.length];
            for (int i = 0; i < line.length; i += 2) {
                double x = line[i];
                double y = line[i + 1];
                double s = (x - middleX) / halfWidth;
                double t = (y - middleY) / halfHeight;
                double dx = warp[0] * s + warp[1] * t * t + warp[2] * s * t + warp[3] * t * (1 - t * t);
                double dy = warp[4] * t + warp[5] * s * s + warp[6] * s * t + warp[7] * s * (1 - s * s);
                bent[i] = (float) (size * x - lean * y + dx);
                bent[i + 1] = (float) (size * y + dy - rise);
            }
            lines.add(bent);
        }
        return new Strokes(lines);
    }

    /**
     * How close letters may come.
     *
     * @param maxOverlap of the boxes of two neighbours, as a share of the narrower one
     * @param leastGap nearest that their ink may come: the optical gap alone would pull some into touch
     */
    private record Closeness(double maxOverlap, double leastGap) {}

    private static Setting fit(JoinedLetters letters, Closeness closeness, double measure) {
        Setting open = set(letters, closeness, 1, 0);
        if (open.width() <= measure) {
            return open;
        }
        Setting closed = set(letters, closeness, 1, 1);
        if (closed.width() <= measure) {
            // A line's width is convex in the closing, so the chord between open and closed never runs over; but a tab
            // jumps.
            Setting between = set(letters, closeness, 1, (open.width() - measure) / (open.width() - closed.width()));
            return between.width() <= measure + 1e-9 ? between : closed;
        }
        if (closed.width() * NARROWEST > measure) {
            return press(set(letters, closeness, NARROWEST, 1), letters, measure);
        }
        Setting condensed = closed;
        while (condensed.width() > measure) {
            double condense = condensed.condense() * Math.min(.99, .998 * measure / condensed.width());
            if (condense < NARROWEST) {
                return press(set(letters, closeness, NARROWEST, 1), letters, measure);
            }
            condensed = set(letters, closeness, condense, 1);
        }
        return condensed;
    }

    /** Every place and every letter alike, whatever touches: a line that nobody should plan is still better than none. */
    private static Setting press(Setting wide, JoinedLetters letters, double measure) {
        double radius =
                letters.letters().stream().mapToDouble(Letter::radius).max().orElse(0);
        double share = Math.min(1, (measure - 2 * radius) / wide.width());
        double[] offsets = new double[wide.offsets().length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = wide.left() + radius + share * (wide.offsets()[i] - wide.left());
        }
        return new Setting(offsets, share * wide.condense(), wide.left(), wide.left() + measure);
    }

    private static Setting set(JoinedLetters letters, Closeness closeness, double condense, double closing) {
        double[] offsets = new double[letters.letters().size()];
        InkProfile[] profiles = letters.profiles(condense);
        double left = 0;
        double right = 0;
        for (int i = 0; i < offsets.length; i++) {
            Letter letter = letters.letters().get(i);
            double wordSpace = condense * closed(letter.wordSpace(), closing);
            if (profiles[i].isEmpty()) {
                offsets[i] = right + wordSpace; // a blank glyph stands where the pen is
                continue;
            }
            int previous = i - 1;
            while (previous >= 0 && profiles[previous].isEmpty()) {
                previous--;
            }
            if (!letter.beforeTabs().isEmpty()) {
                double pen = right / condense;
                for (double space : letter.beforeTabs()) {
                    pen = TabStops.next(pen + closed(space, closing));
                }
                offsets[i] = condense * pen + wordSpace - profiles[i].leftmost();
            } else if (previous < 0) {
                offsets[i] = wordSpace - profiles[i].leftmost();
            } else if (letter.startsWord()) {
                InkProfile.Gaps gaps = profiles[previous].gapsTo(
                        profiles[i], letters.letters().get(previous).toleranceTo(letter));
                offsets[i] = offsets[previous]
                        + wordSpace
                        - Math.min(gaps.optical(), gaps.box() + WORD_SPACE_OVERHANG * condense);
            } else if (letters.before(i).isPresent()) {
                Join join = letters.before(i).get();
                offsets[i] = offsets[previous] + condense * join.shift();
                for (int k = 0; k < join.ligature().length; k += 2) {
                    double x = offsets[previous] + condense * join.ligature()[k];
                    left = Math.min(left, x - letter.radius());
                    right = Math.max(right, x + letter.radius());
                }
            } else {
                offsets[i] = besides(letters, profiles, offsets, previous, i, closeness, condense);
            }
            right = Math.max(right, offsets[i] + profiles[i].rightmost());
            left = Math.min(left, offsets[i] + profiles[i].leftmost());
        }
        return new Setting(offsets, condense, left, right);
    }

    private static double closed(double wordSpace, double closing) {
        return Math.max(Math.min(wordSpace, CLOSED_WORD_SPACE), wordSpace * (1 - WORD_SPACE_GIVE * closing));
    }

    private static double besides(
            JoinedLetters letters,
            InkProfile[] profiles,
            double[] offsets,
            int previous,
            int i,
            Closeness closeness,
            double condense) {
        Letter before = letters.letters().get(previous);
        Letter letter = letters.letters().get(i);
        InkProfile.Gaps gaps = profiles[previous].gapsTo(profiles[i], before.toleranceTo(letter));
        double narrower = Math.min(profiles[previous].width(), profiles[i].width());
        double shift = before.shiftOf(letter, gaps, letter.gap(), condense, -closeness.maxOverlap() * narrower);
        shift = Math.max(shift, closeness.leastGap() - gaps.least());
        double offset = offsets[previous] + shift;
        // A tail or a bar may reach past a short mark to the letter before it.
        for (int k = previous - 1;
                k >= 0 && k >= previous - 2 && !letters.letters().get(k + 1).startsWord();
                k--) {
            if (!profiles[k].isEmpty()) {
                double least = profiles[k]
                        .gapsTo(profiles[i], before.glyph().sideTolerance())
                        .least();
                offset = Math.max(offset, offsets[k] + closeness.leastGap() - least);
            }
        }
        return offset;
    }
}
