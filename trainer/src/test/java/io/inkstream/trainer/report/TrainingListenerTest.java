package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.inkstream.schemas.avro.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {
    private final List<Long> seen = new ArrayList<>();
    private boolean closed;

    private final TrainingListener failing = event -> {
        throw new IllegalStateException("the disk is full");
    };

    private final TrainingListener healthy = new TrainingListener() {
        @Override
        public void on(TrainingEvent event) {
            seen.add(event.getStep());
        }

        @Override
        public void close() {
            closed = true;
        }
    };

    @Test
    void aListenerThatFailsStopsNeitherTheTrainingNorTheOthers() {
        TrainingListener all = TrainingListener.ofAll(List.of(failing, healthy));

        assertThatCode(() -> {
                    all.on(Events.drift(1, 1));
                    all.on(Events.drift(2, 1));
                })
                .doesNotThrowAnyException();
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void allAreClosedEvenIfOneDoesNotCloseWell() {
        TrainingListener stuck = new TrainingListener() {
            @Override
            public void on(TrainingEvent event) {}

            @Override
            public void close() {
                throw new IllegalStateException("stuck");
            }
        };
        TrainingListener.ofAll(List.of(stuck, healthy)).close();

        assertThat(closed).isTrue();
    }
}
