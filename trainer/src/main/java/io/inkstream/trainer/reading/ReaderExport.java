package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.export.OnnxGraph;
import io.inkstream.trainer.nn.BatchNorm;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/**
 * Writes a reader as ONNX, as bundles and servers take readers: input {@code ink} float [n, 1, 28, 28], output {@code logits}
 * float [n, classes]. Batch norms are folded into the convolutions before them.
 */
final class ReaderExport {
    private ReaderExport() {}

    static byte[] onnx(ReaderNetwork network) {
        ReaderConfig config = network.config();
        OnnxGraph g = new OnnxGraph("reader");
        String x = g.input("ink", 1, SampleSet.SIDE_PX, SampleSet.SIDE_PX);
        x = ReaderLayers.make(config, x, new ReaderLayers.Maker() {
            @Override
            public String conv(
                    String name, String from, int inputs, int outputs, int kernel, int stride, boolean rectifies) {
                float[] weights = network.parameters(name, ConvolutionParamInitializer.WEIGHT_KEY);
                float[] bias = fold(weights, network, name + ReaderNetwork.NORM);
                String y = g.conv(
                        from,
                        g.weights(weights, outputs, inputs, kernel, kernel),
                        g.weights(bias, outputs),
                        kernel,
                        stride,
                        kernel / 2);
                return rectifies ? g.node("Relu", y) : y;
            }

            @Override
            public String sum(String name, String branch, String shortcut) {
                return g.node("Relu", g.node("Add", branch, shortcut));
            }
        });
        x = g.node("Flatten", "axis", 1, x);
        x = g.node("Relu", dense(g, x, network, ReaderNetwork.FEATURES, ReaderLayers.flat(config), config.features()));
        x = dense(g, x, network, ReaderNetwork.LOGITS, config.features(), network.classes());
        g.output(x, "logits", network.classes());
        return g.toBytes();
    }

    private static float[] fold(float[] weights, ReaderNetwork network, String norm) {
        return BatchNorm.fold(
                weights,
                network.parameters(norm, BatchNormalizationParamInitializer.GAMMA),
                network.parameters(norm, BatchNormalizationParamInitializer.BETA),
                network.parameters(norm, BatchNormalizationParamInitializer.GLOBAL_MEAN),
                network.parameters(norm, BatchNormalizationParamInitializer.GLOBAL_VAR));
    }

    private static String dense(OnnxGraph g, String x, ReaderNetwork network, String layer, int inputs, int outputs) {
        return g.node(
                "Gemm",
                x,
                g.weights(network.parameters(layer, DefaultParamInitializer.WEIGHT_KEY), inputs, outputs),
                g.weights(network.parameters(layer, DefaultParamInitializer.BIAS_KEY), outputs));
    }
}
