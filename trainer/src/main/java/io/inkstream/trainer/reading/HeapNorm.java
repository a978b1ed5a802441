package io.inkstream.trainer.reading;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Slice;
import java.nio.FloatBuffer;
import java.util.Collection;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch norm of Deeplearning4j that computes on the Java heap, and rectifies on the way where it is told to.
 *
 * <p>Parameters, running statistics and updates are Deeplearning4j's; the arithmetic is {@link BatchNorm}'s, since the
 * element-wise operations of a Deeplearning4j batch norm take several times as long as the convolution before it.
 */
final class HeapNorm extends BatchNormalization {
    private static final long serialVersionUID = 1;

    private final boolean rectifies;

    HeapNorm(int channels, boolean rectifies) {
        setNIn(channels);
        setNOut(channels);
        setEps(BatchNorm.EPSILON);
        setUseLogStd(false);
        this.rectifies = rectifies;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean isNew,
            DataType type) {
        Running layer = new Running(conf, type, rectifies);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(conf, parameters, isNew));
        layer.setConf(conf);
        return layer;
    }

    private static final class Running extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
        private static final long serialVersionUID = 1;
        private static final String SCALE = BatchNormalizationParamInitializer.GAMMA;
        private static final String SHIFT = BatchNormalizationParamInitializer.BETA;
        private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
        private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

        private final boolean rectifies;
        private transient Buffers buffers;

        Running(NeuralNetConfiguration conf, DataType type, boolean rectifies) {
            super(conf, type);
            this.rectifies = rectifies;
        }

        /** What one batch size needs. */
        private final class Buffers {
            private final int batch;
            private final int channels;
            private final BatchNorm norm;
            private final float[] x;
            private final float[] y;
            private final float[] gradient;
            private final float[] statistics;

            Buffers(INDArray input) {
                batch = (int) input.size(0);
                channels = (int) input.size(1);
                int area = (int) (input.size(2) * input.size(3));
                Slice both = new Layout().reserve("norm", 2, channels);
                norm = new BatchNorm(batch, channels, area, both, rectifies);
                x = new float[batch * channels * area];
                y = new float[x.length];
                gradient = new float[x.length];
                statistics = new float[both.length()];
            }

            boolean suit(INDArray input) {
                return input.length() == x.length && input.size(0) == batch && input.size(1) == channels;
            }
        }

        @Override
        public INDArray preOutput(INDArray in, TrainingMode mode, LayerWorkspaceMgr workspaces) {
            if (buffers == null || !buffers.suit(in)) {
                buffers = new Buffers(in);
            }
            Buffers b = buffers;
            read(in, b.x);
            BatchNorm.Affine scale = shared(params.get(SCALE));
            BatchNorm.Affine shift = shared(params.get(SHIFT));
            if (mode == TrainingMode.TRAIN) {
                b.norm.forwardTraining(b.x, scale, shift, b.y, b.statistics);
            } else {
                read(params.get(MEAN), b.statistics, 0);
                read(params.get(VARIANCE), b.statistics, b.channels);
                b.norm.forwardServing(b.x, scale, shift, b.y, b.statistics);
            }
            return written(b.y, in, ArrayType.ACTIVATIONS, workspaces);
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
            Buffers b = buffers;
            read(epsilon, b.gradient);
            float[] scaleGradient = new float[b.channels];
            float[] shiftGradient = new float[b.channels];
            b.norm.backward(
                    b.x,
                    b.y,
                    b.gradient,
                    shared(params.get(SCALE)),
                    new BatchNorm.Affine(scaleGradient, 0, 0),
                    new BatchNorm.Affine(shiftGradient, 0, 0));
            double taken = 1 - layerConf().getDecay();
            float[] mean = new float[b.channels];
            float[] variance = new float[b.channels];
            read(params.get(MEAN), mean, 0);
            read(params.get(VARIANCE), variance, 0);
            for (int c = 0; c < b.channels; c++) {
                // Deeplearning4j takes a gradient from these as from weights, at a rate of 1.
                mean[c] = (float) (taken * (mean[c] - b.statistics[c]));
                variance[c] = (float) (taken * (variance[c] - b.statistics[b.channels + c]));
            }
            Gradient gradient = new DefaultGradient();
            put(gradient, SCALE, scaleGradient);
            put(gradient, SHIFT, shiftGradient);
            put(gradient, MEAN, mean);
            put(gradient, VARIANCE, variance);
            return new Pair<>(gradient, written(b.gradient, epsilon, ArrayType.ACTIVATION_GRAD, workspaces));
        }

        private void put(Gradient gradient, String name, float[] values) {
            INDArray view = gradientViews.get(name);
            for (int c = 0; c < values.length; c++) {
                view.putScalar(c, values[c]);
            }
            gradient.setGradientFor(name, view);
        }

        private static BatchNorm.Affine shared(INDArray values) {
            float[] copy = new float[(int) values.length()];
            read(values, copy, 0);
            return new BatchNorm.Affine(copy, 0, 0);
        }

        private static void read(INDArray from, float[] to, int offset) {
            for (int i = 0; i < from.length(); i++) {
                to[offset + i] = from.getFloat(i);
            }
        }

        private static void read(INDArray from, float[] to) {
            boolean inOrder = from.ordering() == 'c' && !from.isView() && from.offset() == 0;
            buffer(inOrder ? from : from.dup('c')).get(0, to, 0, to.length);
        }

        private static INDArray written(float[] values, INDArray like, ArrayType type, LayerWorkspaceMgr workspaces) {
            INDArray array = workspaces.createUninitialized(type, DataType.FLOAT, like.shape(), 'c');
            buffer(array).put(0, values, 0, values.length);
            return array;
        }

        private static FloatBuffer buffer(INDArray array) {
            return ((FloatPointer) array.data().pointer()).asBuffer();
        }
    }
}
