package io.inkstream.trainer.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How good a model is, measured on real test glyphs; each figure beside the same for real handwriting.
 *
 * <p>Figures that end in {@code _generated} are of the model's glyphs, those in {@code _real} of real ones. {@code cas} is
 * the accuracy on real test glyphs of a recogniser taught on generated ones, {@code cas_real} that of one taught on as many
 * real ones, {@code cas_ratio} the share, {@code cas_augmented} that of one taught on both together.
 *
 * @param samples test glyphs, and as many generated ones
 * @param estimates figures by name
 * @param confusion what the judge reads in generated glyphs
 * @param confusionReal what it reads in real ones
 * @param parent card of the model that this one goes on from, measured with the same glyphs and judge
 * @param seed of every random choice; the same seed gives the same card on one machine, but for the speed
 * @see <a href="https://arxiv.org/abs/1905.10887">Ravuri and Vinyals, classification accuracy score</a>
 */
public record EvaluationCard(
        int samples,
        Map<String, Estimate> estimates,
        Confusion confusion,
        Confusion confusionReal,
        ServingCost cost,
        Optional<EvaluationCard> parent,
        long seed) {
    /** Key of the comparison with the parent: a list of records, one for each figure that both have. */
    public static final String AGAINST_PARENT = "against_parent";

    public EvaluationCard {
        estimates = Collections.unmodifiableMap(new LinkedHashMap<>(estimates));
        requireNonNull(parent, "parent");
    }

    /**
     * Returns the same card beside that of the model's parent.
     *
     * @throws IllegalArgumentException if they were not measured in the same way
     */
    public EvaluationCard besideParent(EvaluationCard other) {
        if (other.samples != samples || other.seed != seed) {
            throw new IllegalArgumentException("the parent was measured on " + other.samples + " glyphs with seed "
                    + other.seed + ", the model on " + samples + " with " + seed);
        }
        return new EvaluationCard(samples, estimates, confusion, confusionReal, cost, Optional.of(other), seed);
    }

    /**
     * Returns the figures by name, for JSON and for the model's bundle; {@code NAME_interval} has the ends of the interval
     * that the true one lies in with 95 %, as far as it depends on which glyphs were asked for.
     */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("samples", samples);
        estimates.forEach((name, estimate) -> {
            // JSON knows no NaN, and a gate takes a figure that is not there for a failed one.
            if (Double.isFinite(estimate.value())) {
                figures.put(name, estimate.value());
            }
            if (estimate.isBounded()) {
                figures.put(name + "_interval", estimate.interval());
            }
        });
        figures.put("parameters", cost.parameters());
        figures.put("mflop", cost.mflop());
        cost.glyphsPerSecond().ifPresent(speed -> figures.put("glyphs_per_second", speed));
        figures.put("seed", seed);
        figures.put("worst_classes", confusion.worst(confusionReal));
        figures.put("confusion", confusion.figures());
        parent.ifPresent(other -> figures.put(AGAINST_PARENT, against(other)));
        return figures;
    }

    /** Rows of {@code figure}, {@code model}, {@code parent}, {@code difference}, and the 95 % interval of that. */
    private List<Map<String, Object>> against(EvaluationCard other) {
        List<Map<String, Object>> rows = new ArrayList<>();
        estimates.forEach((name, own) -> {
            Estimate before = other.estimates.get(name);
            // What real glyphs give is the same for both.
            if (name.endsWith("_real") || before == null || !Double.isFinite(own.value() - before.value())) {
                return;
            }
            Estimate difference = own.minus(before);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("figure", name);
            row.put("model", own.value());
            row.put("parent", before.value());
            row.put("difference", difference.value());
            row.put("low", difference.isBounded() ? difference.low() : difference.value());
            row.put("high", difference.isBounded() ? difference.high() : difference.value());
            rows.add(row);
        });
        return rows;
    }
}
