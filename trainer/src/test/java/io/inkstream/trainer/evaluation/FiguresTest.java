package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.Bars;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Numbers;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void frechetDistanceOfACloudToItselfIsZero() {
        float[] cloud = Numbers.normal(500 * 6, 1);
        assertThat(Frechet.distance(cloud(cloud, 6), cloud(cloud, 6))).isCloseTo(0, within(1e-6));
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
        assertThat(Frechet.distance(cloud(a, 2), cloud(b, 2))).isCloseTo(10, within(0.2));
    }

    @Test
    void aGlyphThatCountsTwiceIsAsGoodAsTwoOfIt() {
        float[] points = Numbers.normal(300 * 4, 1);
        float[] doubled = Arrays.copyOf(points, 400 * 4);
        System.arraycopy(points, 0, doubled, 300 * 4, 100 * 4);
        int[] weights = Bootstrap.once(300);
        Arrays.fill(weights, 0, 100, 2);
        float[] other = Numbers.normal(300 * 4, 2);

        assertThat(Frechet.distance(new Frechet.Cloud(points, 4, weights), cloud(other, 4)))
                .isCloseTo(Frechet.distance(cloud(doubled, 4), cloud(other, 4)), within(1e-9));
        SampleSet bars = Bars.samples(30, 1);
        int[] firstHalfTwice = Bootstrap.once(bars.size());
        Arrays.fill(firstHalfTwice, 0, bars.size() / 2, 2);
        assertThat(Deviation.withinClass(bars, firstHalfTwice))
                .isCloseTo(deviation(bars.and(bars.where(i -> i < bars.size() / 2))), within(1e-9));
    }

    @Test
    void deviationOfOneRepeatedGlyphIsZeroAndOfVariedOnesIsNot() {
        SampleSet.Builder same = SampleSet.builder(Bars.CLASSES);
        for (int k = 0; k < 30; k++) {
            same.add(Bars.bar(0.3, 2, 0, 0), 0, k, 255, "bars", SampleSet.Split.TRAIN);
        }
        assertThat(deviation(same.build())).isCloseTo(0, within(1e-6));
        assertThat(deviation(Bars.samples(40, 1))).isGreaterThan(0.02);
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

        assertThat(own.slant().value()).isGreaterThan(0.9);
        assertThat(own.thickness().value()).isGreaterThan(0.9);
        assertThat(own.slant().low()).isGreaterThan(mixed.slant().high());
        assertThat(mixed.slant().value()).isBetween(-0.4, 0.4);
        assertThat(mixed.thickness().value()).isBetween(-0.4, 0.4);
    }

    @Test
    void randomSubsetsHaveDistinctMembersOfTheWantedCount() {
        SampleSet bars = Bars.samples(20, 1);
        for (int count : new int[] {0, 1, 50, bars.size()}) {
            assertThat(Subsets.random(bars, count, 3).size()).isEqualTo(count);
        }
    }

    private static Frechet.Cloud cloud(float[] points, int width) {
        return new Frechet.Cloud(points, width, Bootstrap.once(points.length / width));
    }

    private static double deviation(SampleSet samples) {
        return Deviation.withinClass(samples, Bootstrap.once(samples.size()));
    }
}
