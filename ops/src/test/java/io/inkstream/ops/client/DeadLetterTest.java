package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadLetterTest {
    @Test
    void whatIsLeftOutIsSaidWithWhereItLies() {
        DeadLetter letter =
                new DeadLetter("RECORD_TOO_LARGE", "too large", "s", "texts", 2, 7, null, null, 5_000, 2_000_000);

        assertThat(letter.describe())
                .isEqualTo(
                        "texts-2@7 RECORD_TOO_LARGE: too large"
                                + " (its key of 5000 bytes and its value of 2000000 bytes are omitted here and still at texts-2@7)");
    }

    @Test
    void aWholeOneSaysNoMoreThanTheReason() {
        assertThat(new DeadLetter("EMPTY_TEXT", "no text", "s", "texts", 0, 0, null, null, -1, -1).describe())
                .isEqualTo("texts-0@0 EMPTY_TEXT: no text");
    }

    @Test
    void noMessageCommandsATerminalOrTakesManyLines() {
        String nasty = "\u001b]0;owned\u0007\r\nsecond \u202Egnp.exe \u0000\u2028third" + "x".repeat(5_000_000);

        assertThat(new DeadLetter(nasty, nasty, nasty, nasty, 0, 0, null, null, -1, -1).describe())
                .hasSizeLessThanOrEqualTo(1_000)
                .matches("[^\\p{Cntrl}\\p{Cf}\\u2028]*");
    }
}
