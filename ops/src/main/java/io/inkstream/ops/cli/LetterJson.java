package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Words;
import io.inkstream.schemas.Limits;

/**
 * A dead letter as the commands print it; the names are fixed.
 *
 * @param place on topic dead-letters, PARTITION:OFFSET
 * @param document its key, as far as it is text
 * @param origin where the refused record was, TOPIC-PARTITION@OFFSET
 */
record LetterJson(
        String place,
        String at,
        String reason,
        String message,
        String stage,
        String document,
        String origin,
        @JsonProperty("key_omitted_bytes") Long keyOmitted,
        @JsonProperty("value_omitted_bytes") Long valueOmitted) {

    static LetterJson of(ShelvedLetter letter) {
        return new LetterJson(
                letter.place(),
                letter.at().toString(),
                letter.letter().reason(),
                letter.letter().message(),
                letter.letter().stage(),
                Limits.cut(letter.document(), Limits.MESSAGE_CHARS),
                letter.origin(),
                letter.letter().keyOmitted() < 0 ? null : letter.letter().keyOmitted(),
                letter.letter().valueOmitted() < 0 ? null : letter.letter().valueOmitted());
    }

    /** In one line for people. */
    String inWords() {
        return place + "  " + at + "  " + Words.onOneLine(reason, Limits.QUOTED_CHARS) + "  "
                + (document.isEmpty() ? "(no key)" : Words.onOneLine(document, Limits.QUOTED_CHARS)) + ": "
                + Words.onOneLine(message, Limits.MESSAGE_CHARS);
    }
}
