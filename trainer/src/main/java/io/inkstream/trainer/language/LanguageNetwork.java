package io.inkstream.trainer.language;

import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.NetworkArrays;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A recurrent network of Deeplearning4j that predicts the next token of a text. For one thread. */
final class LanguageNetwork {
    private static final double LOG_2 = Math.log(2);
    /** Tokens that are read at once where nothing is learnt. */
    private static final int READ_AT_ONCE = 200;

    private final MultiLayerNetwork network;
    private final int tokens;

    private LanguageNetwork(MultiLayerNetwork network, int tokens) {
        this.network = network;
        this.tokens = tokens;
    }

    /** An untrained network for a vocabulary of {@code tokens}. */
    static LanguageNetwork untrained(LanguageConfig config, int tokens) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(config.seed())
                .weightInit(WeightInit.XAVIER)
                .updater(new Adam(config.rate()))
                .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
                .gradientNormalizationThreshold(config.clip())
                .list();
        for (int layer = 0; layer < config.layers(); layer++) {
            BaseRecurrentLayer.Builder<?> recurrent =
                    RecurrentLayers.of(config.cell(), layer == 0 ? tokens : config.width(), config.width());
            if (layer > 0) { // the letters themselves stay
                leaveOut(recurrent, config.dropout());
            }
            layers.layer(recurrent.build());
        }
        RnnOutputLayer.Builder output = new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(config.width())
                .nOut(tokens);
        leaveOut(output, config.dropout());
        layers.layer(output.build());
        MultiLayerNetwork network = new MultiLayerNetwork(layers.backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(config.sequence())
                .build());
        network.init();
        return new LanguageNetwork(network, tokens);
    }

    private static void leaveOut(Layer.Builder<?> layer, double share) {
        if (share > 0) {
            layer.dropOut(1 - share); // what Deeplearning4j asks for is the share that stays
        }
    }

    /** A network of these weights, in Deeplearning4j's order. */
    static LanguageNetwork of(LanguageConfig config, int tokens, float[] weights) {
        LanguageNetwork network = untrained(config, tokens);
        network.take(weights);
        return network;
    }

    /** A copy of its weights. */
    float[] weights() {
        return network.params().dup().data().asFloat();
    }

    /** Takes other weights. */
    void take(float[] weights) {
        network.params()
                .assign(Nd4j.create(
                        weights, network.params().shape(), network.params().ordering()));
    }

    /** How often its weights were updated, at least 1 from the first update on. */
    long updates() {
        return Math.max(1, network.getLayerWiseConfigurations().getIterationCount());
    }

    /** All that it needs in order to go on learning. */
    Map<String, float[]> arrays() {
        return NetworkArrays.of(network);
    }

    /** Takes back what {@link #arrays} gave. */
    void restore(Checkpoint checkpoint) {
        NetworkArrays.restore(checkpoint, network);
    }

    /**
     * Learns from rows of a text, the state going on from one sequence of a row to the next.
     *
     * @param rows of one length; each token is to be predicted from those before it in its row
     * @param seed decides what dropout leaves out
     * @param updated is run after each update of the weights
     * @return bits for each predicted token, at the last sequence
     */
    double learn(int[][] rows, long seed, Runnable updated) {
        Nd4j.getRandom().setSeed(seed);
        network.setListeners(new AfterUpdate(updated));
        int steps = rows[0].length - 1;
        INDArray input = oneHot(rows, 0, steps);
        INDArray wanted = oneHot(rows, 1, steps);
        network.fit(new DataSet(input, wanted));
        network.rnnClearPreviousState();
        int last = (steps - 1) % network.getLayerWiseConfigurations().getTbpttFwdLength() + 1;
        return network.score() / LOG_2 / last;
    }

    /**
     * Bits that each token of a text costs after those before it, on average; the first is given. Empty when told to stop.
     *
     * @param stopping asked now and then
     */
    OptionalDouble bits(int[] text, BooleanSupplier stopping) {
        network.rnnClearPreviousState();
        double sum = 0;
        for (int from = 0; from < text.length - 1; from += READ_AT_ONCE) {
            if (stopping.getAsBoolean()) {
                network.rnnClearPreviousState();
                return OptionalDouble.empty();
            }
            int count = Math.min(READ_AT_ONCE, text.length - 1 - from);
            int[][] rows = {Arrays.copyOfRange(text, from, from + count)};
            INDArray predicted = network.rnnTimeStep(oneHot(rows, 0, count));
            for (int i = 0; i < count; i++) {
                sum -= Math.log(Math.max(1e-12, predicted.getDouble(0, text[from + i + 1], i))) / LOG_2;
            }
        }
        network.rnnClearPreviousState();
        return OptionalDouble.of(sum / (text.length - 1));
    }

    /** Forgets what it read. */
    void clear() {
        network.rnnClearPreviousState();
    }

    /** Reads one more token, and says how likely each is to be the next. */
    double[] after(int token) {
        return network.rnnTimeStep(oneHot(new int[][] {{token}}, 0, 1)).ravel().toDoubleVector();
    }

    private static final class AfterUpdate extends BaseTrainingListener {
        private final Runnable action;

        private AfterUpdate(Runnable action) {
            this.action = action;
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            action.run();
        }
    }

    private INDArray oneHot(int[][] rows, int from, int steps) {
        float[] values = new float[rows.length * tokens * steps];
        for (int row = 0; row < rows.length; row++) {
            for (int step = 0; step < steps; step++) {
                values[(row * tokens + rows[row][from + step]) * steps + step] = 1;
            }
        }
        return Nd4j.create(values, new int[] {rows.length, tokens, steps});
    }
}
