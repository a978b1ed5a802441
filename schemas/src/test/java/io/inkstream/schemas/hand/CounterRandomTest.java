package io.inkstream.schemas.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.hand.CounterRandom.Purpose;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
    @Test
    void equalArgumentsGiveEqualStreams() {
        CounterRandom one = new CounterRandom(7, Purpose.SLANT, 1, 2);
        CounterRandom other = new CounterRandom(7, Purpose.SLANT, 1, 2);
        for (int i = 0; i < 100; i++) {
            assertThat(one.nextGaussian()).isEqualTo(other.nextGaussian());
        }
    }

    @Test
    void theBitsAreTheSameOnEveryMachineAndInEveryRelease() {
        CounterRandom random = new CounterRandom(42, Purpose.GLYPH_NOISE, 3, 1, 4);
        assertThat(random.nextLong()).isEqualTo(-5763732158330920483L);
        assertThat(Double.doubleToLongBits(random.nextGaussian())).isEqualTo(4597114345353476541L);
    }

    @Test
    void seedPurposeAndEveryCounterChangeTheStream() {
        Set<Long> firsts = new HashSet<>();
        for (long seed = -20; seed < 20; seed++) {
            for (Purpose purpose : Purpose.values()) {
                firsts.add(new CounterRandom(seed, purpose).nextLong());
                for (long counter = -1; counter < 10; counter++) {
                    firsts.add(new CounterRandom(seed, purpose, counter).nextLong());
                    firsts.add(new CounterRandom(seed, purpose, counter, 5).nextLong());
                    firsts.add(new CounterRandom(seed, purpose, 5, counter, 1).nextLong());
                }
            }
        }
        assertThat(firsts).hasSize(40 * Purpose.values().length * (1 + 3 * 11));
    }

    @Test
    void gaussiansOfNeighbouringCountersAreStandardNormal() {
        double[] values = DoubleStream.iterate(0, i -> i + 1)
                .limit(40_000)
                .map(i -> new CounterRandom(1, Purpose.OCCURRENCE, (long) i).nextGaussian())
                .toArray();
        double mean = DoubleStream.of(values).average().orElseThrow();
        double variance = DoubleStream.of(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(0, within(.02)); // four standard errors
        assertThat(variance).isCloseTo(1, within(.03));
        assertThat(DoubleStream.of(values).filter(v -> Math.abs(v) > 2).count()).isBetween(1600L, 2050L);
    }

    @Test
    void cutDeviatesStayWithinTheLimit() {
        CounterRandom random = new CounterRandom(3, Purpose.BASELINE);
        assertThat(DoubleStream.generate(() -> random.nextGaussianWithin(1.5)).limit(10_000))
                .allMatch(v -> Math.abs(v) <= 1.5)
                .anyMatch(v -> v == 1.5);
    }
}
