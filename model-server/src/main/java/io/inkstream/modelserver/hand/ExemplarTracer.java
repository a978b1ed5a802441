package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.hand.HandTraits;
import java.util.List;
import java.util.Optional;

/**
 * Traces drawings of characters to {@link Exemplar}s. A drawing tells no size: it is set at the height and place that its
 * class has, and keeps its slant. Holds scratch space; not thread-safe.
 */
public final class ExemplarTracer {
    /** High levels open filled loops, low ones close gaps. */
    private static final float[] LEVELS = {.5f, .65f, .35f};

    private static final double MOST_SLANT = .5;
    /** Finer than any pen. */
    private static final float STEPS = 1_000;

    private final GlyphTracer tracer;

    /** A tracer for drawings of {@code side} rows and columns, 8 to 256. */
    public ExemplarTracer(int side) {
        tracer = new GlyphTracer(side);
    }

    /**
     * What was traced.
     *
     * @param ink [side * side] that the strokes leave for a reader: 0 is paper, 1 is ink
     * @param slant how far it leans to the right of an upright drawing, as far as the character tells
     */
    public record Traced(Exemplar exemplar, float[] ink, double slant) {}

    /**
     * Traces a drawing at the level at which its pieces and holes are most like those of a good one.
     *
     * @param ink [side * side] by rows, 0 is paper and 1 is ink
     * @return empty if there is no ink, or none of a letter
     */
    public Optional<Traced> trace(float[] ink, ClassSpec spec) {
        tracer.load(ink);
        GlyphTracer.Trace best = null;
        for (float level : LEVELS) {
            GlyphTracer.Trace trace = tracer.trace(level, spec);
            if (!trace.isBlank() && (best == null || trace.faults(spec) < best.faults(spec))) {
                best = trace;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        double slant = Math.max(-MOST_SLANT, Math.min(MOST_SLANT, spec.slantFactor() * best.slantResidual(spec)));
        PenGlyph form = PenGlyph.fit(best, spec, HandTraits.even(slant, .13, .2, 1.05));
        List<float[]> strokes = form.strokes().lines();
        float left = form.strokes().bounds()[0];
        List<float[]> upward = strokes.stream()
                .map(stroke -> {
                    float[] up = new float[stroke.length];
                    for (int i = 0; i < up.length; i += 2) {
                        up[i] = Math.round(STEPS * (stroke[i] - left)) / STEPS;
                        up[i + 1] = Math.round(-STEPS * stroke[i + 1]) / STEPS;
                    }
                    return up;
                })
                .toList();
        float[] seen = best.ink();
        return Exemplar.of(upward).map(exemplar -> new Traced(exemplar, seen, slant));
    }
}
