package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final List<String> lines = new ArrayList<>();
    private long nanos = 5;

    private TrainingListener lines(long from, long to) {
        return ProgressLine.inLines(from, to, Duration.ofMinutes(1), () -> nanos, lines::add);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void aLineSaysHowFarHowFastAndWhenItIsDone() {
        TrainingListener progress = lines(0, 8_000);
        pass(Duration.ofSeconds(100));
        progress.on(Events.event(200, "drift", Map.of("gradient_norm", 0.25)));

        assertThat(lines)
                .containsExactly("drift: step 200 of 8000 (2.5 %), 2.00 steps/s, done in 1:05 h, gradient norm 0.2500");
    }

    @Test
    void linesAreAMinuteApart() {
        TrainingListener progress = lines(0, 8_000);
        for (int step = 1; step <= 13; step++) {
            pass(Duration.ofSeconds(10));
            progress.on(Events.drift(step, 1));
        }

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("drift: step 7 ");
        assertThat(lines.get(2)).startsWith("drift: step 13 ");
    }

    @Test
    void aResumedRunIsNotCreditedWithTheStepsBefore() {
        TrainingListener progress = lines(4_000, 8_000);
        pass(Duration.ofSeconds(10));
        progress.on(Events.drift(4_010, 1));

        assertThat(lines).singleElement().asString().contains("1.00 steps/s", "done in 1:06 h");
    }

    @Test
    void theRateIsThatOfTheLatestWhile() {
        TrainingListener progress = lines(0, 8_000);
        pass(Duration.ofSeconds(60));
        progress.on(Events.drift(600, 1));
        pass(Duration.ofSeconds(60));
        progress.on(Events.drift(660, 1));

        assertThat(lines.get(1)).contains("1.00 steps/s");
    }

    @Test
    void theLastStepIsSaidAtOnce() {
        TrainingListener progress = lines(0, 20);
        pass(Duration.ofSeconds(1));
        progress.on(Events.drift(10, 1));
        pass(Duration.ofSeconds(1));
        progress.on(Events.drift(20, 1));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains("step 20 of 20 (100.0 %)").doesNotContain("done in");
    }

    @Test
    void aTerminalShowsStepAndFigures() {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        try (TrainingListener progress =
                ProgressLine.onTerminal(new PrintStream(terminal, true, StandardCharsets.UTF_8), 0, 200)) {
            progress.on(Events.event(150, "drift", Map.of("gradient_norm", 0.25)));
        }

        assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("150/200");
    }
}
