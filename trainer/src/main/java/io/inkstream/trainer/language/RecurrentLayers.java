package io.inkstream.trainer.language;

import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.activations.Activation;

/** Declares the recurrent layers of Deeplearning4j that the trainer uses. */
public final class RecurrentLayers {
    private RecurrentLayers() {}

    /** Begins a layer of {@code width} cells over {@code inputs} values a step. */
    public static BaseRecurrentLayer.Builder<?> of(LanguageConfig.Cell cell, int inputs, int width) {
        BaseRecurrentLayer.Builder<?> layer =
                switch (cell) {
                    case LSTM -> new LSTM.Builder();
                    case RNN -> new SimpleRnn.Builder();
                };
        layer.nIn(inputs).nOut(width);
        layer.activation(Activation.TANH);
        return layer;
    }
}
