package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.hand.GlyphLatent;
import io.inkstream.modelserver.hand.GlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import java.util.List;

/** Draws and reads in the calling thread: what is drawn before a version serves takes no thread from lines. */
record DirectGlyphModel(Predictor predictor) implements GlyphModel {
    @Override
    public float[][] draw(List<GlyphLatent> latents) {
        return predictor.draw(
                latents.stream().map(GlyphLatent::style).toArray(float[][]::new),
                latents.stream().map(GlyphLatent::noise).toArray(float[][]::new),
                latents.stream().mapToInt(GlyphLatent::classIndex).toArray());
    }

    @Override
    public float[][] read(List<float[]> inks) {
        return predictor.read(inks.toArray(float[][]::new));
    }
}
