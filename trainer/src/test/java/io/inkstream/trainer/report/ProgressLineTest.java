package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.TrainingEvent;
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
    private final TrainingListener progress = ProgressLine.inLines(Duration.ofMinutes(1), () -> nanos, lines::add);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static TrainingEvent drift(long step) {
        return Events.event(step, "drift", Map.of("gradient_norm", .25, "steps_planned", 8000.0));
    }

    @Test
    void aLineSaysHowFarHowFastAndWhenItIsDone() {
        progress.on(drift(100));
        pass(Duration.ofSeconds(100));
        progress.on(drift(300));

        assertThat(lines)
                .containsExactly(
                        "drift: step 100 of 8000, gradient norm 0.2500",
                        "drift: step 300 of 8000, 2.00 steps/s, done in 1:04 h, gradient norm 0.2500");
    }

    @Test
    void linesAreAMinuteApart() {
        for (int step = 1; step <= 13; step++) {
            progress.on(drift(step));
            pass(Duration.ofSeconds(10));
        }

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("drift: step 7 ");
        assertThat(lines.get(2)).startsWith("drift: step 13 ");
    }

    @Test
    void theRateIsThatOfTheLatestWhile() {
        progress.on(drift(0));
        pass(Duration.ofSeconds(60));
        progress.on(drift(600));
        pass(Duration.ofSeconds(60));
        progress.on(drift(660));

        assertThat(lines.get(2)).contains("1.00 steps/s");
    }

    @Test
    void theLastStepIsSaidAtOnce() {
        progress.on(drift(7900));
        pass(Duration.ofSeconds(1));
        progress.on(drift(8000));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains("step 8000 of 8000").doesNotContain("done in");
    }

    @Test
    void everyNetworkCountsItsOwnSteps() {
        progress.on(Events.event(
                0, "recogniser", Map.of("reader_loss", .5, "recogniser_step", 3000.0, "steps_planned", 3200.0)));
        pass(Duration.ofSeconds(1));
        progress.on(drift(10));

        assertThat(lines)
                .containsExactly(
                        "recogniser: step 3000 of 3200, reader loss 0.5000",
                        "drift: step 10 of 8000, gradient norm 0.2500");
    }

    @Test
    void aTerminalShowsStepAndPlan() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TrainingListener bar = ProgressLine.onTerminal(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            bar.on(drift(100));
            bar.on(drift(150));
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("150/8000");
    }
}
