package io.inkstream.trainer.reading;

import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.NetworkArrays;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Workers;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Networks of Deeplearning4j that read single glyphs, one for each worker, which share their weights after every step. The
 * same for the same seed and number of workers. For one thread.
 */
final class ReaderNetwork {
    static final String INK = "ink";
    static final String FEATURES = "features";
    static final String LOGITS = "logits";
    /** What follows the name of a convolution in that of its norm. */
    static final String NORM = "-norm";

    private final ReaderConfig config;
    private final int classes;
    private final Workers workers;
    private final ComputationGraph[] replicas;

    private ReaderNetwork(ReaderConfig config, int classes, Workers workers, ComputationGraph[] replicas) {
        this.config = config;
        this.classes = classes;
        this.workers = workers;
        this.replicas = replicas;
    }

    /** An untrained network whose learning rate ends after {@code steps}. */
    static ReaderNetwork untrained(ReaderConfig config, int classes, long steps, Workers workers) {
        ComputationGraph[] replicas = new ComputationGraph[workers.count()];
        for (int w = 0; w < replicas.length; w++) {
            replicas[w] = new ComputationGraph(layers(config, classes, steps));
            replicas[w].init();
        }
        return new ReaderNetwork(config, classes, workers, replicas);
    }

    private static ComputationGraphConfiguration layers(ReaderConfig config, int classes, long steps) {
        ComputationGraphConfiguration.GraphBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(config.seed())
                .weightInit(WeightInit.RELU)
                .updater(new Adam(new OneCycle(config.rate(), steps)))
                .weightDecay(config.decay())
                .graphBuilder()
                .addInputs(INK);
        String last = ReaderLayers.make(config, INK, new ReaderLayers.Maker() {
            @Override
            public String conv(
                    String name, String from, int inputs, int outputs, int kernel, int stride, boolean rectifies) {
                layers.addLayer(name, new NativeConvolution(inputs, outputs, kernel, stride), from);
                layers.addLayer(name + NORM, new HeapNorm(outputs, rectifies), name);
                return name + NORM;
            }

            @Override
            public String sum(String name, String branch, String shortcut) {
                layers.addVertex(name + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, shortcut);
                layers.addLayer(name, new ActivationLayer(Activation.RELU), name + "-sum");
                return name;
            }
        });
        layers.addLayer(
                FEATURES,
                new DenseLayer.Builder()
                        .nIn(ReaderLayers.flat(config))
                        .nOut(config.features())
                        .activation(Activation.RELU)
                        .build(),
                new CnnToFeedForwardPreProcessor(
                        ReaderLayers.LAST_SIDE, ReaderLayers.LAST_SIDE, ReaderLayers.channels(config)),
                last);
        OutputLayer.Builder logits = new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER)
                .nIn(config.features())
                .nOut(classes);
        if (config.dropout() > 0) {
            logits.dropOut(1 - config.dropout()); // what Deeplearning4j asks for is the share that stays
        }
        return layers.addLayer(LOGITS, logits.build(), FEATURES)
                .setOutputs(LOGITS)
                .build();
    }

    /** Gives each worker its share of a step. */
    interface Shares {
        /**
         * Fills in a share.
         *
         * @param ink [share, 784]
         * @param wanted [share, classes], each row with the sum 1
         * @return the seed of what dropout leaves out
         */
        long fill(int worker, float[] ink, float[] wanted);
    }

    /** Learns from one batch; returns its mean loss. */
    double learn(Shares shares) {
        int share = config.batch() / replicas.length;
        workers.run(w -> {
            float[] ink = new float[share * SampleSet.PIXELS];
            float[] wanted = new float[share * classes];
            Nd4j.getRandom().setSeed(shares.fill(w, ink, wanted));
            replicas[w].setInputs(images(ink, share));
            replicas[w].setLabels(Nd4j.create(wanted, new int[] {share, classes}));
            replicas[w].computeGradientAndScore();
        });
        double loss = 0;
        INDArray gradient = replicas[0].getFlattenedGradients();
        for (int w = 0; w < replicas.length; w++) {
            // What the decay of weights adds to a score is no loss.
            loss += (replicas[w].score() - replicas[w].calcRegularizationScore(true)) / replicas.length;
            if (w > 0) {
                gradient.addi(replicas[w].getFlattenedGradients());
            }
        }
        if (replicas.length > 1) {
            gradient.divi(replicas.length);
        }
        ComputationGraph first = replicas[0];
        int step = first.getConfiguration().getIterationCount();
        first.getUpdater(true).update(first.gradient(), step, 0, share, LayerWorkspaceMgr.noWorkspaces());
        first.params().subi(gradient.reshape(first.params().shape()));
        first.getConfiguration().setIterationCount(step + 1);
        share();
        return loss;
    }

    private void share() {
        for (int w = 1; w < replicas.length; w++) {
            replicas[w].params().assign(replicas[0].params());
        }
    }

    /**
     * How likely each class is, of each glyph, by the network of one worker.
     *
     * @param ink [count, 784]
     * @return [count, classes]
     */
    float[] probabilities(int worker, float[] ink, int count) {
        return replicas[worker].outputSingle(images(ink, count)).dup('c').data().asFloat();
    }

    private static INDArray images(float[] ink, int count) {
        return Nd4j.create(ink, new int[] {count, 1, SampleSet.SIDE_PX, SampleSet.SIDE_PX});
    }

    /** What it needs in order to go on learning. */
    Map<String, float[]> arrays() {
        return NetworkArrays.of(replicas[0]);
    }

    /** @throws IllegalArgumentException if the checkpoint is of another network */
    void restore(Checkpoint checkpoint) {
        NetworkArrays.restore(checkpoint, replicas[0]);
        share();
    }

    /** Numbers that it learns. */
    long parameters() {
        return replicas[0].numParams();
    }

    /** A layer's parameters by their name, in the order of ONNX: [outputs, inputs, rows, columns], or [inputs, outputs]. */
    float[] parameters(String layer, String name) {
        return replicas[0].getLayer(layer).getParam(name).dup('c').data().asFloat();
    }

    ReaderConfig config() {
        return config;
    }

    int classes() {
        return classes;
    }
}
