package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.evaluation.EvaluationCard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Decides by its evaluation card whether a model is worth serving, and names everything that speaks against it.
 * Immutable and thread-safe.
 */
public final class PublicationGate {
    /** Key of the verdict in a model's provenance. */
    public static final String PROVENANCE_KEY = "gate";

    /** Two-sided 95 % of a normal distribution. */
    private static final double Z95 = 1.96;

    private final Thresholds thresholds;

    /**
     * What a card must reach. The defaults let the recipe's half-hour model pass (.94, .11, .95, +.005) and refuse a
     * plain conditional GAN (.67, 3.7, .75, -.007).
     *
     * @param leastCasRatio accuracy on real glyphs of a recogniser taught on generated ones, as a share of a real-taught
     *     one's
     * @param mostFrechetExcess Fréchet distance to real glyphs beyond that of real to real
     * @param leastDeviationRatio deviation within a class as a share of real; less is a generator that repeats itself
     * @param mostDeviationRatio likewise; more is one that scribbles
     * @param mostAccuracyDifference by how much generated glyphs may be read better or worse than real ones
     */
    public record Thresholds(
            double leastCasRatio,
            double mostFrechetExcess,
            double leastDeviationRatio,
            double mostDeviationRatio,
            double mostAccuracyDifference) {
        public static final Thresholds DEFAULTS = new Thresholds(.9, .4, .85, 1.1, .05);

        public Thresholds {
            if (!(leastCasRatio >= 0) || !(mostFrechetExcess >= 0) || !(mostAccuracyDifference >= 0)) {
                throw new IllegalArgumentException("thresholds are not negative, got " + leastCasRatio + ", "
                        + mostFrechetExcess + ", " + mostAccuracyDifference);
            }
            if (!(leastDeviationRatio >= 0) || !(mostDeviationRatio >= leastDeviationRatio)) {
                throw new IllegalArgumentException("need 0 <= leastDeviationRatio <= mostDeviationRatio, got "
                        + leastDeviationRatio + ", " + mostDeviationRatio);
            }
        }
    }

    public PublicationGate(Thresholds thresholds) {
        this.thresholds = requireNonNull(thresholds, "thresholds");
    }

    /**
     * Returns what speaks against a model by itself, a sentence each. A figure that the card lacks, or that is not a
     * number, speaks against it too: who did not measure does not know.
     */
    public List<String> objections(Map<String, Object> card) {
        List<String> objections = new ArrayList<>();
        check(objections, "cas_ratio", figure(card, "cas_ratio"), thresholds.leastCasRatio, Double.POSITIVE_INFINITY);
        check(
                objections,
                "frechet_excess",
                figure(card, "frechet_excess"),
                Double.NEGATIVE_INFINITY,
                thresholds.mostFrechetExcess);
        check(
                objections,
                "deviation_ratio",
                figure(card, "deviation_ratio"),
                thresholds.leastDeviationRatio,
                thresholds.mostDeviationRatio);
        check(
                objections,
                "accuracy_generated - accuracy_real",
                accuracyDifference(card),
                -thresholds.mostAccuracyDifference,
                thresholds.mostAccuracyDifference);
        return objections;
    }

    private static void check(List<String> objections, String name, double value, double least, double most) {
        if (Double.isNaN(value)) {
            objections.add(name + " is not on the card");
        } else if (value < least) {
            objections.add(String.format(Locale.ROOT, "%s is %.3f, at least %.3f is asked for", name, value, least));
        } else if (value > most) {
            objections.add(String.format(Locale.ROOT, "%s is %.3f, at most %.3f is allowed", name, value, most));
        }
    }

    /**
     * Returns in which figures a model is worse than its parent by more than chance explains, a sentence each. Chance is
     * the 95 % interval of the difference: from the cards' intervals ({@code NAME_interval}: low and high) where they
     * have them, from the number of test glyphs for shares of glyphs read, else a fixed small step. Figures that one of
     * the cards lacks are not compared.
     */
    public List<String> regressions(Map<String, Object> card, Map<String, Object> parent) {
        return regressions(
                card, parent, comparison -> Math.hypot(comparison.halfWidth(card), comparison.halfWidth(parent)));
    }

