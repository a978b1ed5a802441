package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.LineGlyph;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.alphabet.GlyphCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The glyphs of a line in terms of one model: which classes each takes its forms from. Immutable.
 *
 * @param pieces from left to right
 */
record LinePieces(List<Piece> pieces) {

    LinePieces {
        pieces = List.copyOf(pieces);
    }

    /**
     * One glyph, or white space.
     *
     * @param space which, if it is white space
     * @param composition how it is drawn, unless it is a class or white space
     * @param classes whose forms it takes, in their order; none for white space
     */
    record Piece(Optional<LineGlyph> space, Optional<Composition> composition, List<Integer> classes) {
        private static final Piece WORD_SPACE = space(LineGlyph.WORD_SPACE);
        private static final Piece TAB = space(LineGlyph.TAB);

        private static Piece space(LineGlyph space) {
            return new Piece(Optional.of(space), Optional.empty(), List.of());
        }
    }

    /**
     * Finds how the model draws a line.
     *
     * @throws UndrawableLineException if a class is unknown, or a grapheme cannot be composed
     */
    static LinePieces of(DrawingModel model, LineRequest request) {
        Piece[] composed = new Piece[request.graphemes().size()];
        List<Piece> pieces = new ArrayList<>();
        for (int glyph : request.glyphs()) {
            int position = request.graphemeAt(glyph);
            if (position >= 0) {
                if (composed[position] == null) {
                    composed[position] = composed(model, request.graphemes().get(position));
                }
                pieces.add(composed[position]);
            } else if (glyph == GlyphCodes.WORD_SPACE) {
                pieces.add(Piece.WORD_SPACE);
            } else if (glyph == GlyphCodes.TAB) {
                pieces.add(Piece.TAB);
            } else if (glyph < model.classes().size()) {
                pieces.add(new Piece(Optional.empty(), Optional.empty(), List.of(glyph)));
            } else {
                throw new UndrawableLineException("glyph " + glyph + " is no class of the model, which has "
                        + model.classes().size());
            }
        }
        return new LinePieces(pieces);
    }

    private static Piece composed(DrawingModel model, String grapheme) {
        Composition composition = Alphabet.standard()
                .composition(grapheme, model::hasClass)
                .orElseThrow(() -> new UndrawableLineException(
                        "the model has no class for '" + grapheme + "', and it cannot be composed"));
        return new Piece(
                Optional.empty(),
                Optional.of(composition),
                composition.characters().stream().map(model::classOf).toList());
    }

    /** Classes of all forms of the line, in their order. */
    int[] classes() {
        return pieces.stream()
                .flatMap(piece -> piece.classes().stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Whether some of it needs the hand's own dots. */
    boolean hasDots() {
        return pieces.stream()
                .anyMatch(piece ->
                        piece.composition().filter(Composition::hasDots).isPresent());
    }

    boolean hasComposed() {
        return pieces.stream().anyMatch(piece -> piece.composition().isPresent());
    }
}
