package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.batching.Patience;
import io.inkstream.modelserver.hand.GlyphLatent;
import io.inkstream.modelserver.hand.GlyphModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchedGlyphModelTest {
    private static final List<GlyphLatent> LATENTS = List.of(new GlyphLatent(new float[] {.5f}, new float[] {.25f}, 3));
    private static final List<float[]> INKS = List.of(new float[] {.5f});

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchedGlyphModel glyphs = new BatchedGlyphModel(
            new Echo(),
            new BatchingConfig(16, Duration.ZERO, 256, 1),
            System::nanoTime,
            new BatchedGlyphModel.Meters(new BatchMeters(registry, "glyph"), new BatchMeters(registry, "reading")));

    /** Draws what it was given, and reads what it drew. */
    private static final class Echo implements Predictor {
        @Override
        public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
            float[][] inks = new float[classes.length][];
            for (int row = 0; row < classes.length; row++) {
                inks[row] = new float[] {styles[row][0] + noises[row][0] + classes[row]};
            }
            return inks;
        }

        @Override
        public float[][] read(float[][] inks) {
            return inks;
        }

        @Override
        public String engine() {
            return "echo";
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        glyphs.close();
    }

    @Test
    void aPatientCallerGetsWhatEveryCallerGets() {
        GlyphModel patient = glyphs.within(new Patience(OptionalLong.of(System.nanoTime() + (1L << 40)), () -> false));

        assertThat(patient.draw(LATENTS)).isEqualTo(glyphs.draw(LATENTS)).isEqualTo(new float[][] {{3.75f}});
        assertThat(patient.read(INKS)).isEqualTo(glyphs.read(INKS)).isEqualTo(new float[][] {{.5f}});
    }

    @Test
    void aCallerWhoHasGoneGetsNothingAndNobodyElseIsTakenForHim() {
        for (Patience over : List.of(
                new Patience(OptionalLong.empty(), () -> true),
                new Patience(OptionalLong.of(System.nanoTime()), () -> false))) {
            GlyphModel gone = glyphs.within(over);

            assertThatThrownBy(() -> gone.draw(LATENTS))
                    .isInstanceOfSatisfying(NoAnswerException.class, none -> assertThat(none.why())
                            .isEqualTo(NoAnswerException.Why.ABANDONED));
            assertThatThrownBy(() -> gone.read(INKS)).isInstanceOf(NoAnswerException.class);
            assertThat(glyphs.draw(LATENTS)).isEqualTo(new float[][] {{3.75f}});
        }
    }
}
