package io.inkstream.trainer.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Workers;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ReaderNetworkTest {
    private static final int BATCH = 12;
    private static final int CLASSES = 5;

    /** Deeplearning4j's own layers are slow and obvious: ours must learn the same. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"RELU", "IDENTITY"})
    void nativeLayersLearnAsDeeplearning4jsOwn(Activation activation) {
        ComputationGraph own = graph(
                new ConvolutionLayer.Builder(3, 3)
                        .stride(2, 2)
                        .padding(1, 1)
                        .nIn(1)
                        .nOut(4)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                new BatchNormalization.Builder()
                        .nIn(4)
                        .nOut(4)
                        .eps(1e-5)
                        .useLogStd(false)
                        .build(),
                activation);
        ComputationGraph ours = graph(
                new NativeConvolution(1, 4, 3, 2), new HeapNorm(4, activation == Activation.RELU), Activation.IDENTITY);
        assertThat(ours.params().dup().data().asFloat())
                .containsExactly(own.params().dup().data().asFloat());
        float[] wanted = new float[BATCH * CLASSES];
        for (int i = 0; i < BATCH; i++) {
            wanted[i * CLASSES + i % CLASSES] = 1;
        }
        DataSet batch = new DataSet(
                Nd4j.create(Numbers.uniform(BATCH * 64, 1), new int[] {BATCH, 1, 8, 8}),
                Nd4j.create(wanted, new int[] {BATCH, CLASSES}));
        for (int step = 0; step < 4; step++) {
            own.fit(batch);
            ours.fit(batch);
        }

        // The rate is high, so that steps count; sums in another order differ in the seventh digit. Variances are left
        // out:
        // Deeplearning4j keeps those of the batch, we their estimate over all.
        for (String name : new String[] {"conv_W", "norm_gamma", "norm_beta", "norm_mean", "out_W", "out_b"}) {
            assertThat(ours.paramTable().get(name).dup('c').data().asFloat())
                    .as(name)
                    .containsExactly(own.paramTable().get(name).dup('c').data().asFloat(), within(2e-4f));
        }
    }

    private static ComputationGraph graph(Layer conv, Layer norm, Activation activation) {
        ComputationGraphConfiguration.GraphBuilder layers = new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(.5))
                .graphBuilder()
                .addInputs("ink")
                .addLayer("conv", conv, "ink")
                .addLayer("norm", norm, "conv")
                .addLayer("act", new org.deeplearning4j.nn.conf.layers.ActivationLayer(activation), "norm")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .nIn(4 * 16)
                                .nOut(CLASSES)
                                .build(),
                        new CnnToFeedForwardPreProcessor(4, 4, 4),
                        "act")
                .setOutputs("out");
        ComputationGraph graph = new ComputationGraph(layers.build());
        graph.init();
        return graph;
    }

    @ParameterizedTest
    @EnumSource
    void onnxRuntimeReadsWhatTheNetworkReads(ReaderConfig.Net net) throws OrtException {
        ReaderConfig config = new ReaderConfig(net, 3, 2, 8, .25, .05, 1e-2, 1e-2, BATCH, 1, false, 1, 0, 5);
        float[] ink = Numbers.uniform(BATCH * 784, 2);
        try (Workers workers = new Workers(1)) {
            ReaderNetwork network = ReaderNetwork.untrained(config, CLASSES, 20, workers);
            for (int step = 0; step < 10; step++) {
                // Norms off their start, where they change nothing and hide mistakes.
                network.learn((worker, to, wanted) -> {
                    System.arraycopy(ink, 0, to, 0, ink.length);
                    for (int i = 0; i < BATCH; i++) {
                        wanted[i * CLASSES + i % CLASSES] = 1;
                    }
                    return 1;
                });
            }
            float[] expected = network.probabilities(0, ink, BATCH);

            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(ReaderExport.onnx(network));
                    OnnxTensor x =
                            OnnxTensor.createTensor(environment, FloatBuffer.wrap(ink), new long[] {BATCH, 1, 28, 28});
                    OrtSession.Result result = session.run(Map.of("ink", x))) {
                float[] logits = new float[BATCH * CLASSES];
                ((OnnxTensor) result.get("logits").orElseThrow())
                        .getFloatBuffer()
                        .get(logits);
                assertThat(softmax(logits)).containsExactly(expected, within(1e-4f));
            }
        }
    }

    private static float[] softmax(float[] logits) {
        float[] likely = new float[logits.length];
        for (int row = 0; row < logits.length; row += CLASSES) {
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += Math.exp(logits[row + c]);
            }
            for (int c = 0; c < CLASSES; c++) {
                likely[row + c] = (float) (Math.exp(logits[row + c]) / sum);
            }
        }
        return likely;
    }

    @Test
    void twoWorkersLearnAsOneDoes() {
        // Each norm measures its own share of a batch: with the same glyphs in both shares, two are one.
        float[][] parameters = new float[2][];
        for (int count = 1; count <= 2; count++) {
            ReaderConfig config = new ReaderConfig(
                    ReaderConfig.Net.CNN, 3, 1, 8, 0, 0, 1e-3, 1e-2, count * BATCH, count, false, 1, 0, 5);
            float[] ink = Numbers.uniform(BATCH * 784, 2);
            try (Workers workers = new Workers(count)) {
                ReaderNetwork network = ReaderNetwork.untrained(config, CLASSES, 20, workers);
                for (int step = 0; step < 3; step++) {
                    network.learn((worker, to, wanted) -> {
                        System.arraycopy(ink, 0, to, 0, ink.length);
                        for (int i = 0; i < BATCH; i++) {
                            wanted[i * CLASSES + i % CLASSES] = 1;
                        }
                        return 1;
                    });
                }
                parameters[count - 1] = network.arrays().get("parameters");
            }
        }

        assertThat(parameters[1]).containsExactly(parameters[0], within(1e-5f));
    }
}
