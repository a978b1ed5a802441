package io.inkstream.trainer.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.nn.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTrainingTest {
    private static final LineReaderShape SHAPE = new LineReaderShape(List.of(8, 12, 16, 16, 16), 24, 6);

    private final Workers workers = new Workers(2);
    private final List<TrainingEvent> events = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        workers.close();
    }

    private static LineTraining.Config config(int steps, double varied) {
        return new LineTraining.Config(steps, 8, 6e-3, 1e-4, .1, varied, 3);
    }

    private Optional<LineReader> teach(String name, LineTraining.Config config, LineSet lines, BooleanSupplier stopping)
            throws IOException, TrainingException {
        return new LineTraining(config, workers, folder.resolve(name), events::add, stopping, InstantSource.system())
                .teach(lines, SHAPE, 5);
    }

    @Test
    void linesOfOtherWritersAreReadAfterwards() throws Exception {
        LineSet lines = LineSet.of(DrawnLines.seen(64, 1));
        assertThat(lines.characters()).containsExactly(" ", "l", "o", "v", "z");

        LineReader reader = teach("learn", config(400, 0), lines, () -> false).orElseThrow();

        assertThat(new LineReading(reader).errorRate(DrawnLines.seen(40, 2))).isLessThan(.1);
        assertThat(events).last().satisfies(event -> assertThat(event.getStep()).isEqualTo(400));
    }

    @Test
    void aTrainingThatIsStoppedGoesOnToTheSameWeights() throws Exception {
        LineSet lines = LineSet.of(DrawnLines.seen(20, 1));
        LineReader whole = teach("whole", config(13, .9), lines, () -> false).orElseThrow();

        int[] asked = {0};
        assertThat(teach("stopped", config(13, .9), lines, () -> asked[0]++ == 7))
                .isEmpty();
        LineReader resumed =
                teach("stopped", config(13, .9), lines, () -> false).orElseThrow();

        assertThat(resumed.parameters()).isEqualTo(whole.parameters());
        assertThat(resumed.statistics()).isEqualTo(whole.statistics());
    }

    @Test
    void anotherTrainingsFolderIsRefusedAndStays() throws Exception {
        LineSet lines = LineSet.of(DrawnLines.seen(20, 1));
        LineReader first = teach("one", config(6, 0), lines, () -> false).orElseThrow();

        assertThatThrownBy(() -> teach("one", config(6, 0), LineSet.of(DrawnLines.seen(20, 2)), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("holds another training");
        assertThat(teach("one", config(6, 0), lines, () -> false).orElseThrow().parameters())
                .isEqualTo(first.parameters());
        assertThatThrownBy(() -> teach("few", config(6, 0), LineSet.of(DrawnLines.seen(7, 2)), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("batch of 8 lines, got 7");
    }
}
