package io.inkstream.topology.tokenise;

import io.inkstream.schemas.avro.Substitution;
import java.util.List;

/**
 * A text in the character classes of one model version.
 *
 * @param tokens in the order of the text
 * @param substitutions every grapheme that is not drawn as itself, in the order of the text
 */
public record TokenisedText(List<Token> tokens, List<Substitution> substitutions) {

    public TokenisedText {
        tokens = List.copyOf(tokens);
        substitutions = List.copyOf(substitutions);
    }
}
