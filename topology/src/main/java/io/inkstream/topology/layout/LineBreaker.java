package io.inkstream.topology.layout;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.schemas.layout.TabStops;
import io.inkstream.topology.layout.Places.Break;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.TokenisedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sets a text on lines no wider than the measure by the advances that the model's metrics expect. Deterministic.
 *
 * <p>Lines are filled in order and end where Unicode's rules allow it: at white space that may break, after hyphens, between
 * ideographs, and at a soft hyphen, which is drawn only there. If there is no such place on a line, it ends after a
 * hyphen or slash of a long word, else between two of its graphemes, but not before a closing mark if that can be helped, and
 * within a grapheme only if it alone is too wide. Then nothing is added. A line ends too when it has {@link
 * Limits#LINE_GLYPHS} glyphs, however narrow they are.
 *
 * <p>White space at the end of a line is not drawn. All other is kept or, with {@link Whitespace#COLLAPSE}, one word space for
 * a run, and none at the start of a line. A newline ends the line, a form feed the page; a blank line draws nothing and
 * takes a row.
 */
public final class LineBreaker {
    private final Places places;
    private final Advances advances;
    private final double measure;
    private final boolean collapses;
    private final Optional<Glyph> hyphen;

    private final List<SetLine> lines = new ArrayList<>();
    private final int[] last = new int[Break.values().length];
    private boolean isHyphenated;
    private int row;

    private LineBreaker(TokenisedText text, Advances advances, double measure, Whitespace whitespace) {
        this.advances = advances;
        this.measure = measure;
        collapses = whitespace == Whitespace.COLLAPSE;
        places = new Places(text, advances, !collapses);
        hyphen = text.hyphen();
    }

    /**
     * Sets a text.
     *
     * @param measure width of a line, margins included, in x-heights
     * @param rowsPerPage a form feed goes to the next multiple; 1 where there are no pages
     * @return the lines that have something to draw, from top to bottom
     * @throws GlyphTooWideException if one glyph is wider than a line
     */
    public static List<SetLine> setLines(
            TokenisedText text, Advances advances, double measure, Whitespace whitespace, int rowsPerPage)
            throws GlyphTooWideException {
        LineBreaker breaker = new LineBreaker(text, advances, measure - 2 * Advances.MARGIN, whitespace);
        breaker.setLines(rowsPerPage);
        return List.copyOf(breaker.lines);
    }

    private void setLines(int rowsPerPage) throws GlyphTooWideException {
        int start = 0;
        while (start < places.size()) {
            int end = endOfLine(start);
            boolean isDrawn = add(start, end);
            if (end < places.size() && places.isLineEnd(end)) {
                row = places.isPageEnd(end) ? (row / rowsPerPage + 1) * rowsPerPage : row + 1;
                start = end + 1;
            } else {
                row += isDrawn ? 1 : 0;
                start = end;
            }
        }
    }

    /**
     * Finds the place before which a line ends. One that has been looked at and is left for the next line is looked at again,
     * but then ends at a worse break: so all takes time in proportion to the text.
     */
    private int endOfLine(int start) throws GlyphTooWideException {
        Arrays.fill(last, start);
        isHyphenated = false;
        double pen = 0;
        int count = 0;
        boolean followsInk = false;
        int i = start;
        for (; i < places.size() && !places.isLineEnd(i); i++) {
            if (i > start) {
                boolean isRoom = places.before(i) != Break.SOFT_HYPHEN || isRoomForHyphen(pen, count);
                last[(isRoom ? places.before(i) : Break.MARK).ordinal()] = i;
            }
            if (places.isSpace(i)) {
                if (followsInk || !collapses) {
                    pen = places.glyph(i).equals(Glyph.TAB) ? TabStops.next(pen) : pen + advances.betweenWords();
                    count++;
                }
                followsInk = false;
                continue;
            }
            pen += places.width(i) + (followsInk ? advances.betweenLetters() : 0);
            count++;
            followsInk = true;
            if (pen > measure || count > Limits.LINE_GLYPHS) {
                if (i == start) {
                    throw new GlyphTooWideException(places.glyph(i).text(), pen + 2 * Advances.MARGIN);
                }
                return bestBreak(start);
            }
        }
        return i;
    }

    private boolean isRoomForHyphen(double pen, int count) {
        return hyphen.isEmpty()
                || (pen + advances.betweenLetters() + advances.of(hyphen.get()) <= measure
                        && count < Limits.LINE_GLYPHS);
    }

    /** The last of the best breaks of the line; there is one. */
    private int bestBreak(int start) {
        int softHyphen = last[Break.SOFT_HYPHEN.ordinal()];
        int unicode = last[Break.UNICODE.ordinal()];
        isHyphenated = softHyphen > unicode;
        int best = Math.max(softHyphen, unicode);
        for (int worse = Break.SIGN.ordinal(); best == start; worse--) {
            best = last[worse];
        }
        return best;
    }

    /** Adds a line if there is anything to draw on it. */
    private boolean add(int start, int end) {
        int to = end;
        while (to > start && places.isSpace(to - 1)) {
            to--;
        }
        if (to == start) {
            return false;
        }
        List<Glyph> glyphs = new ArrayList<>(to - start + 1);
        int[] offsets = new int[to - start + 1];
        int drawn = 0;
        for (int i = start; i < to; i++) {
            if (!places.isSpace(i)) {
                glyphs.add(places.glyph(i));
                offsets[drawn++] = places.offset(i);
            } else if (!collapses || (i > start && !places.isSpace(i - 1))) {
                glyphs.add(places.glyph(i));
            }
        }
        if (isHyphenated && hyphen.isPresent()) {
            glyphs.add(hyphen.get());
            offsets[drawn++] = places.offset(end) - 1;
        }
        lines.add(new SetLine(row, glyphs, Arrays.copyOf(offsets, drawn)));
        return true;
    }
}
