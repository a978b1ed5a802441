package io.inkstream.trainer.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

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
 * @param seed of every random choice; the same seed gives the same card on one machine, but for the speed
 * @see <a href="https://arxiv.org/abs/1905.10887">Ravuri and Vinyals, classification accuracy score</a>
 */
public record EvaluationCard(
        int samples,
        Map<String, Estimate> estimates,
        Confusion confusion,
        Confusion confusionReal,
        ServingCost cost,
        long seed) {
    public EvaluationCard {
        estimates = new LinkedHashMap<>(estimates);
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
        return figures;
    }
}
