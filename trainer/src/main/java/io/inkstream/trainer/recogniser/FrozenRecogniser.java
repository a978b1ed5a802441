package io.inkstream.trainer.recogniser;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Dense;
import io.inkstream.trainer.nn.InputGradient;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.nn.MaxPool2;
import io.inkstream.trainer.nn.Slice;

/**
 * Reads glyphs with weights that no longer change, and takes gradients at its layers back to the pixels.
 *
 * <p>Running statistics are folded into the weights, so that a layer is a convolution, a bias and a rectifier. For one
 * thread and one batch size; the arrays that the accessors return are its own and overwritten by the next call.
 */
public final class FrozenRecogniser {
    private final RecogniserShape shape;
    private final int batch;
    private final Folded folded;
    private final Conv2d conv1;
    private final Conv2d conv2;
    private final Conv2d conv3;
    private final Conv2d conv4;
    private final Dense featureLayer;
    private final Dense logitLayer;
    private final float[] h1;
    private final float[] h2;
    private final float[] p2;
    private final float[] h3;
    private final float[] h4;
    private final float[] h5;
    private final float[] logits;
    private Backward backward;

    /** Takes over the weights of {@code model} as they are now. */
    public FrozenRecogniser(Recogniser model, int batch) {
        this.shape = model.shape();
        this.batch = batch;
        this.folded = new Folded(model);
        this.conv1 = new Conv2d(shape.conv1(), batch, folded.conv[0], folded.bias[0]);
        this.conv2 = new Conv2d(shape.conv2(), batch, folded.conv[1], folded.bias[1]);
        this.conv3 = new Conv2d(shape.conv3(), batch, folded.conv[2], folded.bias[2]);
        this.conv4 = new Conv2d(shape.conv4(), batch, folded.conv[3], folded.bias[3]);
        this.featureLayer = new Dense(batch, folded.conv[4], folded.bias[4]);
        this.logitLayer = new Dense(batch, folded.conv[5], folded.bias[5]);
        this.h1 = new float[batch * shape.first() * 196];
        this.h2 = new float[batch * shape.second() * 196];
        this.p2 = new float[batch * shape.second() * 49];
        this.h3 = new float[batch * shape.third() * 49];
        this.h4 = new float[batch * shape.third() * 16];
        this.h5 = new float[batch * shape.features()];
        this.logits = new float[batch * shape.classes()];
        for (Conv2d conv : new Conv2d[] {conv1, conv2, conv3, conv4}) {
            conv.load(folded.values);
        }
        featureLayer.load(folded.values);
        logitLayer.load(folded.values);
    }

    /**
     * Computes the features of a batch.
     *
     * @param ink [batch, 784] in 0 .. 1
     */
    public void forward(float[] ink) {
        conv1.forward(ink, h1);
        Loops.relu(h1, h1.length);
        conv2.forward(h1, h2);
        Loops.relu(h2, h2.length);
        MaxPool2.forward(h2, p2, batch * shape.second(), 14);
        conv3.forward(p2, h3);
        Loops.relu(h3, h3.length);
        conv4.forward(h3, h4);
        Loops.relu(h4, h4.length);
        featureLayer.forward(h4, h5);
        Loops.relu(h5, h5.length);
    }

    /** Computes and returns the logits [batch, classes] of the last {@link #forward}. */
    public float[] logits() {
        logitLayer.forward(h5, logits);
        return logits;
    }

    /** Returns the rectified first layer [batch, first, 14, 14]. */
    public float[] first() {
        return h1;
    }

    /** Returns the rectified third layer [batch, third, 7, 7]. */
    public float[] third() {
        return h3;
    }

    /** Returns the rectified feature layer [batch, features]. */
    public float[] features() {
        return h5;
    }

    /**
     * Takes gradients at the layers of the last {@link #forward} back to the pixels.
     *
     * @param firstGradient at {@link #first()}; used as scratch
     * @param thirdGradient at {@link #third()}; used as scratch
     * @param featureGradient at {@link #features()}; used as scratch
     * @param inkGradient receives the gradient at the pixels, added to what is there
     */
    public void backward(float[] firstGradient, float[] thirdGradient, float[] featureGradient, float[] inkGradient) {
        if (backward == null) {
            backward = new Backward();
        }
        backward.run(firstGradient, thirdGradient, featureGradient, inkGradient);
    }

