package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.compositing.LineDrawing.PlacedGlyph;
import io.inkstream.modelserver.joins.WritingOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way of a pen along a line: word by word, letters from left to right with the lines that join them. Printed words are
 * finished letter by letter; where letters are joined, dots and bars follow the word.
 */
final class PenPath {
    private final LineFormat format;
    private final List<Piece> pieces = new ArrayList<>();

    private PenPath(LineFormat format) {
        this.format = format;
    }

    /** What is drawn with one pen: lines from lift to lift, in pixels. */
    record Piece(float penRadiusPx, List<float[]> lines) {}

    static List<Piece> of(List<PlacedGlyph> glyphs, LineFormat format) {
        PenPath path = new PenPath(format);
        int start = 0;
        for (int i = 1; i <= glyphs.size(); i++) {
            if (i == glyphs.size() || glyphs.get(i).startsWord()) {
                path.word(glyphs.subList(start, i));
                start = i;
            }
        }
        return path.pieces;
    }

    /**
     * The way of the pen along one glyph, its dots and bars last, and on to the next if it does not lift.
     *
     * @param before the line that leads to it, if there is one
     */
    static List<float[]> ofGlyph(PlacedGlyph glyph, List<float[]> before, LineFormat format) {
        PenPath path = new PenPath(format);
        Parts parts = path.parts(glyph);
        Piece piece = new Piece(glyph.penRadiusPx(), new ArrayList<>());
        path.draw(piece, path.body(glyph, parts, before.stream().findFirst()));
        path.draw(piece, glyph.ligature().lines());
        piece.lines.addAll(path.ordered(parts.marks));
        return piece.lines;
    }

    /** What of a glyph is drawn at once, and what is left for later. */
    private record Parts(List<float[]> body, List<float[]> marks, Optional<float[]> ligature) {}

    private Parts parts(PlacedGlyph glyph) {
        Optional<float[]> ligature = glyph.ligature().lines().stream().findFirst();
        List<float[]> body = new ArrayList<>();
        List<float[]> marks = new ArrayList<>();
        List<float[]> lines = glyph.strokes().lines();
        for (int i = 0; i < lines.size(); i++) {
            boolean isMark = i >= lines.size() - glyph.marks() || isMark(glyph.character(), lines.get(i), ligature);
            (isMark ? marks : body).add(lines.get(i));
        }
        return new Parts(body, marks, ligature);
    }

    private List<float[]> body(PlacedGlyph glyph, Parts parts, Optional<float[]> before) {
        return WritingOrder.of(glyph.character(), parts.body, format.xHeightPx(), before, parts.ligature);
    }

    private List<float[]> ordered(List<float[]> marks) {
        return WritingOrder.of("", marks, format.xHeightPx(), Optional.empty(), Optional.empty());
    }

    private void word(List<PlacedGlyph> glyphs) {
        boolean isJoined = glyphs.stream().anyMatch(PlacedGlyph::isJoined);
        List<Piece> after = new ArrayList<>();
        Optional<float[]> before = Optional.empty();
        Piece piece = null;
        for (PlacedGlyph glyph : glyphs) {
            Parts parts = parts(glyph);
            if (before.isEmpty() || piece == null || piece.penRadiusPx != glyph.penRadiusPx()) {
                piece = new Piece(glyph.penRadiusPx(), new ArrayList<>());
                pieces.add(piece);
            }
            draw(piece, body(glyph, parts, before));
            draw(piece, glyph.ligature().lines());
            if (!isJoined) {
                piece.lines.addAll(ordered(parts.marks));
            } else if (!parts.marks.isEmpty()) {
                after.add(new Piece(glyph.penRadiusPx(), ordered(parts.marks)));
            }
            before = parts.ligature;
        }
        pieces.addAll(after);
    }

    /** Without a lift where a line begins at the end of the one before. */
    private void draw(Piece piece, List<float[]> lines) {
        for (float[] line : lines) {
            int last = piece.lines.size() - 1;
            Optional<float[]> both = last < 0
                    ? Optional.empty()
                    : WritingOrder.continued(piece.lines.get(last), line, format.xHeightPx());
            both.ifPresentOrElse(continued -> piece.lines.set(last, continued), () -> piece.lines.add(line));
        }
    }

    /** Whether a line is a dot or a bar that the pen leaves for later. */
    private boolean isMark(String letter, float[] line, Optional<float[]> ligature) {
        float[] box = new Strokes(List.of(line)).bounds();
        double unit = format.xHeightPx();
        double lowest = (format.baselinePx() - box[3]) / unit;
        return switch (letter) {
            case "i", "j" -> lowest > .9;
            case "f", "t" ->
                lowest > .45
                        && box[2] - box[0] > 1.2 * (box[3] - box[1])
                        && ligature.map(after -> Math.hypot(line[0] - after[0], line[1] - after[1]) > .1 * unit
                                        && Math.hypot(
                                                        line[line.length - 2] - after[0],
                                                        line[line.length - 1] - after[1])
                                                > .1 * unit)
                                .orElse(true);
            default -> false;
        };
    }
}
