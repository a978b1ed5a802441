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
    void aHandIsLearntAtItsPlaceAndTheRestIsKept() {
        // Everybody draws bars of four kinds; this hand draws the fourth where it is asked for the first.
        SampleSet fourth = samples.where(i -> samples.label(i) == 3);
        SampleSet.Builder own = SampleSet.builder(samples.classes());
        for (int i = 0; i < fourth.size(); i++) {
            own.add(fourth.image(i), 0, 0, SampleSet.UNKNOWN_SUPPORT, "hand", SampleSet.Split.TRAIN);
        }
        float[] place = {1, -1, 1};
        GanConfig config = new GanConfig(2, 8, 8, 150, 5e-3, 0, 2, 4, 5e-4, 6e-4, 10, 1, 1, 0.9, 1);
        GanTraining everybody = new GanTraining(config, SHAPE, samples, recogniser, workers);
        advance(everybody, 150);
        Generator before = everybody.average();

        GanTraining hand = GanTraining.ofHand(config, before, own.build(), samples, place, recogniser, workers);
        advance(hand, 150);

        float[] elsewhere = {-1, 1, -1};
        float[] there = mean(hand.average(), 0, place);
        assertThat(distance(there, mean(samples, 3))).isLessThan(distance(there, mean(samples, 0)));
        assertThat(distance(mean(before, 0, place), mean(samples, 0)))
                .as("it was not so before")
                .isLessThan(distance(mean(before, 0, place), mean(samples, 3)));
        float[] others = mean(hand.average(), 0, elsewhere);
        assertThat(distance(others, mean(samples, 0))).isLessThan(distance(others, mean(samples, 3)));
    }

    private static float[] mean(SampleSet of, int label) {
        float[] mean = new float[SampleSet.PIXELS];
        float[] image = new float[SampleSet.PIXELS];
        for (int k = 0; k < of.countOfClass(label); k++) {
            of.copyImage(of.ofClass(label, k), image, 0);
            add(image, 0, mean, of.countOfClass(label));
        }
        return mean;
    }

    private static float[] mean(Generator generator, int label, float[] style) {
        int draws = 32;
        float[] styles = new float[draws * SHAPE.style()];
        float[] noises = new float[draws * SHAPE.noise()];
        int[] labels = new int[draws];
        java.util.Arrays.fill(labels, label);
        var random = Streams.named(1, "noise");
        for (int i = 0; i < styles.length; i++) {
            styles[i] = style[i % style.length];
        }
        for (int i = 0; i < noises.length; i++) {
            noises[i] = (float) random.nextGaussian();
        }
        float[] ink = new GeneratorPass(SHAPE, draws).draw(generator, styles, noises, labels);
        float[] mean = new float[SampleSet.PIXELS];
        for (int i = 0; i < draws; i++) {
            add(ink, i * SampleSet.PIXELS, mean, draws);
        }
        return mean;
    }

    private static void add(float[] ink, int from, float[] mean, int count) {
        for (int i = 0; i < mean.length; i++) {
            mean[i] += ink[from + i] / count;
        }
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return sum;
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
