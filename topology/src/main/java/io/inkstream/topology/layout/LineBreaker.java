package io.inkstream.topology.layout;

import io.inkstream.schemas.Limits;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sets words on lines no wider than the measure by the advances that the model's metrics expect. Deterministic.
 *
 * <p>Lines are filled in order and broken at white space. A run of white space is one word space, and none at the ends of
 * a line. A newline ends the line; a blank line draws nothing and takes a row. A word wider than the measure gets lines of
 * its own and is broken between graphemes, and within one only where it alone is too wide; nothing is added at the break. A
 * line ends too when it has {@link Limits#LINE_GLYPHS} glyphs, however narrow they are.
 */
public final class LineBreaker {
    private final Advances advances;
    private final double measure;

    private final List<SetLine> lines = new ArrayList<>();
    private final List<Glyph> glyphs = new ArrayList<>();
    private final Ints offsets = new Ints();
    private double width;
    private int row;

    private LineBreaker(Advances advances, double measure) {
        this.advances = advances;
        this.measure = measure;
    }

    /**
     * Sets a text.
     *
     * @param measure width of a line, margins included, in x-heights
     * @return the lines that have something to draw, from top to bottom
     * @throws GlyphTooWideException if one glyph is wider than a line
     */
    public static List<SetLine> setLines(List<Token> tokens, Advances advances, double measure)
            throws GlyphTooWideException {
        LineBreaker breaker = new LineBreaker(advances, measure - 2 * Advances.MARGIN);
        List<Token.Drawn> word = new ArrayList<>();
        for (Token token : tokens) {
            if (token instanceof Token.Drawn drawn) {
                word.add(drawn);
                continue;
            }
            breaker.append(word);
            word.clear();
            if (token instanceof Token.Newline) {
                breaker.endLine();
            }
        }
        breaker.append(word);
        breaker.endLine();
        return List.copyOf(breaker.lines);
    }

    private void append(List<Token.Drawn> word) throws GlyphTooWideException {
        if (word.isEmpty()) {
            return;
        }
        double wordWidth = 0;
        for (Token.Drawn grapheme : word) {
            wordWidth += joined(wordWidth, widthOf(grapheme));
        }
        int wordGlyphs =
                word.stream().mapToInt(grapheme -> grapheme.glyphs().size()).sum();
        boolean isWide = width + advances.betweenWords() + wordWidth > measure;
        if (glyphs.size() > 0 && (isWide || glyphs.size() + 1 + wordGlyphs > Limits.LINE_GLYPHS)) {
            endLine();
        }
        if (glyphs.size() > 0) {
            glyphs.add(Glyph.WORD_SPACE);
            width += advances.betweenWords();
            add(word, 0);
        } else {
            add(word, measure);
        }
    }

    /** Adds a word at the pen; one that begins a line may be wider than the measure and is then broken. */
    private void add(List<Token.Drawn> word, double breakBeyond) throws GlyphTooWideException {
        double wordWidth = 0;
        for (Token.Drawn grapheme : word) {
            double graphemeWidth = widthOf(grapheme);
            if (breakBeyond > 0 && wordWidth > 0 && wordWidth + joined(wordWidth, graphemeWidth) > breakBeyond) {
                endLine();
                wordWidth = 0;
            }
            for (Glyph glyph : grapheme.glyphs()) {
                double glyphWidth = advances.of(glyph);
                if (glyphWidth > measure) {
                    throw new GlyphTooWideException(glyph.text(), glyphWidth + 2 * Advances.MARGIN);
                }
                double step = joined(wordWidth, glyphWidth);
                boolean isWide = breakBeyond > 0 && wordWidth > 0 && wordWidth + step > breakBeyond;
                if (isWide || glyphs.size() == Limits.LINE_GLYPHS) {
                    endLine();
                    wordWidth = 0;
                    step = glyphWidth;
                }
                glyphs.add(glyph);
                offsets.add(grapheme.offset());
                wordWidth += step;
                width += step;
            }
        }
    }

    private void endLine() {
        if (glyphs.size() > 0) {
            lines.add(new SetLine(row, glyphs, offsets.take()));
            glyphs.clear();
            width = 0;
        }
        row++;
    }

    private double widthOf(Token.Drawn grapheme) {
        double sum = 0;
        for (Glyph glyph : grapheme.glyphs()) {
            sum += joined(sum, advances.of(glyph));
        }
        return sum;
    }

    /** What a piece of ink adds to the ink before it. */
    private double joined(double before, double piece) {
        return before > 0 ? advances.betweenLetters() + piece : piece;
    }

    /** A growing array; boxed integers would cost several times the text. */
    private static final class Ints {
        private int[] values = new int[64];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int[] take() {
            int[] taken = Arrays.copyOf(values, size);
            size = 0;
            return taken;
        }
    }
}
