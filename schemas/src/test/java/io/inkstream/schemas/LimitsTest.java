package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void cutsWhatIsLongerAndMarksIt() {
        assertThat(Limits.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Limits.cut("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Limits.cut("abc", 1)).isEqualTo("…");
    }

    @Test
    void halvesNoCharacter() {
        assertThat(Limits.cut("ab\uD83D\uDE00cd", 4)).isEqualTo("ab…");
    }
}
