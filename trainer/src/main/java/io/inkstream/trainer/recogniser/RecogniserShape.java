package io.inkstream.trainer.recogniser;

import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Slice;

/**
 * Describes a recogniser: four convolutions, a feature layer and the logits, with batch norm after all but the last.
 *
 * <p>Convolution 5x5 stride 2 to {@code first} channels (14x14), 3x3 to {@code second}, max-pool (7x7), 3x3 to
 * {@code third}, 3x3 stride 2 to {@code third} (4x4), dense to {@code features}, dense to {@code classes}.
 */
public record RecogniserShape(int first, int second, int third, int features, int classes) {
    /** Pixels of the side of the image that goes in. */
    public static final int SIDE = 28;

    public RecogniserShape {
        if (first < 1 || second < 1 || third < 1 || features < 1 || classes < 1) {
            throw new IllegalArgumentException("every width must be at least 1, got " + first + ", " + second + ", "
                    + third + ", " + features + ", " + classes);
        }
    }

    /** Returns the shape whose features guide the generator and which ships as the reader. */
    public static RecogniserShape reader(int classes) {
        return new RecogniserShape(16, 32, 64, 128, classes);
    }

    /** Returns the wider shape that judges a generator, which never sees it in training. */
    public static RecogniserShape judge(int classes) {
        return new RecogniserShape(32, 64, 128, 128, classes);
    }

    Conv2d.Shape conv1() {
        return new Conv2d.Shape(1, first, SIDE, 5, 2, 2);
    }

    Conv2d.Shape conv2() {
        return Conv2d.Shape.same3x3(first, second, SIDE / 2);
    }

    Conv2d.Shape conv3() {
        return Conv2d.Shape.same3x3(second, third, SIDE / 4);
    }

    Conv2d.Shape conv4() {
        return new Conv2d.Shape(third, third, SIDE / 4, 3, 2, 1);
    }

    int flat() {
        return third * 16;
    }

    /** Where each parameter lies in the parameter vector, and each running statistic in the statistics vector. */
    static final class Places {
        final Layout parameters = new Layout();
        final Layout statistics = new Layout();
        final Slice conv1;
        final Slice conv2;
        final Slice conv3;
        final Slice conv4;
        final Slice features;
        final Slice logits;
        final Slice logitsBias;
        final Slice[] scale = new Slice[5];
        final Slice[] shift = new Slice[5];
        final Slice[] norm = new Slice[5];

        Places(RecogniserShape shape) {
            conv1 = shape.conv1().reserveWeights(parameters, "conv1");
            conv2 = shape.conv2().reserveWeights(parameters, "conv2");
            conv3 = shape.conv3().reserveWeights(parameters, "conv3");
            conv4 = shape.conv4().reserveWeights(parameters, "conv4");
            features = parameters.reserve("features", shape.flat(), shape.features());
            logits = parameters.reserve("logits", shape.features(), shape.classes());
            logitsBias = parameters.reserve("logits.bias", shape.classes());
            int[] channels = {shape.first(), shape.second(), shape.third(), shape.third(), shape.features()};
            for (int i = 0; i < channels.length; i++) {
                scale[i] = parameters.reserve("norm" + (i + 1) + ".scale", channels[i]);
                shift[i] = parameters.reserve("norm" + (i + 1) + ".shift", channels[i]);
                norm[i] = statistics.reserve("norm" + (i + 1), 2, channels[i]);
            }
        }
    }
}
