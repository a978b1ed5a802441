package io.inkstream.ops.admin.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClockCheckTest {
    private static Finding judge(Duration behind) {
        Findings findings = new Findings("clocks");
        ClockCheck.judge(Map.of("model server s1", behind), Duration.ofSeconds(15), findings);
        assertThat(findings.all()).hasSize(1);
        return findings.all().get(0);
    }

    @Test
    void aLittleIsTolerated() {
        assertThat(judge(Duration.ofMillis(1_500)).level()).isEqualTo(Finding.Level.OK);
        assertThat(judge(Duration.ofMillis(-1_500)).level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void secondsAreAWarningThatSaysWhichWay() {
        assertThat(judge(Duration.ofSeconds(5)).level()).isEqualTo(Finding.Level.WARNING);
        assertThat(judge(Duration.ofSeconds(5)).what()).contains("5.0 s behind");
        assertThat(judge(Duration.ofSeconds(-5)).what()).contains("5.0 s before");
    }

    @Test
    void asMuchAsMakesALivingServerLookDeadIsAProblem() {
        assertThat(judge(Duration.ofSeconds(9)).level()).isEqualTo(Finding.Level.PROBLEM);
    }
}
