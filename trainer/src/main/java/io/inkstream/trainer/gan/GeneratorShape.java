package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Layout;
import io.inkstream.trainer.nn.Slice;

/**
 * Describes a generator of 28 x 28 glyphs: a dense layer to {@code wide} channels of 7 x 7, a convolution and depth to
 * space to {@code middle} of 14 x 14, a residual convolution, a convolution and depth to space to {@code narrow} of
 * 28 x 28, and a convolution to ink; each convolution behind a conditional batch norm.
 *
 * @param style numbers of a style latent, shared by the glyphs of a document
 * @param noise numbers of a noise latent, fresh for each glyph
 * @param embedding numbers that a class is embedded in
 */
public record GeneratorShape(int classes, int style, int noise, int embedding, int wide, int middle, int narrow) {
    public GeneratorShape {
        if (Math.min(Math.min(classes, style), Math.min(noise, embedding)) < 1
                || Math.min(wide, Math.min(middle, narrow)) < 1) {
            throw new IllegalArgumentException("every width must be at least 1, got " + classes + ", " + style + ", "
                    + noise + ", " + embedding + ", " + wide + ", " + middle + ", " + narrow);
        }
    }

    /** Returns the shape that ships: 0.83 M parameters, 18.6 MFLOP a glyph. */
    public static GeneratorShape standard(int classes) {
        return new GeneratorShape(classes, 32, 64, 48, 96, 28, 12);
    }

    /** Returns how many numbers enter the dense layer: style, noise, embedding. */
    public int latent() {
        return style + noise + embedding;
    }

    /** Returns how many numbers steer the conditional batch norms: embedding, style. */
    public int condition() {
        return embedding + style;
    }

    /** Returns how many scales and shifts the conditional batch norms take together. */
    public int modulation() {
        return 2 * (wide + middle + middle + narrow);
    }

    Conv2d.Shape conv1() {
        return Conv2d.Shape.same3x3(wide, 4 * middle, 7);
    }

    Conv2d.Shape conv2() {
        return Conv2d.Shape.same3x3(middle, middle, 14);
    }

    Conv2d.Shape conv3() {
        return Conv2d.Shape.same3x3(middle, 4 * narrow, 14);
    }

    Conv2d.Shape conv4() {
        return Conv2d.Shape.same3x3(narrow, 1, 28);
    }

    /** Returns the channels of each of the four conditional batch norms. */
    int[] normChannels() {
        return new int[] {wide, middle, middle, narrow};
    }

    /** Returns where norm {@code i}'s scales (then its shifts) begin among the modulation's outputs. */
    int modulationOffset(int i) {
        int offset = 0;
        for (int k = 0; k < i; k++) {
            offset += 2 * normChannels()[k];
        }
        return offset;
    }

    /** Where each parameter lies in the parameter vector, and each running statistic in the statistics vector. */
    static final class Places {
        final Layout parameters = new Layout();
        final Layout statistics = new Layout();
        final Slice embedding;
        final Slice dense;
        final Slice denseBias;
        final Slice modulation;
        final Slice modulationBias;
        final Slice[] conv = new Slice[4];
        final Slice[] convBias = new Slice[4];
        final Slice[] norm = new Slice[4];

        Places(GeneratorShape shape) {
            embedding = parameters.reserve("embedding", shape.classes(), shape.embedding());
            dense = parameters.reserve("dense", shape.latent(), shape.wide() * 49);
            denseBias = parameters.reserve("dense.bias", shape.wide() * 49);
            modulation = parameters.reserve("modulation", shape.condition(), shape.modulation());
            modulationBias = parameters.reserve("modulation.bias", shape.modulation());
            Conv2d.Shape[] convs = {shape.conv1(), shape.conv2(), shape.conv3(), shape.conv4()};
            int[] channels = shape.normChannels();
            for (int i = 0; i < 4; i++) {
                conv[i] = convs[i].reserveWeights(parameters, "conv" + (i + 1));
                convBias[i] = parameters.reserve("conv" + (i + 1) + ".bias", convs[i].outputs());
                norm[i] = statistics.reserve("norm" + i, 2, channels[i]);
            }
        }
    }
}
