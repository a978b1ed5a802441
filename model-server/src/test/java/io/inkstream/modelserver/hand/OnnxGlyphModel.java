package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A bundle's networks on ONNX Runtime without batching over callers, with a count of what they did. */
final class OnnxGlyphModel implements GlyphModel, AutoCloseable {
    private final OnnxPredictor predictor;
    final AtomicLong drawn = new AtomicLong();
    final AtomicLong read = new AtomicLong();
    final AtomicLong drawNanos = new AtomicLong();
    final AtomicLong readNanos = new AtomicLong();

    OnnxGlyphModel(ModelBundle bundle) throws InvalidBundleException {
        predictor = OnnxPredictor.open(bundle, 1);
    }

    @Override
    public float[][] draw(List<GlyphLatent> latents) {
        long start = System.nanoTime();
        float[][] inks = predictor.draw(
                latents.stream().map(GlyphLatent::style).toArray(float[][]::new),
                latents.stream().map(GlyphLatent::noise).toArray(float[][]::new),
                latents.stream().mapToInt(GlyphLatent::classIndex).toArray());
        drawn.addAndGet(latents.size());
        drawNanos.addAndGet(System.nanoTime() - start);
        return inks;
    }

    @Override
    public float[][] read(List<float[]> inks) {
        long start = System.nanoTime();
        float[][] logits = predictor.read(inks.toArray(float[][]::new));
        read.addAndGet(inks.size());
        readNanos.addAndGet(System.nanoTime() - start);
        return logits;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
