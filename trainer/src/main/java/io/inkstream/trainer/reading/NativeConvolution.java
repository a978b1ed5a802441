package io.inkstream.trainer.reading;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution of Deeplearning4j, without bias, that runs on oneDNN.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 has what this takes, but asks for it by the name of a class that has moved, does not find it,
 * and unfolds every image into a matrix instead, which takes several times as long.
 */
final class NativeConvolution extends ConvolutionLayer {
    private static final long serialVersionUID = 1;

    /** A square kernel over {@code inputs} channels, with as much padding as leaves the side to the stride alone. */
    NativeConvolution(int inputs, int outputs, int kernel, int stride) {
        super(new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .padding(kernel / 2, kernel / 2)
                .nIn(inputs)
                .nOut(outputs)
                .hasBias(false)
                .activation(Activation.IDENTITY));
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean isNew,
            DataType type) {
        Running layer = new Running(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        Map<String, INDArray> table = initializer().init(conf, parameters, isNew);
        layer.setParamTable(table);
        layer.setConf(conf);
        return layer;
    }

    private static final class Running extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer {
        private static final long serialVersionUID = 1;

        Running(NeuralNetConfiguration conf, DataType type) {
            super(conf, type);
            helper = new MKLDNNConvHelper(type);
        }
    }
}
