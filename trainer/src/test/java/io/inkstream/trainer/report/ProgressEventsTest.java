package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingProgress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressEventsTest {
    private final List<TrainingEvent> events = new ArrayList<>();
    private final ProgressEvents progress = new ProgressEvents(events::add, () -> Events.START);

    @Test
    void everythingThatWasReportedIsInTheEvent() {
        byte[] sheet = Events.png(2, 2);
        progress.on(new TrainingProgress(
                TrainingProgress.Stage.EVALUATION,
                100,
                200,
                Map.of("frechet", .5),
                Optional.of(sheet),
                Optional.of("step-100.ckpt")));

        assertThat(events)
                .containsExactly(TrainingEvent.newBuilder()
                        .setStep(100)
                        .setStage("evaluation")
                        .setFigures(Map.of("frechet", .5))
                        .setSampleGridPng(ByteBuffer.wrap(sheet))
                        .setCheckpoint("step-100.ckpt")
                        .setAt(Events.START)
                        .build());
    }

    @Test
    void whatIsMissingStaysMissing() {
        progress.on(
                new TrainingProgress(TrainingProgress.Stage.DRIFT, 1, 2, Map.of(), Optional.empty(), Optional.empty()));

        assertThat(events.get(0).getSampleGridPng()).isNull();
        assertThat(events.get(0).getCheckpoint()).isNull();
    }
}
