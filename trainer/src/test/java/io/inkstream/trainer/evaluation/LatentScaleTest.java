package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorPass;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import org.junit.jupiter.api.Test;

class LatentScaleTest {
    private static final GeneratorShape SHAPE = new GeneratorShape(3, 4, 6, 8, 12, 6, 4);
    private static final CharacterClasses CLASSES = new CharacterClasses("abc");

    private final Generator generator = Generator.untrained(SHAPE, Streams.named(1, "generator"));

    @Test
    void aWidenedGeneratorDrawsWhatTheOtherDrawsOfWiderLatents() {
        int batch = 5;
        float[] style = Numbers.normal(batch * SHAPE.style(), 1);
        float[] noise = Numbers.normal(batch * SHAPE.noise(), 2);
        int[] classes = {0, 1, 2, 0, 1};
        GeneratorPass pass = new GeneratorPass(SHAPE, batch);
        float[] widened =
                pass.draw(generator.widened(1.5), style, noise, classes).clone();
        for (float[] latent : new float[][] {style, noise}) {
            for (int i = 0; i < latent.length; i++) {
                latent[i] *= 1.5f;
            }
        }

        assertThat(widened).containsExactly(pass.draw(generator, style, noise, classes), within(1e-5f));
    }

    @Test
    void findsTheScaleAtWhichGlyphsDifferAsThoseOfAWiderHandDo() {
        int[] labels = new int[1500];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        SampleSet wider = GlyphFactory.of(CLASSES, generator.widened(1.08)).draw(labels, 5);

        assertThat(LatentScale.find(generator, wider, 6)).isCloseTo(1.08, within(0.03));
    }

    @Test
    void staysWithinBoundsWhereVarietyIsBeyondReach() {
        int[] labels = new int[300];
        SampleSet far = GlyphFactory.of(CLASSES, generator.widened(3)).draw(labels, 5);

        assertThat(LatentScale.find(generator, far, 6)).isBetween(1.14, 1.15);
    }
}
