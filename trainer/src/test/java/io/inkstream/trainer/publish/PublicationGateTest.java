package io.inkstream.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicationGateTest {
    private final PublicationGate gate = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);

    /** The half-hour model of the recipe. */
    private static Map<String, Object> card() {
        return new HashMap<>(Map.of(
                "samples", 23_368,
                "cas", .735,
                "cas_real", .785,
                "cas_ratio", .937,
                "frechet_excess", .11,
                "deviation_ratio", .951,
                "accuracy_generated", .792,
                "accuracy_real", .787));
    }

    private static Map<String, Object> cardWith(String figure, Object value) {
        Map<String, Object> card = card();
        card.put(figure, value);
        return card;
    }

    @Test
    void aModelLikeTheRecipesPasses() {
        assertThat(gate.objections(card())).isEmpty();
    }

    @Test
    void aPlainConditionalGanIsRefusedForEverythingThatIsWrongWithIt() {
        Map<String, Object> plain = card();
        plain.putAll(Map.of("cas_ratio", .67, "frechet_excess", 3.7, "deviation_ratio", .75));

        assertThat(gate.objections(plain))
                .containsExactly(
                        "cas_ratio is 0.670, at least 0.900 is asked for",
                        "frechet_excess is 3.700, at most 0.400 is allowed",
                        "deviation_ratio is 0.750, at least 0.850 is asked for");
    }

    @ParameterizedTest
    @CsvSource({
        "cas_ratio, 0.899",
        "frechet_excess, 0.401",
        "deviation_ratio, 0.849",
        "deviation_ratio, 1.101",
        "accuracy_generated, 0.736",
        "accuracy_generated, 0.838"
    })
    void eachFigureHasItsThreshold(String figure, double value) {
        assertThat(gate.objections(cardWith(figure, value)))
                .singleElement()
                .asString()
                .contains(figure);
    }

    @ParameterizedTest
    @CsvSource({"cas_ratio", "frechet_excess", "deviation_ratio", "accuracy_generated", "accuracy_real"})
    void whatWasNotMeasuredSpeaksAgainstTheModel(String figure) {
        Map<String, Object> card = card();
        card.remove(figure);

        assertThat(gate.objections(card)).singleElement().asString().contains(figure, "not on the card");
        assertThat(gate.objections(cardWith(figure, Double.NaN))).hasSize(1);
        assertThat(gate.objections(cardWith(figure, "good"))).hasSize(1);
    }

    @Test
    void thresholdsAreSettings() {
        PublicationGate lenient = new PublicationGate(new PublicationGate.Thresholds(.6, 4, .7, 2, 1));

        assertThat(lenient.objections(cardWith("cas_ratio", .67))).isEmpty();
    }

    @Test
    void thresholdsThatContradictThemselvesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublicationGate.Thresholds(.9, .4, 1.1, .9, .05))
                .withMessageContaining("leastDeviationRatio");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublicationGate.Thresholds(Double.NaN, .4, .9, 1.1, .05));
    }

    @Test
    void aModelIsNotWorseThanItself() {
        assertThat(gate.regressions(card(), card())).isEmpty();
    }

    @Test
    void betterIsNotWorse() {
        Map<String, Object> better = card();
        better.putAll(
                Map.of("cas_ratio", .98, "frechet_excess", .02, "deviation_ratio", 1.0, "accuracy_generated", .787));

        assertThat(gate.regressions(better, card())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cas_ratio, 0.93, 0.92",
        "frechet_excess, 0.13, 0.2",
        "deviation_ratio, 0.945, 0.92",
        "deviation_ratio, 1.045, 1.08",
        "accuracy_generated, 0.795, 0.82"
    })
    void aLittleWorseIsChanceAndMoreIsARegression(String figure, double little, double more) {
        assertThat(gate.regressions(cardWith(figure, little), card())).isEmpty();
        assertThat(gate.regressions(cardWith(figure, more), card()))
                .singleElement()
                .asString()
                .startsWith(figure);
    }

    @Test
    void fewTestGlyphsLeaveMoreToChance() {
        Map<String, Object> small = cardWith("samples", 500);
        Map<String, Object> smallAndWorse = cardWith("samples", 500);
        smallAndWorse.put("cas_ratio", .9);

        assertThat(gate.regressions(smallAndWorse, small)).isEmpty();
        assertThat(gate.regressions(cardWith("cas_ratio", .9), card())).hasSize(1);
    }

    @Test
    void intervalsOnTheCardsDecideWhereTheyAreGiven() {
        Map<String, Object> parent = cardWith("frechet_excess_interval", List.of(.09, .13));
        Map<String, Object> child = cardWith("frechet_excess", .15);

        child.put("frechet_excess_interval", List.of(.13, .17));
        assertThat(gate.regressions(child, parent)).hasSize(1);
        child.put("frechet_excess_interval", List.of(.05, .25));
        assertThat(gate.regressions(child, parent)).isEmpty();
    }

    @Test
    void besideItsParentAModelIsJudgedByTheDifference() {
        Map<String, Object> card = card();
        card.put("cas_ratio_interval", List.of(.8, 1.1)); // by whom was asked; says nothing of the difference
        card.put("against_parent", List.of(row("cas_ratio", .94, .002), row("frechet_excess", .1, .02)));
        assertThat(gate.regressions(card)).isEmpty();

        card.put("against_parent", List.of(row("cas_ratio", .96, .002), row("frechet_excess", .05, .02)));
        assertThat(gate.regressions(card))
                .containsExactly(
                        "cas_ratio is worse than the parent's: 0.937 after 0.960, chance explains 0.010",
                        "frechet_excess is worse than the parent's: 0.110 after 0.050, chance explains 0.036");
    }

    @Test
    void readingMuchBetterThanRealHandwritingIsNoProgress() {
        Map<String, Object> card = cardWith("accuracy_generated", .83);
        card.put("against_parent", List.of(row("accuracy_generated", .79, .001)));

        assertThat(gate.regressions(card)).singleElement().asString().startsWith("accuracy_generated is worse");
    }

    @Test
    void aModelWithoutAParentIsWorseThanNone() {
        assertThat(gate.regressions(card())).isEmpty();
    }

    /** A row of a comparison in which the model's figure is the one on the card. */
    private static Map<String, Object> row(String figure, double parent, double halfWidth) {
        double difference = ((Number) card().getOrDefault(figure, 0)).doubleValue() - parent;
        return Map.of(
                "figure", figure, "parent", parent, "low", difference - halfWidth, "high", difference + halfWidth);
    }

    @Test
    void figuresThatTheParentNeverHadAreNotCompared() {
        assertThat(gate.regressions(card(), Map.of())).isEmpty();
    }

    @Test
    void theVerdictSaysWhetherItWasForced() {
        assertThat(PublicationGate.verdict(List.of(), true)).isEqualTo("passed");
        assertThat(PublicationGate.verdict(List.of("a", "b"), false)).isEqualTo("refused: a; b");
        assertThat(PublicationGate.verdict(List.of("a"), true)).isEqualTo("forced, although a");
    }
}
