package io.inkstream.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class Sha256Test {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void digestsAsTheStandardSays() {
        ByteBuffer abc = ByteBuffer.wrap("abc".getBytes(UTF_8));
        assertThat(Sha256.of(abc)).isEqualTo(new Sha256(ABC)).hasToString(ABC);
        assertThat(abc.remaining()).isEqualTo(3);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "../victim",
                "\0",
                "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                ABC + "0",
                ABC + "\n",
                "/" + ABC
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> new Sha256(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusalIsShort() {
        assertThatThrownBy(() -> new Sha256("x".repeat(5_000_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
