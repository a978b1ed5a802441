package io.inkstream.trainer.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a generator is, measured on real test glyphs; each figure beside the same for real handwriting.
 *
 * @param samples generated glyphs that were measured, without those that taught
 * @param quality accuracy, Fréchet distance and deviation
 * @param transfer accuracy on real test glyphs of a recogniser taught on generated ones (CAS), whole and in parts
 * @param transferReal the same of one taught on as many real ones, in the same parts
 * @param style coherence of glyphs that share a style latent
 * @param styleReal coherence of glyphs of one real writer
 * @param confusion what the judge reads in generated glyphs
 * @param confusionReal what it reads in real ones
 * @param parameters weights of the generator
 * @param seed of every random choice; the same seed gives the same card on one machine
 * @see <a href="https://arxiv.org/abs/1905.10887">Ravuri and Vinyals, classification accuracy score</a>
 */
public record EvaluationCard(
        int samples,
        Quality quality,
        Transfer transfer,
        Transfer transferReal,
        StyleCoherence style,
        StyleCoherence styleReal,
        Confusion confusion,
        Confusion confusionReal,
        int parameters,
        long seed) {

    /**
     * Accuracy of one recogniser on the real test glyphs.
     *
     * @param all over all of them
     * @param marks over characters that are neither letter nor digit; 0 if there are none
     * @param balanced mean over the classes
     * @param bySource over each collection's glyphs
     */
    public record Transfer(double all, double marks, double balanced, Map<String, Double> bySource) {
        public Transfer {
            bySource = Map.copyOf(bySource);
        }
    }

    /** Returns the transfer as a share of the real-taught recogniser's: the one figure to watch. */
    public double transferRatio() {
        return transfer.all() / transferReal.all();
    }

    /** Returns the figures by name, for JSON and for the model's bundle. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("samples", samples);
        figures.put("accuracy_generated", quality.accuracy());
        figures.put("accuracy_real", quality.accuracyReal());
        figures.put("frechet", quality.frechet());
        figures.put("frechet_real", quality.frechetReal());
        figures.put("frechet_excess", quality.frechetExcess());
        figures.put("deviation_ratio", quality.deviationRatio());
        figures.put("cas", transfer.all());
        figures.put("cas_real", transferReal.all());
        figures.put("cas_ratio", transferRatio());
        if (transferReal.marks() > 0) {
            figures.put("cas_ratio_marks", ratio(transfer.marks(), transferReal.marks()));
        }
        figures.put("cas_ratio_balanced", ratio(transfer.balanced(), transferReal.balanced()));
        transfer.bySource()
                .forEach((source, share) -> figures.put(
                        "cas_ratio_" + source,
                        ratio(share, transferReal.bySource().getOrDefault(source, 0.0))));
        figures.put("style_slant", style.slant());
        figures.put("style_slant_real", styleReal.slant());
        figures.put("style_thickness", style.thickness());
        figures.put("style_thickness_real", styleReal.thickness());
        figures.put("parameters", parameters);
        figures.put("seed", seed);
        figures.put("worst_classes", confusion.worst(confusionReal));
        figures.put("confusion", confusion.figures());
        return figures;
    }

    private static double ratio(double of, double to) {
        return to == 0 ? 0 : of / to;
    }
}
