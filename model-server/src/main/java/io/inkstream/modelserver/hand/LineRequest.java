package io.inkstream.modelserver.hand;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.PenMark;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.rpc.RenderLineRequest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One line to draw.
 *
 * @param style name of a style of the model; empty for its first
 * @param seed seed of the document: which writer of the style, and every jitter
 * @param lineIndex position of the line in its document, from 0
 * @param glyphs from left to right: a class index, or as {@link GlyphCodes} says
 * @param graphemes that are composed, since the model has no class for them
 * @param marks of the pen over and under letters
 * @param format the canvas
 * @param variation how the occurrences of one letter differ
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out; nobody compares requests
public record LineRequest(
        String style,
        long seed,
        int lineIndex,
        int[] glyphs,
        List<String> graphemes,
        List<PenMark> marks,
        LineFormat format,
        Variation variation) {
    /** @throws UndrawableLineException if it can be drawn with no model */
    public LineRequest {
        requireNonNull(style, "style");
        requireNonNull(format, "format");
        requireNonNull(variation, "variation");
        if (lineIndex < 0) {
            throw new UndrawableLineException("lines count from 0, got line " + lineIndex);
        }
        if (glyphs.length > Limits.LINE_GLYPHS) {
            throw new UndrawableLineException(
                    "a line has at most " + Limits.LINE_GLYPHS + " glyphs, got " + glyphs.length);
        }
        for (String grapheme : graphemes) {
            if (grapheme.length() > Limits.GRAPHEME_CHARS) {
                throw new UndrawableLineException("a grapheme has at most " + Limits.GRAPHEME_CHARS
                        + " UTF-16 code units, got " + grapheme.length());
            }
        }
        checkMarks(marks, glyphs);
        marks = List.copyOf(marks);
        glyphs = glyphs.clone();
        graphemes = List.copyOf(graphemes);
    }

    /** A letter has at most one mark of each kind: so marks are no more than some lines of letters, however many. */
    private static void checkMarks(List<PenMark> marks, int[] glyphs) {
        long letters = Arrays.stream(glyphs)
                .filter(glyph -> !GlyphCodes.isSpace(glyph))
                .count();
        for (PenMark.Kind kind : PenMark.Kind.values()) {
            int free = 0;
            List<PenMark> ofKind = marks.stream()
                    .filter(mark -> mark.kind() == kind)
                    .sorted(Comparator.comparingInt(PenMark::first))
                    .toList();
            for (PenMark mark : ofKind) {
                if (mark.last() >= letters) {
                    throw new UndrawableLineException(
                            "a mark of the pen goes to letter " + mark.last() + ", but the line has " + letters);
                }
                if (mark.first() < free) {
                    throw new UndrawableLineException(
                            "letter " + mark.first() + " has two marks " + kind + "; it has at most one of each kind");
                }
                free = mark.last() + 1;
            }
        }
    }

    /** A line of classes and word spaces alone. */
    public LineRequest(String style, long seed, int lineIndex, int[] glyphs, LineFormat format, Variation variation) {
        this(style, seed, lineIndex, glyphs, List.of(), List.of(), format, variation);
    }

    /**
     * Position of the composed grapheme that a glyph stands for, or -1 if it stands for none.
     *
     * @throws UndrawableLineException if it stands for one that is not there
     */
    int graphemeAt(int glyph) {
        int position = GlyphCodes.position(glyph);
        if (position >= graphemes.size()) {
            throw new UndrawableLineException(
                    "glyph " + glyph + " is no composed grapheme of the request, which has " + graphemes.size());
        }
        return position;
    }

    /**
     * The line that a call asks for.
     *
     * @throws UndrawableLineException if it can be drawn with no model
     */
    public static LineRequest of(RenderLineRequest request) {
        LayoutOptions layout;
        try {
            layout = LayoutOption.asked(request);
        } catch (IllegalArgumentException e) {
            throw new UndrawableLineException(e.getMessage(), e);
        }
        return new LineRequest(
                request.getStyle(),
                request.getSeed(),
                request.getLineIndex(),
                request.getGlyphsList().stream().mapToInt(Integer::intValue).toArray(),
                request.getGraphemesList(),
                request.getPenMarksList().stream().map(LineRequest::mark).toList(),
                new LineFormat(layout),
                switch (layout.getVariation()) {
                    case HAND -> Variation.HAND;
                    case FRESH -> Variation.FRESH;
                });
    }

    private static PenMark mark(io.inkstream.schemas.rpc.PenMark asked) {
        PenMark.Kind kind =
                switch (asked.getKind()) {
                    case UNDERLINE -> PenMark.Kind.UNDERLINE;
                    case STRIKE -> PenMark.Kind.STRIKE;
                    case SCRIBBLE -> PenMark.Kind.SCRIBBLE;
                    case UNRECOGNIZED ->
                        throw new UndrawableLineException("pen mark " + asked.getKindValue() + " is unknown");
                };
        return new PenMark(kind, asked.getFirst(), asked.getLast());
    }

    @Override
    public int[] glyphs() {
        return glyphs.clone();
    }
}
