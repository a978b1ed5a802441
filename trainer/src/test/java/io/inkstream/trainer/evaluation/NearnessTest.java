package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NearnessTest {
    private final SampleSet train = Bars.samples(200, 1).of(Split.TRAIN);
    private final SampleSet real = Bars.samples(80, 2).of(Split.TEST);

    @Test
    void aGeneratorThatRepeatsItsLessonsIsFoundOut() {
        SampleSet repeated = of(real, c -> train.image(train.ofClass(c, 7)));

        Map<String, Double> figures = figures(repeated);

        assertThat(figures.get("copied_generated")).isEqualTo(1);
        assertThat(figures.get("nearest_training_generated")).isZero();
    }

    @Test
    void lessonsWithALittleDirtOnThemAreStillLessons() {
        SampleSet dirty = of(real, c -> {
            byte[] image = train.image(train.ofClass(c, 7));
            for (int i = 0; i < image.length; i += 5) {
                image[i] = (byte) Math.min(255, (image[i] & 0xff) + 12);
            }
            return image;
        });

        assertThat(figures(dirty).get("copied_generated")).isGreaterThan(.9);
    }

    @Test
    void otherPeoplesGlyphsAreNoCopies() {
        SampleSet others = Bars.samples(80, 3).of(Split.TEST);

        Map<String, Double> figures = figures(others);

        // One real glyph of each class of 40 is the nearest.
        assertThat(figures.get("copied_real")).isCloseTo(1.0 / 40, within(1e-9));
        assertThat(figures.get("copied_generated")).isLessThan(.15);
        assertThat(figures.get("nearest_training_generated"))
                .isCloseTo(figures.get("nearest_training_real"), within(.02));
    }

    private Map<String, Double> figures(SampleSet generated) {
        return new Nearness(train, real, generated).figures(Bootstrap.once(real.size()));
    }

    private interface Drawer {
        byte[] draw(int label);
    }

    private static SampleSet of(SampleSet like, Drawer drawer) {
        SampleSet.Builder drawn = SampleSet.builder(like.classes());
        for (int i = 0; i < like.size(); i++) {
            drawn.add(drawer.draw(like.label(i)), like.label(i), 0, 255, "generated", Split.TRAIN);
        }
        return drawn.build();
    }
}