    private final class Backward {
        private final InputGradient conv1Gradient = new InputGradient(shape.conv1(), batch, folded.conv[0]);
        private final InputGradient conv2Gradient = new InputGradient(shape.conv2(), batch, folded.conv[1]);
        private final InputGradient conv3Gradient = new InputGradient(shape.conv3(), batch, folded.conv[2]);
        private final float[] g0 = new float[batch * 784];
        private final float[] g1 = new float[h1.length];
        private final float[] g2 = new float[h2.length];
        private final float[] gp = new float[p2.length];
        private final float[] g3 = new float[h3.length];
        private final float[] g4 = new float[h4.length];

        Backward() {
            for (InputGradient each : new InputGradient[] {conv1Gradient, conv2Gradient, conv3Gradient}) {
                each.load(folded.values);
            }
        }

        void run(float[] firstGradient, float[] thirdGradient, float[] featureGradient, float[] inkGradient) {
            Loops.reluBackward(h5, featureGradient, 0, h5.length);
            featureLayer.backward(featureGradient, g4, null);
            Loops.reluBackward(h4, g4, 0, h4.length);
            conv4.backward(g4, g3, null);
            Loops.add(thirdGradient, 0, g3, 0, g3.length);
            Loops.reluBackward(h3, g3, 0, h3.length);
            conv3Gradient.run(g3, gp);
            MaxPool2.backward(h2, p2, gp, g2, batch * shape.second(), 14);
            Loops.reluBackward(h2, g2, 0, h2.length);
            conv2Gradient.run(g2, g1);
            Loops.add(firstGradient, 0, g1, 0, g1.length);
            Loops.reluBackward(h1, g1, 0, h1.length);
            conv1Gradient.run(g1, g0);
            Loops.add(g0, 0, inkGradient, 0, g0.length);
        }
    }

    /** A recogniser's weights with the running statistics folded in. */
    public static final class Folded {
        private final float[] values;
        private final Slice[] conv = new Slice[6];
        private final Slice[] bias = new Slice[6];

        /** Folds {@code model}; layers 0 .. 3 are convolutions, 4 the features, 5 the logits. */
        public Folded(Recogniser model) {
            RecogniserShape.Places places = new RecogniserShape.Places(model.shape());
            Slice[] weights = {places.conv1, places.conv2, places.conv3, places.conv4, places.features, places.logits};
            Layout layout = new Layout();
            for (int i = 0; i < weights.length; i++) {
                conv[i] = layout.reserve(weights[i].name(), weights[i].shape());
                int outputs = i < 4 ? weights[i].shape()[0] : weights[i].shape()[1];
                bias[i] = layout.reserve(weights[i].name() + ".bias", outputs);
            }
            values = new float[layout.length()];
            float[] p = model.parameters();
            for (int i = 0; i < 5; i++) {
                int outputs = bias[i].length();
                int perOutput = conv[i].length() / outputs;
                for (int o = 0; o < outputs; o++) {
                    float mean = model.statistics()[places.norm[i].offset() + o];
                    float variance = model.statistics()[places.norm[i].offset() + outputs + o];
                    float factor = (float) (p[places.scale[i].offset() + o] / Math.sqrt(variance + BatchNorm.EPSILON));
                    for (int k = 0; k < perOutput; k++) {
                        int at = i < 4 ? o * perOutput + k : k * outputs + o;
                        values[conv[i].offset() + at] = p[weights[i].offset() + at] * factor;
                    }
                    values[bias[i].offset() + o] = p[places.shift[i].offset() + o] - mean * factor;
                }
            }
            System.arraycopy(p, places.logits.offset(), values, conv[5].offset(), conv[5].length());
            System.arraycopy(p, places.logitsBias.offset(), values, bias[5].offset(), bias[5].length());
        }

        /** Returns a copy of the weights of a layer: [out, in, h, w] of a convolution, [in, out] of a dense layer. */
        public float[] weights(int layer) {
            return java.util.Arrays.copyOfRange(values, conv[layer].offset(), conv[layer].end());
        }

        /** Returns a copy of the bias of a layer. */
        public float[] bias(int layer) {
            return java.util.Arrays.copyOfRange(values, bias[layer].offset(), bias[layer].end());
        }
    }
}
