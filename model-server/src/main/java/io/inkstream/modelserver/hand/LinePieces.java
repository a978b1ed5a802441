package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.LineGlyph;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
     * @param classIndex class of the model, unless it is white space or has none
     * @param composition how it is drawn, unless it is white space or the generator draws it
     * @param classes whose forms it takes, in their order; none for white space
     */
    record Piece(
            Optional<LineGlyph> space,
            OptionalInt classIndex,
            Optional<Composition> composition,
            List<Integer> classes) {
        private static final Piece WORD_SPACE = space(LineGlyph.WORD_SPACE);
        private static final Piece TAB = space(LineGlyph.TAB);

        private static Piece space(LineGlyph space) {
            return new Piece(Optional.of(space), OptionalInt.empty(), Optional.empty(), List.of());
        }
    }

    /**
     * Finds how a hand of the model draws a line.
     *
     * @throws UndrawableLineException if a class is unknown, or a grapheme cannot be composed
     */
    static LinePieces of(DrawingModel model, LineRequest request, HandTraits traits) {
        Piece[] composed = new Piece[request.graphemes().size()];
        List<Piece> pieces = new ArrayList<>();
        for (int glyph : request.glyphs()) {
            int position = request.graphemeAt(glyph);
            if (position >= 0) {
                if (composed[position] == null) {
                    composed[position] = composed(model, request.graphemes().get(position), traits);
                }
                pieces.add(composed[position]);
            } else if (glyph == GlyphCodes.WORD_SPACE) {
                pieces.add(Piece.WORD_SPACE);
            } else if (glyph == GlyphCodes.TAB) {
                pieces.add(Piece.TAB);
            } else if (glyph < model.classes().size()) {
                pieces.add(ofClass(model, glyph, traits));
            } else {
                throw new UndrawableLineException("glyph " + glyph + " is no class of the model, which has "
                        + model.classes().size());
            }
        }
        return new LinePieces(pieces);
    }

    private static Piece ofClass(DrawingModel model, int classIndex, HandTraits traits) {
        Piece drawn = new Piece(Optional.empty(), OptionalInt.of(classIndex), Optional.empty(), List.of(classIndex));
        String character = model.classes().get(classIndex).character();
        return isDrawn(model, character, traits)
                ? drawn
                : Alphabet.standard()
                        .composition(character, other -> isDrawn(model, other, traits))
                        .map(composition -> composed(model, OptionalInt.of(classIndex), composition))
                        .orElse(drawn);
    }

    private static Piece composed(DrawingModel model, String grapheme, HandTraits traits) {
        return composed(
                model,
                OptionalInt.empty(),
                Alphabet.standard()
                        .composition(grapheme, character -> isDrawn(model, character, traits))
                        .or(() -> Alphabet.standard().composition(grapheme, model::hasClass))
                        .orElseThrow(() -> new UndrawableLineException(
                                "the model has no class for '" + grapheme + "', and it cannot be composed")));
    }

    /** Whether the hand draws a character with the generator, and not of others. */
    private static boolean isDrawn(DrawingModel model, String character, HandTraits traits) {
        if (!model.hasClass(character)) {
            return false;
        }
        Double composedFrom = model.classes().get(model.classOf(character)).composedFrom();
        return composedFrom == null || traits.of(Trait.LEGIBILITY) < composedFrom;
    }

    private static Piece composed(DrawingModel model, OptionalInt classIndex, Composition composition) {
        return new Piece(
                Optional.empty(),
                classIndex,
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
