package io.inkstream.trainer.recogniser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecogniserTest {
    private static final RecogniserShape SHAPE = new RecogniserShape(4, 6, 8, 12, 4);
    private static final int BATCH = 8;

    @Test
    void aTaughtRecogniserReadsWhatItHasNotSeen() {
        SampleSet bars = Bars.samples(64, 1);
        try (Workers workers = new Workers(2)) {
            RecogniserTraining.Config config = new RecogniserTraining.Config(60, 32, 5e-3, 1e-3, 0.1, 0.05, 1, 1);
            Recogniser taught = new RecogniserTraining(config, workers)
                    .teach(SHAPE, bars.of(SampleSet.Split.TRAIN), (step, loss) -> true);

            assertThat(accuracy(taught, bars.of(SampleSet.Split.TEST))).isGreaterThan(0.9);
        }
    }

    @Test
    void theSameSeedTeachesTheSameRecogniser() {
        SampleSet bars = Bars.samples(16, 1);
        RecogniserTraining.Config config = new RecogniserTraining.Config(5, 16, 2e-3, 1e-3, 0.25, 0.05, 1, 1);
        List<Double> losses = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        try (Workers workers = new Workers(2)) {
            Recogniser first =
                    new RecogniserTraining(config, workers).teach(SHAPE, bars, (step, loss) -> losses.add(loss));
            Recogniser second =
                    new RecogniserTraining(config, workers).teach(SHAPE, bars, (step, loss) -> again.add(loss));

            assertThat(again).isEqualTo(losses).hasSize(5);
            assertThat(second.parameters()).containsExactly(first.parameters());
        }
    }

    @Test
    void fewerSamplesThanABatchAreRefused() {
        try (Workers workers = new Workers(1)) {
            assertThatThrownBy(() -> new RecogniserTraining(RecogniserTraining.Config.DEFAULTS, workers)
                            .teach(SHAPE, Bars.samples(4, 1), (step, loss) -> true))
                    .hasMessageContaining("128")
                    .hasMessageContaining("24");
        }
    }

    @Test
    void gradientsInjectedAtTheLayersReachThePixels() {
        Recogniser model = Recogniser.untrained(SHAPE, Streams.named(1, "recogniser"));
        float[] random = Numbers.uniform(model.statistics().length, 7);
        for (int i = 0; i < random.length; i++) {
            model.statistics()[i] = 0.1f + 0.2f * random[i];
        }
        FrozenRecogniser eye = new FrozenRecogniser(model, BATCH);
        float[] ink = Numbers.uniform(BATCH * 784, 1);
        eye.forward(ink);
        float[] first = Numbers.normal(eye.first().length, 2);
        float[] third = Numbers.normal(eye.third().length, 3);
        float[] features = Numbers.normal(eye.features().length, 4);
        float[] gradient = new float[ink.length];
        eye.backward(first.clone(), third.clone(), features.clone(), gradient);

        double norm = Math.sqrt(Numbers.dot(gradient, gradient));
        double numeric = Numbers.derivative(
                x -> {
                    eye.forward(x);
                    return Numbers.dot(eye.first(), first)
                            + Numbers.dot(eye.third(), third)
                            + Numbers.dot(eye.features(), features);
                },
                ink,
                gradient,
                1e-3 / norm);
        assertThat(norm * norm).isCloseTo(numeric, within(0.05 * norm * norm));
    }

    @Test
    void lossGradientAgreesWithNumericOnes() {
        Recogniser model = Recogniser.untrained(SHAPE, Streams.named(1, "recogniser"));
        RecogniserPass pass = new RecogniserPass(SHAPE, BATCH);
        float[] ink = Numbers.normal(BATCH * 784, 1);
        int[] labels = IntStream.range(0, BATCH).map(i -> i % 4).toArray();
        float[] gradients = new float[model.parameters().length];
        loss(pass, model, ink, labels, gradients);

        double norm = Math.sqrt(Numbers.dot(gradients, gradients));
        double numeric = Numbers.derivative(
                p -> loss(pass, new Recogniser(SHAPE, p, model.statistics()), ink, labels, new float[gradients.length]),
                model.parameters(),
                gradients,
                1e-3 / norm);
        assertThat(norm * norm).isCloseTo(numeric, within(0.05 * norm * norm));
    }

    private static double loss(RecogniserPass pass, Recogniser model, float[] ink, int[] labels, float[] gradients) {
        float[] statistics = new float[model.statistics().length];
        return pass.lossAndGradients(
                model, ink, labels, 0.25, 0.05, Streams.named(1, "dropout"), gradients, statistics);
    }

    private static double accuracy(Recogniser model, SampleSet samples) {
        FrozenRecogniser eye = new FrozenRecogniser(model, samples.size());
        float[] ink = new float[samples.size() * 784];
        for (int i = 0; i < samples.size(); i++) {
            samples.copyImage(i, ink, i * 784);
        }
        eye.forward(ink);
        float[] logits = eye.logits();
        int right = 0;
        for (int i = 0; i < samples.size(); i++) {
            int best = 0;
            for (int c = 1; c < 4; c++) {
                best = logits[i * 4 + c] > logits[i * 4 + best] ? c : best;
            }
            right += best == samples.label(i) ? 1 : 0;
        }
        return (double) right / samples.size();
    }
}
