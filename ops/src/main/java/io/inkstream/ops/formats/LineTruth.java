package io.inkstream.ops.formats;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.look.Box;
import io.inkstream.ops.look.Motion;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;

/**
 * What a picture of a line says, and where.
 *
 * @param file name of the picture, such as {@code line-0001.png}
 * @param text the characters drawn: one space between words, none before or after them, no tab or line end
 * @param baseline from the first ink to the last
 * @param glyphs in reading order; together they are the text without its spaces
 */
public record LineTruth(String file, String text, int widthPx, int heightPx, Baseline baseline, List<Glyph> glyphs) {
    /** What the letters stand on: two places, whole numbers being the edges of pixels. */
    public record Baseline(double fromX, double fromY, double toX, double toY) {
        private Baseline moved(Motion motion) {
            Point2D from = motion.point(fromX, fromY);
            Point2D to = motion.point(toX, toY);
            return new Baseline(from.getX(), from.getY(), to.getX(), to.getY());
        }
    }

    /**
     * A character that was drawn.
     *
     * @param start where it begins in the text, in UTF-16 units
     * @param box of its ink
     */
    public record Glyph(String character, int start, Box box) {
        public Glyph {
            requireNonNull(character, "character");
            requireNonNull(box, "box");
        }

        private int end() {
            return start + character.length();
        }
    }

    /**
     * Glyphs with no space between them.
     *
     * @param box that holds theirs
     */
    public record Word(String text, Box box, List<Glyph> glyphs) {
        public Word {
            glyphs = List.copyOf(glyphs);
        }
    }

    public LineTruth {
        requireNonNull(file, "file");
        requireNonNull(text, "text");
        requireNonNull(baseline, "baseline");
        glyphs = List.copyOf(glyphs);
        int at = 0;
        for (Glyph glyph : glyphs) {
            at = at < text.length() && text.charAt(at) == ' ' ? at + 1 : at;
            if (glyph.start != at || !text.startsWith(glyph.character, at)) {
                throw new IllegalArgumentException(
                        file + ": glyph " + glyph.character + " is not at " + at + " of '" + text + "'");
            }
            at = glyph.end();
        }
        if (glyphs.isEmpty() || at != text.length()) {
            throw new IllegalArgumentException(file + ": its " + glyphs.size() + " glyphs are not '" + text + "'");
        }
    }

    /**
     * The truth of a line as it was drawn.
     *
     * @throws IllegalArgumentException if it has no glyphs, or they are not its text
     */
    public static LineTruth of(String file, LineImage line) {
        List<Glyph> glyphs = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String drawn = line.getText();
        int at = 0;
        for (GlyphBox glyph : line.getGlyphs()) {
            int begin = at;
            while (at < drawn.length() && isSpace(drawn.charAt(at))) {
                at++;
            }
            if (!drawn.startsWith(glyph.getCharacter(), at)) {
                throw new IllegalArgumentException(
                        file + ": glyph " + glyph.getCharacter() + " is not at " + at + " of '" + drawn + "'");
            }
            text.append(at > begin && text.length() > 0 ? " " : "");
            glyphs.add(new Glyph(glyph.getCharacter(), text.length(), box(glyph, glyphs, line)));
            text.append(glyph.getCharacter());
            at += glyph.getCharacter().length();
        }
        if (glyphs.isEmpty() || !drawn.substring(at).isBlank()) {
            throw new IllegalArgumentException(file + ": its " + glyphs.size() + " glyphs are not '" + drawn + "'");
        }
        int left = glyphs.stream().mapToInt(glyph -> glyph.box.left()).min().orElseThrow();
        int right = glyphs.stream().mapToInt(glyph -> glyph.box.right()).max().orElseThrow();
        return new LineTruth(
                file,
                text.toString(),
                line.getWidthPx(),
                line.getHeightPx(),
                new Baseline(left, line.getBaselinePx(), right, line.getBaselinePx()),
                glyphs);
    }

    /** Its ink; of a glyph without ink the pixel on the baseline after the one before it. */
    private static Box box(GlyphBox glyph, List<Glyph> before, LineImage line) {
        if (glyph.getWidth() > 0 && glyph.getHeight() > 0) {
            return new Box(glyph.getLeft(), glyph.getTop(), glyph.getWidth(), glyph.getHeight());
        }
        int right = before.isEmpty() ? 0 : before.get(before.size() - 1).box.right();
        return new Box(Math.min(right, line.getWidthPx() - 1), (int) line.getBaselinePx(), 1, 1);
    }

    /** Unlike a letter, and unlike a joiner, which is part of one. */
    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /**
     * The truth of a line as {@code boxes.jsonl} has it.
     *
     * @throws IllegalArgumentException if it says no such thing
     */
    public static LineTruth of(JsonNode json) {
        LineImage line = ImageFiles.line(json, new byte[0]);
        LineTruth level = of(json.path("file").asText(), line);
        JsonNode slope = json.path("baselinePoints");
        return slope.isMissingNode()
                ? level
                : new LineTruth(
                        level.file,
                        level.text,
                        level.widthPx,
                        level.heightPx,
                        new Baseline(
                                slope.path(0).path(0).asDouble(),
                                slope.path(0).path(1).asDouble(),
                                slope.path(1).path(0).asDouble(),
                                slope.path(1).path(1).asDouble()),
                        level.glyphs);
    }

    /** The truth of a picture that was made of this one. */
    public LineTruth moved(Motion motion) {
        return new LineTruth(
                file,
                text,
                motion.widthPx(),
                motion.heightPx(),
                baseline.moved(motion),
                glyphs.stream()
                        .map(glyph -> new Glyph(glyph.character, glyph.start, motion.box(glyph.box)))
                        .toList());
    }

    /** The picture's name without what follows the dot. */
    public String name() {
        return file.substring(0, file.lastIndexOf('.') < 0 ? file.length() : file.lastIndexOf('.'));
    }

    /** The words, in reading order. */
    public List<Word> words() {
        List<Word> words = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= glyphs.size(); i++) {
            if (i == glyphs.size() || glyphs.get(i).start > glyphs.get(i - 1).end()) {
                List<Glyph> own = glyphs.subList(first, i);
                Box box = own.stream().map(Glyph::box).reduce(Box::with).orElseThrow();
                words.add(new Word(
                        text.substring(
                                glyphs.get(first).start, glyphs.get(i - 1).end()),
                        box,
                        own));
                first = i;
            }
        }
        return words;
    }
}
