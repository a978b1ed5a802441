package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.Init;
import io.inkstream.trainer.nn.Slice;
import io.inkstream.trainer.nn.SpectralNorm;
import java.util.random.RandomGenerator;

/**
 * The weights of a discriminator, and the same with every matrix divided by its spectral norm, which is what it computes
 * with. For one thread, but between two calls of {@link #normalise} any number may read {@link #normalised}.
 */
final class Discriminator {
    private final DiscriminatorShape shape;
    private final float[] parameters;
    private final float[] normalised;
    private final SpectralNorm norm;

    /** Creates an untrained discriminator: orthogonal convolutions, uniform dense layers, small projections. */
    Discriminator(DiscriminatorShape shape, RandomGenerator random) {
        this.shape = shape;
        DiscriminatorShape.Places places = new DiscriminatorShape.Places(shape);
        this.parameters = new float[places.parameters.length()];
        this.normalised = new float[parameters.length];
        for (Slice conv : places.conv) {
            Init.orthogonal(parameters, conv, conv.shape()[0], random);
        }
        double denseBound = 1 / Math.sqrt(places.dense.shape()[0]);
        Init.uniform(parameters, places.dense, denseBound, random);
        Init.uniform(parameters, places.denseBias, denseBound, random);
        Init.uniform(parameters, places.logit, 1 / Math.sqrt(shape.features()), random);
        Init.normal(parameters, places.projection, 1 / Math.sqrt(shape.features()), random);
        this.norm = new SpectralNorm(random, places.normed());
        // A few iterations more than training would do, so that the first steps already see a norm of 1.
        for (int i = 0; i < 10; i++) {
            normalise();
        }
    }

    DiscriminatorShape shape() {
        return shape;
    }

    float[] parameters() {
        return parameters;
    }

    float[] normalised() {
        return normalised;
    }

    float[] normState() {
        return norm.state();
    }

    /** Follows changed parameters. */
    void normalise() {
        norm.apply(parameters, normalised);
    }

    /** Turns gradients at the normalised weights into gradients at the parameters. */
    void backward(float[] gradients) {
        norm.backward(normalised, gradients);
    }
}
