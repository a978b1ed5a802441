package io.inkstream.topology.tokenise;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.Substitution;
import java.util.List;
import java.util.Optional;

/**
 * A text in the character classes of one model version.
 *
 * @param text itself
 * @param tokens in the order of the text
 * @param substitutions every grapheme that is not drawn as itself, in the order of the text
 * @param hyphen what the version draws where a line ends at a soft hyphen, if it can draw one
 */
public record TokenisedText(String text, List<Token> tokens, List<Substitution> substitutions, Optional<Glyph> hyphen) {

    public TokenisedText {
        requireNonNull(text, "text");
        tokens = List.copyOf(tokens);
        substitutions = List.copyOf(substitutions);
        requireNonNull(hyphen, "hyphen");
    }
}
