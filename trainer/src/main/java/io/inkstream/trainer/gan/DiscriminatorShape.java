package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Slice;

/**
 * Describes a projection discriminator: convolutions 4x4 stride 2 to {@code first} (14x14) and {@code second} (7x7), 3x3
 * to {@code third} (7x7) and 3x3 stride 2 to {@code third} (4x4), dense to {@code features} h, logit w h + b + E(class) h.
 *
 * @see <a href="https://arxiv.org/abs/1802.05637">Miyato and Koyama, cGANs with projection discriminator</a>
 */
public record DiscriminatorShape(int classes, int first, int second, int third, int features) {
    public DiscriminatorShape {
        if (Math.min(Math.min(classes, first), Math.min(second, Math.min(third, features))) < 1) {
            throw new IllegalArgumentException("every width must be at least 1, got " + classes + ", " + first + ", "
                    + second + ", " + third + ", " + features);
        }
    }

    /** Returns the recipe's shape: 0.8 M parameters, 16 MFLOP a glyph. */
    public static DiscriminatorShape standard(int classes) {
        return new DiscriminatorShape(classes, 32, 64, 128, 256);
    }

    Conv2d.Shape conv1() {
        return new Conv2d.Shape(1, first, 28, 4, 2, 1);
    }

    Conv2d.Shape conv2() {
        return new Conv2d.Shape(first, second, 14, 4, 2, 1);
    }

    Conv2d.Shape conv3() {
        return Conv2d.Shape.same3x3(second, third, 7);
    }

    Conv2d.Shape conv4() {
        return new Conv2d.Shape(third, third, 7, 3, 2, 1);
    }

    /** Where each parameter lies in the parameter vector. */
    static final class Places {
        final Layout parameters = new Layout();
        final Slice[] conv = new Slice[4];
        final Slice[] convBias = new Slice[4];
        final Slice dense;
        final Slice denseBias;
        final Slice logit;
        final Slice logitBias;
        final Slice projection;

        Places(DiscriminatorShape shape) {
            Conv2d.Shape[] convs = {shape.conv1(), shape.conv2(), shape.conv3(), shape.conv4()};
            for (int i = 0; i < 4; i++) {
                conv[i] = convs[i].reserveWeights(parameters, "conv" + (i + 1));
                convBias[i] = parameters.reserve("conv" + (i + 1) + ".bias", convs[i].outputs());
            }
            dense = parameters.reserve("dense", shape.third() * 16, shape.features());
            denseBias = parameters.reserve("dense.bias", shape.features());
            logit = parameters.reserve("logit", 1, shape.features());
            logitBias = parameters.reserve("logit.bias", 1);
            projection = parameters.reserve("projection", shape.classes(), shape.features());
        }

        /** Returns the matrices whose norm is held at 1. */
        Slice[] normed() {
            return new Slice[] {conv[0], conv[1], conv[2], conv[3], dense, logit, projection};
        }
    }
}
