package io.inkstream.topology.shadow;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Token;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.stream.Collectors;

/** Decides whether another version would draw the same characters of the same text. */
final class Comparability {
    private Comparability() {}

    /**
     * The request for the same line by another version.
     *
     * @throws IllegalArgumentException if that version has no such style, lacks a character of the line, or would make
     *     something else of a grapheme that is not drawn as itself
     */
    static RenderLineRequest request(LineImage image, Version other) {
        String style = image.getProvenance().getStyle();
        if (!other.styles().containsKey(style)) {
            throw new IllegalArgumentException(other.id() + " has no style '" + style + "'");
        }
        for (Substitution substitution : image.getSubstitutions()) {
            if (substitution.getRule().equals(Tokeniser.HYPHENATED)) {
                continue; // drawn where a line ends, which a grapheme alone does not tell
            }
            String drawn = drawn(substitution.getOriginal(), other);
            if (!drawn.equals(substitution.getReplacement())) {
                throw new IllegalArgumentException(other.id() + " draws '" + drawn + "' for '"
                        + substitution.getOriginal() + "', not '" + substitution.getReplacement() + "'");
            }
        }
        return LineRequests.of(image, other).toBuilder().setReadBack(true).build();
    }

    private static String drawn(String grapheme, Version version) {
        return version.tokeniser().tokenise(grapheme).tokens().stream()
                .map(token -> token instanceof Token.Drawn drawn ? text(drawn) : " ")
                .collect(Collectors.joining());
    }

    private static String text(Token.Drawn drawn) {
        return drawn.glyphs().stream().map(Glyph::text).collect(Collectors.joining());
    }
}
