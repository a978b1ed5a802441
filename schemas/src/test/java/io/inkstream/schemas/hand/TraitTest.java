package io.inkstream.schemas.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraitTest {
    private static final int HANDS = 4_000;

    @ParameterizedTest
    @EnumSource(Trait.class)
    void halfOfTheHandsLieBelowTheMedianAndAllWithinTheRange(Trait trait) {
        double median = trait == Trait.BASELINE_UNREST
                ? .05
                : Math.max(.1, trait.standard().median());
        double[] values = values(trait, new Distribution(median, .1));
        Arrays.sort(values);
        assertThat(values[HANDS / 2]).isCloseTo(median, within(.03));
        assertThat(values[0]).isLessThan(values[HANDS / 4]);
        for (double value : new double[] {values[0], values[HANDS - 1]}) {
            assertThatCode(() -> trait.check(new Distribution(value, 0), "")).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @EnumSource(Trait.class)
    void withoutASpreadAllHandsAreAlike(Trait trait) {
        double[] values = values(trait, trait.standard());
        assertThat(values).containsOnly(trait.standard().median());
    }

    @Test
    void wideGapsGoWithWideWordSpacesAndSlantWithNeither() {
        double[] gaps = values(Trait.GAP, new Distribution(.2, .5));
        assertThat(correlation(gaps, values(Trait.WORD_SPACE, new Distribution(1, .4))))
                .isBetween(.2, .45);
        assertThat(correlation(gaps, values(Trait.SLANT, new Distribution(.1, .2))))
                .isBetween(-.05, .05);
        assertThat(correlation(gaps, values(Trait.PEN, new Distribution(.1, .2))))
                .isBetween(-.05, .05);
    }

    @Test
    void wordsStandFartherApartThanLettersInEveryHand() {
        Map<Trait, Distribution> style =
                Map.of(Trait.GAP, new Distribution(.4, .9), Trait.WORD_SPACE, new Distribution(.7, .9));
        for (int seed = 0; seed < HANDS; seed++) {
            HandTraits hand = HandTraits.draw(style, seed);
            assertThat(hand.wordSpace()).isGreaterThanOrEqualTo(hand.gap() + .5);
        }
    }

    @Test
    void aTraitThatAStyleDoesNotNameIsEven() {
        HandTraits hand = HandTraits.draw(Map.of(Trait.GAP, new Distribution(.3, .5)), 7);
        for (Trait trait : Trait.values()) {
            if (trait != Trait.GAP) {
                assertThat(hand.of(trait)).isEqualTo(trait.standard().median());
            }
        }
    }

    @Test
    void oneTraitDoesNotMoveAnother() {
        Map<Trait, Distribution> style = new EnumMap<>(Trait.class);
        style.put(Trait.WIDTH, new Distribution(1, .2));
        double alone = HandTraits.draw(style, 3).of(Trait.WIDTH);
        style.put(Trait.GAP, new Distribution(.2, .9));
        assertThat(HandTraits.draw(style, 3).of(Trait.WIDTH)).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 100, -100})
    void whatIsOutOfRangeIsRefused(double value) {
        for (Trait trait : Trait.values()) {
            assertThatThrownBy(() -> HandTraits.draw(Map.of(trait, new Distribution(value, 0)), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(trait.json());
            assertThatThrownBy(() -> HandTraits.draw(
                            Map.of(trait, new Distribution(trait.standard().median(), value)), 1))
                    .hasMessageContaining("spread of " + trait.json());
        }
    }

    @Test
    void onlySmallLettersHaveAnXHeight() {
        HandTraits hand = HandTraits.draw(
                Map.of(Trait.X_HEIGHT, new Distribution(.8, 0), Trait.WIDTH, new Distribution(1.1, 0)), 1);
        assertThat(hand.xHeight("a")).isEqualTo(.8);
        assertThat(hand.xHeight("ж")).isEqualTo(.8);
        assertThat(hand.xHeight("A")).isEqualTo(1);
        assertThat(hand.xHeight("7")).isEqualTo(1);
        assertThat(hand.widthFactor("a")).isCloseTo(.88, within(1e-12));
        assertThat(hand.widthFactor("&")).isEqualTo(1.1);
    }

    private static double[] values(Trait trait, Distribution distribution) {
        return LongStream.range(0, HANDS)
                .mapToDouble(seed ->
                        HandTraits.draw(Map.of(trait, distribution), seed).of(trait))
                .toArray();
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElseThrow();
        double meanB = Arrays.stream(b).average().orElseThrow();
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }
}
