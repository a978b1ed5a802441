package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.RolloutStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutSyntaxTest {
    @Test
    void stepsHaveAShareATimeAndBoundsOfTheirOwnOrThoseOfAll() {
        assertThat(RolloutSyntax.steps("10:10m,25:1h:0.01, 100:30s:0:500,50:1d::7", 0.05, 900))
                .containsExactly(
                        new RolloutStep(10, 600, 0.05, 900),
                        new RolloutStep(25, 3_600, 0.01, 900),
                        new RolloutStep(100, 30, 0.0, 500),
                        new RolloutStep(50, 86_400, 0.05, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "10:",
                "10:x",
                ":10m",
                "0:10m",
                "101:10m",
                "10:10m:2",
                "10:10m:NaN",
                "10:10m:0.1:0",
                "10:10m:0.1:5:6",
                "10:10m,",
                "10:0s",
                "10:-1m",
                "10:400d",
                "x:10m",
                "99999999999:1m"
            })
    void whatIsNoStepIsRefusedInWords(String text) {
        assertThatThrownBy(() -> RolloutSyntax.steps(text, 0.05, null)).isInstanceOf(CommandException.class);
    }

    @Test
    void timesArePrintedAsTheyAreTyped() {
        assertThat(RolloutSyntax.time(7_200)).isEqualTo("2h");
        assertThat(RolloutSyntax.time(600)).isEqualTo("10m");
        assertThat(RolloutSyntax.time(61)).isEqualTo("61s");
        assertThat(RolloutSyntax.inWords(new RolloutStep(10, 600, 0.05, 500)))
                .isEqualTo("10 % for 10m (5.0 % may fail, within 500 ms)");
    }
}
