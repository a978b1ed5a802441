package io.inkstream.ops.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.schemas.avro.TrainingEvent;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingRunsTest {
    private static final byte[] PICTURE = {1, 2, 3};

    private final TrainingRuns runs = new TrainingRuns();

    private static TrainingEvent.Builder event(long step, String stage, Map<String, Double> figures) {
        return TrainingEvent.newBuilder()
                .setStep(step)
                .setStage(stage)
                .setFigures(figures)
                .setAt(Instant.EPOCH.plusSeconds(step));
    }

    @Test
    void manyEventsAreThinnedAndTheFirstAndTheLastStay() {
        for (int step = 0; step < 20_000; step++) {
            runs.take(
                    "run",
                    event(step, "drift", Map.of("loss", 1.0 / (1 + step)))
                            .setSampleGridPng(ByteBuffer.wrap(PICTURE))
                            .build());
        }

        JsonNode run = runs.of("run").orElseThrow();
        JsonNode curve = run.path("curves").path("loss");
        assertThat(curve.size()).isBetween(500, 1_000);
        assertThat(curve.get(0).get(0).asInt()).isZero();
        assertThat(curve.get(curve.size() - 1).get(0).asInt()).isEqualTo(19_999);
        assertThat(run.path("grids").size()).isBetween(20, 48);
        assertThat(runs.grid("run", 19_999)).hasValue(PICTURE);
    }

    @Test
    void stepsOfARecogniserCountAndWhatIsNoMeasureIsNoCurve() {
        runs.take(
                "run",
                event(
                                0,
                                "recogniser",
                                Map.of("recogniser_step", 7.0, "steps_planned", 50.0, "loss", 2.0, "bad", Double.NaN))
                        .build());
        runs.take("run", event(9, "evaluation", Map.of("cas_ratio", .9)).build());

        JsonNode run = runs.of("run").orElseThrow();
        assertThat(run.path("curves").path("loss").get(0).get(0).asInt()).isEqualTo(7);
        assertThat(run.path("curves").fieldNames()).toIterable().containsExactly("cas_ratio", "loss");
        assertThat(run.path("card").path("cas_ratio").asDouble()).isEqualTo(.9);
    }

    @Test
    void theRunThatSpokeLastIsFirstAndTheOneThatWasSilentLongestIsForgotten() {
        for (int i = 0; i < 30; i++) {
            runs.take("run-" + i, event(1, "drift", Map.of()).build());
        }
        runs.take("run-10", event(2, "drift", Map.of()).build());

        assertThat(runs.all()).hasSize(24);
        assertThat(runs.all().get(0).path("run").asText()).isEqualTo("run-10");
        assertThat(runs.of("run-0")).isEmpty();
    }
}
