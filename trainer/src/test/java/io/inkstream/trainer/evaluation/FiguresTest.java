package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Numbers;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void frechetDistanceOfACloudToItselfIsZero() {
        float[] cloud = Numbers.normal(500 * 6, 1);
        assertThat(Frechet.distance(cloud, cloud, 6)).isCloseTo(0, within(1e-6));
    }

    @Test
    void frechetDistanceOfMovedAndStretchedCloudsIsKnown() {
        int count = 40_000;
        float[] a = Numbers.normal(count * 2, 1);
        float[] b = Numbers.normal(count * 2, 2);
        for (int i = 0; i < count; i++) {
            b[2 * i] = 3 + 2 * b[2 * i];
        }
        // |(3, 0)|^2 + (2 - 1)^2; the clouds' own sampling error is about 0.05
        assertThat(Frechet.distance(a, b, 2)).isCloseTo(10, within(0.2));
    }

    @Test
    void deviationOfOneRepeatedGlyphIsZeroAndOfVariedOnesIsNot() {
        SampleSet.Builder same = SampleSet.builder(Bars.CLASSES);
        for (int k = 0; k < 30; k++) {
            same.add(Bars.bar(0.3, 2, 0, 0), 0, k, 255, "bars", SampleSet.Split.TRAIN);
        }
        assertThat(Deviation.withinClass(same.build())).isCloseTo(0, within(1e-6));
        assertThat(Deviation.withinClass(Bars.samples(40, 1))).isGreaterThan(0.02);
    }

    @Test
    void handsThatKeepTheirSlantAndWidthAreCoherentAndShuffledOnesAreNot() {
        SplittableRandom random = new SplittableRandom(1);
        SampleSet.Builder hands = SampleSet.builder(Bars.CLASSES);
        SampleSet.Builder shuffled = SampleSet.builder(Bars.CLASSES);
        for (int writer = 0; writer < 60; writer++) {
            double lean = random.nextGaussian() * 0.2;
            double width = 1 + 2 * random.nextDouble();
            for (int c = 0; c < 4; c++) {
                // All classes stand upright, more or less, so that leaning means the same for each.
                double angle = Math.PI / 2 + (c - 1.5) * 0.05 + lean;
                byte[] image = Bars.bar(angle, width, 0, 0);
                hands.add(image, c, writer, 255, "bars", SampleSet.Split.TEST);
                shuffled.add(image, c, random.nextInt(60), 255, "bars", SampleSet.Split.TEST);
            }
        }
        StyleCoherence own = StyleCoherence.of(hands.build());
        StyleCoherence mixed = StyleCoherence.of(shuffled.build());

        assertThat(own.slant()).isGreaterThan(0.9);
        assertThat(own.thickness()).isGreaterThan(0.9);
        assertThat(mixed.slant()).isBetween(-0.4, 0.4);
        assertThat(mixed.thickness()).isBetween(-0.4, 0.4);
    }

    @Test
    void randomSubsetsHaveDistinctMembersOfTheWantedCount() {
        SampleSet bars = Bars.samples(20, 1);
        for (int count : new int[] {0, 1, 50, bars.size()}) {
            assertThat(Subsets.random(bars, count, 3).size()).isEqualTo(count);
        }
    }
}
