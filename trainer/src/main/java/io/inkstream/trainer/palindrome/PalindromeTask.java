package io.inkstream.trainer.palindrome;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.language.RecurrentLayers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.report.TrainingListener;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Lets a recurrent network read all digits of a palindrome but the last, which it is to predict. That is the first one, which
 * it has to remember all the while: a network that does not reads one in ten. The same for the same seed. For one thread.
 */
public final class PalindromeTask {
    private static final int DIGITS = 10;
    private static final int STEPS_BETWEEN_TESTS = 25;
    private static final int TESTED = 1_000;
    /** So often in a row must all be right before more steps are pointless. */
    private static final int PERFECT_TESTS = 4;

    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;

    /**
     * Prepares a task.
     *
     * @param listener told of loss and accuracy, with the cell's name in theirs; not closed
     * @param stopping asked after every step
     */
    public PalindromeTask(TrainingListener listener, BooleanSupplier stopping, InstantSource clock) {
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * What came out.
     *
     * @param accuracy share of a thousand palindromes whose last digit is predicted, at the last test
     * @param steps after which it was
     */
    public record Outcome(double accuracy, int steps) {}

    /** Palindromes without their last digit, [batch, 10, length - 1], and that digit, [batch, 10], as one-hot vectors. */
    record Batch(INDArray digits, INDArray last) {}

    /** Trains until the steps are done, all is right, or it is told to stop. */
    public Outcome train(PalindromeConfig config) {
        MultiLayerNetwork network = network(config);
        Batch test = batch(config.length(), TESTED, Streams.named(config.seed(), "palindrome-test"));
        Outcome outcome = new Outcome(accuracy(network, test), 0);
        double loss = 0;
        int perfect = 0;
        for (int step = 1; step <= config.steps() && perfect < PERFECT_TESTS && !stopping.getAsBoolean(); step++) {
            Batch batch = batch(config.length(), config.batch(), Streams.named(config.seed(), "palindrome-step", step));
            network.fit(new DataSet(batch.digits(), batch.last()));
            loss += network.score();
            if (step % STEPS_BETWEEN_TESTS == 0 || step == config.steps()) {
                outcome = new Outcome(accuracy(network, test), step);
                perfect = outcome.accuracy() == 1 ? perfect + 1 : 0;
                int since = (step - 1) % STEPS_BETWEEN_TESTS + 1;
                tell(config, outcome, loss / since);
                loss = 0;
            }
        }
        return outcome;
    }

    private void tell(PalindromeConfig config, Outcome outcome, double loss) {
        String cell = "_" + config.cell().name().toLowerCase(Locale.ROOT);
        Map<String, Double> figures = new HashMap<>();
        figures.put("accuracy" + cell, outcome.accuracy());
        figures.put("loss" + cell, loss);
        figures.put("steps_planned", (double) config.steps());
        listener.on(TrainingEvent.newBuilder()
                .setStep(outcome.steps())
                .setStage("palindrome")
                .setFigures(figures)
                .setAt(clock.instant())
                .build());
    }

    private static MultiLayerNetwork network(PalindromeConfig config) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(config.seed())
                .weightInit(WeightInit.XAVIER)
                .updater(new Adam(config.rate()))
                .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                .gradientNormalizationThreshold(config.clip())
                .list()
                .layer(new LastTimeStep(RecurrentLayers.of(config.cell(), DIGITS, config.width())
                        .build()))
                .layer(new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(config.width())
                        .nOut(DIGITS)
                        .build())
                .build());
        network.init();
        return network;
    }

    /** Draws palindromes. */
    static Batch batch(int length, int count, RandomGenerator random) {
        int read = length - 1;
        float[] digits = new float[count * DIGITS * read];
        float[] last = new float[count * DIGITS];
        for (int row = 0; row < count; row++) {
            int[] palindrome = new int[length];
            for (int i = 0; i < (length + 1) / 2; i++) {
                palindrome[i] = random.nextInt(DIGITS);
                palindrome[length - 1 - i] = palindrome[i];
            }
            for (int i = 0; i < read; i++) {
                digits[(row * DIGITS + palindrome[i]) * read + i] = 1;
            }
            last[row * DIGITS + palindrome[read]] = 1;
        }
        return new Batch(
                Nd4j.create(digits, new int[] {count, DIGITS, read}), Nd4j.create(last, new int[] {count, DIGITS}));
    }

    private static double accuracy(MultiLayerNetwork network, Batch test) {
        INDArray read = network.output(test.digits()).argMax(1);
        INDArray wanted = test.last().argMax(1);
        int right = 0;
        for (int i = 0; i < wanted.length(); i++) {
            right += read.getInt(i) == wanted.getInt(i) ? 1 : 0;
        }
        return (double) right / wanted.length();
    }
}
