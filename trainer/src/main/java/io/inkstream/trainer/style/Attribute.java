package io.inkstream.trainer.style;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a direction of the latent space can change about a hand. */
public enum Attribute {
    SLANT(HandMeasures::slant),
    THICKNESS(HandMeasures::thickness),
    WIDTH(HandMeasures::width),
    ROUNDNESS(HandMeasures::roundness);

    private final ToDoubleFunction<HandMeasures> measure;

    Attribute(ToDoubleFunction<HandMeasures> measure) {
        this.measure = measure;
    }

    /** Returns how much of it a hand has, in standard deviations between hands. */
    public double of(HandMeasures hand) {
        return measure.applyAsDouble(hand);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
