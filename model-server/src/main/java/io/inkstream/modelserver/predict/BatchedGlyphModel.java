package io.inkstream.modelserver.predict;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.batching.Callers;
import io.inkstream.modelserver.batching.DynamicBatcher;
import io.inkstream.modelserver.batching.Outcome;
import io.inkstream.modelserver.batching.Patience;
import io.inkstream.modelserver.hand.GlyphLatent;
import io.inkstream.modelserver.hand.GlyphModel;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Draws and reads glyphs for many callers at once: what they ask for at the same time runs in common batches.
 *
 * <p>Both calls throw {@link NoAnswerException} when there is no answer for the caller, and what the predictor throws
 * for its own rows.
 */
public final class BatchedGlyphModel implements GlyphModel, AutoCloseable {
    private final Predictor predictor;
    private final Callers callers;
    private final DynamicBatcher<GlyphLatent, float[]> drawing;
    private final DynamicBatcher<float[], float[]> reading;
    private final int pieceSize;

    /** Counters of all models' batches together. */
    public record Meters(BatchMeters drawing, BatchMeters reading) {}

    /**
     * Takes the predictor over and closes it in the end.
     *
     * @param nanos monotonic clock, the one that deadlines are read on
     */
    public BatchedGlyphModel(Predictor predictor, BatchingConfig config, LongSupplier nanos, Meters meters) {
        this.predictor = requireNonNull(predictor, "predictor");
        callers = new Callers();
        drawing = new DynamicBatcher<>("glyph", config, this::drawBatch, callers, nanos, meters.drawing());
        reading = new DynamicBatcher<>("reading", config, this::readBatch, callers, nanos, meters.reading());
        // Enough to keep every worker busy, and little of the queue, which all callers share.
        pieceSize = Math.min(config.maxQueueSize(), config.workers() * config.maxBatchSize());
    }

    /** Who may soon draw; a caller that enters lets others' glyphs wait a moment for its own. */
    public Callers callers() {
        return callers;
    }

    /** Names the engine behind it. */
    public String engine() {
        return predictor.engine();
    }

    /** The same for one caller, who does not wait for ever. */
    public GlyphModel within(Patience patience) {
        return new GlyphModel() {
            @Override
            public float[][] draw(List<GlyphLatent> latents) {
                return inPieces(latents, drawing, patience);
            }

            @Override
            public float[][] read(List<float[]> inks) {
                return inPieces(inks, reading, patience);
            }
        };
    }

    @Override
    public float[][] draw(List<GlyphLatent> latents) {
        return inPieces(latents, drawing, Patience.ENDLESS);
    }

    @Override
    public float[][] read(List<float[]> inks) {
        return inPieces(inks, reading, Patience.ENDLESS);
    }

    /** Completes what is queued and running, then frees the networks. */
    @Override
    public void close() {
        drawing.close();
        reading.close();
        predictor.close();
    }

    private <J> float[][] inPieces(List<J> jobs, DynamicBatcher<J, float[]> batcher, Patience patience) {
        float[][] rows = new float[jobs.size()][];
        for (int from = 0; from < rows.length; from += pieceSize) {
            int to = Math.min(rows.length, from + pieceSize);
            List<Outcome<float[]>> outcomes = batcher.call(jobs.subList(from, to), patience);
            for (int row = from; row < to; row++) {
                rows[row] = answer(outcomes.get(row - from));
            }
        }
        return rows;
    }

    private static float[] answer(Outcome<float[]> outcome) {
        return outcome.match(
                Outcome.Done::result,
                refused -> {
                    throw new NoAnswerException(NoAnswerException.Why.OVERLOADED, refused.reason());
                },
                abandoned -> {
                    throw new NoAnswerException(
                            NoAnswerException.Why.ABANDONED, "the call was cancelled or its deadline has passed");
                },
                failed -> {
                    throw new PredictionException("the networks failed: " + failed.cause(), failed.cause());
                });
    }

    private List<float[]> drawBatch(List<GlyphLatent> latents) {
        int rows = latents.size();
        float[][] styles = new float[rows][];
        float[][] noises = new float[rows][];
        int[] classes = new int[rows];
        for (int row = 0; row < rows; row++) {
            GlyphLatent latent = latents.get(row);
            styles[row] = latent.style();
            noises[row] = latent.noise();
            classes[row] = latent.classIndex();
        }
        return Arrays.asList(predictor.draw(styles, noises, classes));
    }

    private List<float[]> readBatch(List<float[]> inks) {
        return Arrays.asList(predictor.read(inks.toArray(float[][]::new)));
    }
}
