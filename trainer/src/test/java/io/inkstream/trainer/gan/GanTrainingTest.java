package io.inkstream.trainer.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GanTrainingTest {
    private static final GeneratorShape SHAPE = new GeneratorShape(4, 3, 4, 4, 8, 4, 4);
    private static final GanConfig CONFIG =
            new GanConfig(3, 4, 5, 4, 1e-3, 4, 2, 4, 5e-4, 6e-4, 10, 0.4, 0.1, 0.999, 1);

    private final SampleSet samples = Bars.samples(20, 1).of(SampleSet.Split.TRAIN);
    private final Recogniser recogniser =
            Recogniser.untrained(new RecogniserShape(4, 6, 8, 12, 4), Streams.named(1, "recogniser"));
    private final Workers workers = new Workers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void anInterruptedTrainingGoesOnToTheSameBits() {
        GanTraining whole = training(CONFIG);
        List<String> expected = advance(whole, 8);
        // In the first stage, at the switch, and in the second stage.
        for (int cut : new int[] {2, 4, 6}) {
            GanTraining before = training(CONFIG);
            List<String> actual = advance(before, cut);
            GanTraining after = training(CONFIG);
            after.resume(before.checkpoint());
            actual.addAll(advance(after, 8 - cut));

            assertThat(actual).as("cut after step %d", cut).isEqualTo(expected);
            assertThat(after.average().parameters())
                    .containsExactly(whole.average().parameters());
            assertThat(after.average().statistics())
                    .containsExactly(whole.average().statistics());
            assertThat(after.finished()).isTrue();
        }
    }

    @Test
    void anotherSeedTrainsAnotherGenerator() {
        GanTraining one = training(CONFIG);
        GanTraining other = training(new GanConfig(3, 4, 5, 4, 1e-3, 4, 2, 4, 5e-4, 6e-4, 10, 0.4, 0.1, 0.999, 2));
        assertThat(advance(one, 1)).isNotEqualTo(advance(other, 1));
    }

    @Test
    void aCheckpointOfAnotherArchitectureIsRefused() {
        Checkpoint other = new GanTraining(
                        CONFIG, new GeneratorShape(4, 3, 4, 4, 8, 4, 5), samples, recogniser, workers)
                .checkpoint();
        assertThatThrownBy(() -> training(CONFIG).resume(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another network");
    }

    @Test
    void aGradientThatIsNotANumberStopsBeforeItReachesTheGenerator() {
        GanTraining training = training(CONFIG);
        Checkpoint good = training.checkpoint();
        good.arrays().get("generator.parameters")[SHAPE.classes() * SHAPE.embedding()] = Float.NaN;
        training.resume(good);

        assertThatThrownBy(training::advance)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("step 1");
        assertThat(training.step()).isZero();
    }

    @Test
    void tooFewClassesForAStepAreRefusedWithTheCounts() {
        SampleSet two = samples.where(i -> samples.label(i) < 2);
        assertThatThrownBy(() -> new GanTraining(CONFIG, SHAPE, two, recogniser, workers))
                .hasMessageContaining("draws 3 classes")
                .hasMessageContaining("only 2 of 4");
    }

    private GanTraining training(GanConfig config) {
        return new GanTraining(config, SHAPE, samples, recogniser, workers);
    }

    private static List<String> advance(GanTraining training, int steps) {
        List<String> reports = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            reports.add(training.advance().toString());
        }
        return reports;
    }
}