    /**
     * The same for a card that has its parent's figures beside its own ({@link EvaluationCard#AGAINST_PARENT}): both were
     * asked the same glyphs, so chance is the interval of the difference itself, and that small step for what one lesson owes
     * to its seed. A card without a parent has none.
     */
    public List<String> regressions(Map<String, Object> card) {
        Map<String, Object> parent = new HashMap<>();
        Map<String, Double> halfWidths = new HashMap<>();
        if (card.get(EvaluationCard.AGAINST_PARENT) instanceof List<?> rows) {
            for (Object each : rows) {
                if (each instanceof Map<?, ?> row
                        && row.get("figure") instanceof String name
                        && row.get("parent") instanceof Number before
                        && row.get("low") instanceof Number low
                        && row.get("high") instanceof Number high) {
                    parent.put(name, before);
                    halfWidths.put(name, (high.doubleValue() - low.doubleValue()) / 2);
                }
            }
        }
        parent.put("accuracy_real", figure(card, "accuracy_real"));
        return regressions(
                card,
                parent,
                comparison -> Math.hypot(halfWidths.getOrDefault(comparison.figure, 0.0), comparison.step));
    }

    private static List<String> regressions(
            Map<String, Object> card, Map<String, Object> parent, ToDoubleFunction<Comparison> chanceOf) {
        List<String> regressions = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            double own = comparison.badness.applyAsDouble(card);
            double before = comparison.badness.applyAsDouble(parent);
            double chance = chanceOf.applyAsDouble(comparison);
            if (own - before > chance) {
                regressions.add(String.format(
                        Locale.ROOT,
                        "%s is worse than the parent's: %.3f after %.3f, chance explains %.3f",
                        comparison.figure,
                        comparison.shown.applyAsDouble(card),
                        comparison.shown.applyAsDouble(parent),
                        chance));
            }
        }
        return regressions;
    }

    /**
     * Returns the verdict as it goes into the provenance: {@code passed}, or what spoke against the model, and whether it
     * was forced through all the same.
     */
    public static String verdict(List<String> objections, boolean forced) {
        if (objections.isEmpty()) {
            return "passed";
        }
        return (forced ? "forced, although " : "refused: ") + String.join("; ", objections);
    }

    /** What is compared with the parent's, and how: larger badness is worse. */
    private enum Comparison {
        CAS("cas_ratio", card -> -figure(card, "cas_ratio"), card -> figure(card, "cas_ratio"), .01),
        FRECHET("frechet_excess", card -> figure(card, "frechet_excess"), card -> figure(card, "frechet_excess"), .03),
        DEVIATION(
                "deviation_ratio",
                card -> Math.abs(figure(card, "deviation_ratio") - 1),
                card -> figure(card, "deviation_ratio"),
                .01),
        ACCURACY(
                "accuracy_generated",
                card -> Math.abs(accuracyDifference(card)),
                card -> figure(card, "accuracy_generated"),
                .01);

        private final String figure;
        private final ToDoubleFunction<Map<String, Object>> badness;
        private final ToDoubleFunction<Map<String, Object>> shown;
        private final double step;

        Comparison(
                String figure,
                ToDoubleFunction<Map<String, Object>> badness,
                ToDoubleFunction<Map<String, Object>> shown,
                double step) {
            this.figure = figure;
            this.badness = badness;
            this.shown = shown;
            this.step = step;
        }

        double halfWidth(Map<String, Object> card) {
            OptionalDouble given = interval(card, figure);
            if (given.isPresent()) {
                return given.getAsDouble();
            }
            double samples = figure(card, "samples");
            return switch (this) {
                case CAS -> ofShare(figure(card, "cas"), samples) / known(figure(card, "cas_real"));
                case ACCURACY -> ofShare(figure(card, "accuracy_generated"), samples);
                case FRECHET, DEVIATION -> step;
            };
        }

        private static double known(double divisor) {
            return divisor > 0 ? divisor : 1;
        }

        /** Half the interval of a share that was found in {@code samples} glyphs; the fixed step where that is unknown. */
        private double ofShare(double share, double samples) {
            double half = Z95 * Math.sqrt(share * (1 - share) / samples);
            return Double.isFinite(half) ? half : step;
        }
    }

    private static OptionalDouble interval(Map<String, Object> card, String name) {
        if (card.get(name + "_interval") instanceof List<?> ends
                && ends.size() == 2
                && ends.get(0) instanceof Number low
                && ends.get(1) instanceof Number high) {
            return OptionalDouble.of((high.doubleValue() - low.doubleValue()) / 2);
        }
        return OptionalDouble.empty();
    }

    private static double accuracyDifference(Map<String, Object> card) {
        return figure(card, "accuracy_generated") - figure(card, "accuracy_real");
    }

    private static double figure(Map<String, Object> card, String name) {
        return card.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
