package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.LineGlyph;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.bundle.Exemplar;
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
     * @param text the grapheme; empty for white space
     * @param space which, if it is white space
     * @param classIndex class of the model, unless it is white space or has none
     * @param composition how it is drawn, unless it is white space or the generator draws it
     * @param exemplars how the person of the hand wrote it, if it is no class and the person did
     * @param classes whose forms it takes, in their order; none for white space, and where there are exemplars
     */
    record Piece(
            String text,
            Optional<LineGlyph> space,
            OptionalInt classIndex,
            Optional<Composition> composition,
            List<Exemplar> exemplars,
            List<Integer> classes) {
        private static final Piece WORD_SPACE = space(LineGlyph.WORD_SPACE);
        private static final Piece TAB = space(LineGlyph.TAB);

        private static Piece space(LineGlyph space) {
            return new Piece("", Optional.of(space), OptionalInt.empty(), Optional.empty(), List.of(), List.of());
        }
    }

    /**
     * Finds how a hand of the model draws a line.
     *
     * @throws UndrawableLineException if a class is unknown, or a grapheme cannot be composed
     */
    static LinePieces of(Hand hand, LineRequest request) {
        DrawingModel model = hand.model();
        Piece[] composed = new Piece[request.graphemes().size()];
        List<Piece> pieces = new ArrayList<>();
        for (int glyph : request.glyphs()) {
            int position = request.graphemeAt(glyph);
            if (position >= 0) {
                if (composed[position] == null) {
                    composed[position] = composed(hand, request.graphemes().get(position));
                }
                pieces.add(composed[position]);
            } else if (glyph == GlyphCodes.WORD_SPACE) {
                pieces.add(Piece.WORD_SPACE);
            } else if (glyph == GlyphCodes.TAB) {
                pieces.add(Piece.TAB);
            } else if (glyph < model.classes().size()) {
                pieces.add(ofClass(hand, glyph));
            } else {
                throw new UndrawableLineException("glyph " + glyph + " is no class of the model, which has "
                        + model.classes().size());
            }
        }
        return new LinePieces(pieces);
    }

    private static Piece ofClass(Hand hand, int classIndex) {
        String character = hand.model().classes().get(classIndex).character();
        Piece drawn = new Piece(
                character,
                Optional.empty(),
                OptionalInt.of(classIndex),
                Optional.empty(),
                List.of(),
                List.of(classIndex));
        return hand.draws(character)
                ? drawn
                : Alphabet.standard()
                        .composition(character, hand::draws)
                        .map(composition -> composed(hand.model(), character, OptionalInt.of(classIndex), composition))
                        .orElse(drawn);
    }

    private static Piece composed(Hand hand, String grapheme) {
        Composition composition = Alphabet.standard()
                .composition(grapheme, hand::draws)
                .or(() -> Alphabet.standard().composition(grapheme, hand.model()::hasClass))
                .orElseThrow(() -> new UndrawableLineException(
                        "the model has no class for '" + grapheme + "', and it cannot be composed"));
        List<Exemplar> exemplars = hand.exemplars(Graphemes.normal(grapheme));
        return exemplars.isEmpty()
                ? composed(hand.model(), grapheme, OptionalInt.empty(), composition)
                : new Piece(
                        grapheme,
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.of(composition),
                        exemplars,
                        List.of());
    }

    private static Piece composed(DrawingModel model, String text, OptionalInt classIndex, Composition composition) {
        return new Piece(
                text,
                Optional.empty(),
                classIndex,
                Optional.of(composition),
                List.of(),
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
