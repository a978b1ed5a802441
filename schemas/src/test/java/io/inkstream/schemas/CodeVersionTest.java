package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.6.0-SNAPSHOT", "0.6.0", "0.6.12", "0.1.0"})
    void whoeverAsksForAnImageOfAnOlderReleaseIsToldWhichToRun(String version) {
        assertThat(CodeVersion.drawsOtherwise(version)).hasValueSatisfying(words -> assertThat(words)
                .contains("run release " + version.replace("-SNAPSHOT", "")));
    }

    @Test
    void thisReleaseDrawsAsItDoes() {
        assertThat(CodeVersion.drawsOtherwise(CodeVersion.current())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.7.0", "0.10.0", "1.0.0", "", "x", "1.x"})
    void aLaterReleaseOrNoneAtAllIsNotSaidToDrawOtherwise(String version) {
        assertThat(CodeVersion.drawsOtherwise(version)).isEmpty();
    }
}
