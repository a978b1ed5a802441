package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import io.inkstream.trainer.style.GlyphNetworks;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Fills evaluation cards for models, all against the same real glyphs and the same judge; for one thread. */
public final class Evaluation {
    private static final int STYLES = 150;
    /** As many neighbours are looked for of each class; more would say the same. */
    private static final int NEIGHBOURS_PER_CLASS = 60;

    private final Config config;
    private final SampleSet train;
    private final SampleSet test;
    private final Quality.Gauge gauge;
    private final School school;
    /** The same for all models. */
    private Reading byReal;

    /**
     * How much work a card may cost.
     *
     * @param transferSamples glyphs that teach a recogniser, labelled as that many random real training glyphs are
     * @param transferSteps steps of that lesson
     * @param augmented whether one more recogniser is taught on real and generated glyphs together
     * @param resamples how often the test glyphs are drawn again for the intervals; 0 for none
     */
    public record Config(int transferSamples, int transferSteps, boolean augmented, int resamples, long seed) {
        /** All that can be said. */
        public static final Config DEFAULTS = new Config(40_000, 1500, true, 200, 21);

        public Config {
            if (transferSamples < RecogniserTraining.Config.DEFAULTS.batch() || transferSteps < 1) {
                throw new IllegalArgumentException("need a batch of samples and one step at least, got "
                        + transferSamples + " and " + transferSteps);
            }
            if (resamples < 0) {
                throw new IllegalArgumentException("resamples must not be negative, got " + resamples);
            }
        }
    }

    /** Teaches a recogniser by the glyphs of a lesson; the same lesson and length give the same recogniser. */
    @FunctionalInterface
    public interface School {
        Recogniser teach(SampleSet lesson, RecogniserTraining.Config how);
    }

    /**
     * Prepares the comparison.
     *
     * @param judge recogniser that no generator was trained with
     * @param train real glyphs that generators learn from
     * @param test real glyphs that neither generators nor judge learnt from
     * @param school teaches the recognisers that are compared
     */
    public Evaluation(Config config, Recogniser judge, SampleSet train, SampleSet test, School school) {
        this.config = config;
        this.train = train;
        this.test = test;
        this.gauge = new Quality.Gauge(judge, train, test, config.seed());
        this.school = school;
    }

    /**
     * Returns the card of a model, drawn from with the latents as in training.
     *
     * @param networks as they are served
     */
    public EvaluationCard card(GlyphNetworks networks, int styleSize, int noiseSize, ServingCost cost) {
        CharacterClasses classes = test.classes();
        GlyphFactory factory = new GlyphFactory(classes, styleSize, noiseSize, networks::draw);
        Reading drawn = gauge.read(factory, config.seed());
        SampleSet realLesson =
                Subsets.random(train, Math.min(config.transferSamples(), train.size()), config.seed() + 1);
        SampleSet lesson = factory.draw(Subsets.labels(realLesson), config.seed() + 2);
        Readings readings = new Readings(
                gauge,
                drawn,
                learnt(lesson),
                byReal(realLesson),
                config.augmented() ? Optional.of(learnt(realLesson.and(lesson))) : Optional.empty(),
                Reading.by(networks::read, drawn.of()),
                Reading.by(networks::read, test));
        Map<String, Estimate> figures =
                new LinkedHashMap<>(new Bootstrap(test, config.resamples(), config.seed()).estimate(readings::figures));
        figures.putAll(nearness(drawn.of()));
        StyleCoherence style = StyleCoherence.of(sheets(factory));
        StyleCoherence styleReal = StyleCoherence.of(test.where(i -> test.writer(i) != SampleSet.UNKNOWN_WRITER));
        figures.put("style_slant", style.slant());
        figures.put("style_slant_real", styleReal.slant());
        figures.put("style_thickness", style.thickness());
        figures.put("style_thickness_real", styleReal.thickness());
        return new EvaluationCard(
                test.size(),
                figures,
                Confusion.of(drawn),
                Confusion.of(gauge.real()),
                cost,
                Optional.empty(),
                config.seed());
    }

    private Reading byReal(SampleSet realLesson) {
        if (byReal == null) {
            byReal = learnt(realLesson);
        }
        return byReal;
    }

    private Reading learnt(SampleSet lesson) {
        RecogniserTraining.Config how = RecogniserTraining.Config.DEFAULTS.with(config.transferSteps(), config.seed());
        return Reading.by(school.teach(lesson, how), test);
    }

    private Map<String, Estimate> nearness(SampleSet drawn) {
        BitSet chosen = new BitSet(test.size());
        for (int c = 0; c < test.classes().size(); c++) {
            // Test sets are in the order of their content's hash or of a file: every k-th is as good as a random one.
            int every = test.countOfClass(c) / NEIGHBOURS_PER_CLASS + 1;
            for (int k = 0; k < test.countOfClass(c) && train.countOfClass(c) > 0; k += every) {
                chosen.set(test.ofClass(c, k));
            }
        }
        SampleSet asked = test.where(chosen::get);
        Nearness nearness = new Nearness(train, asked, drawn.where(chosen::get));
        return new Bootstrap(asked, config.resamples(), config.seed()).estimate(nearness::figures);
    }

    /** Draws every letter and digit in each of many styles. */
    private SampleSet sheets(GlyphFactory factory) {
        CharacterClasses classes = test.classes();
        int[] letters = IntStream.range(0, classes.size())
                .filter(classes::isLetterOrDigit)
                .toArray();
        int[] labels = new int[STYLES * letters.length];
        int[] styles = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = letters[i % letters.length];
            styles[i] = i / letters.length;
        }
        return factory.draw(labels, styles, config.seed() + 3);
    }

    /**
     * What a card's figures rest on, so that they can be had for any weights of the test glyphs.
     *
     * @param drawn what the judge reads in glyphs drawn for the test glyphs' labels
     * @param byGenerated what is read in the test glyphs by the pupil of generated ones
     * @param byReal the same by the pupil of real ones
     * @param byBoth the same by the pupil of both, if there is one
     * @param readerDrawn what the model's own reader reads in {@code drawn}
     * @param readerReal the same in the test glyphs
     */
    private record Readings(
            Quality.Gauge gauge,
            Reading drawn,
            Reading byGenerated,
            Reading byReal,
            Optional<Reading> byBoth,
            Reading readerDrawn,
            Reading readerReal) {

        Map<String, Double> figures(int[] weights) {
            Map<String, Double> figures = new LinkedHashMap<>();
            Quality quality = gauge.measure(drawn, weights);
            figures.put("accuracy_generated", quality.accuracy());
            figures.put("accuracy_real", quality.accuracyReal());
            figures.put("frechet", quality.frechet());
            figures.put("frechet_real", quality.frechetReal());
            figures.put("frechet_excess", quality.frechetExcess());
            figures.put("deviation_ratio", quality.deviationRatio());
            figures.put("cas", byGenerated.accuracy(weights));
            figures.put("cas_real", byReal.accuracy(weights));
            figures.put("cas_ratio", byGenerated.accuracy(weights) / byReal.accuracy(weights));
            figures.put("cas_ratio_balanced", byGenerated.balancedAccuracy(weights) / byReal.balancedAccuracy(weights));
            parts().forEach((name, part) -> figures.put(
                    "cas_ratio_" + name, byGenerated.accuracy(weights, part) / byReal.accuracy(weights, part)));
            byBoth.ifPresent(both -> {
                figures.put("cas_augmented", both.accuracy(weights));
                figures.put("cas_augmented_ratio", both.accuracy(weights) / byReal.accuracy(weights));
            });
            figures.put("reader_accuracy_generated", readerDrawn.accuracy(weights));
            figures.put("reader_accuracy_real", readerReal.accuracy(weights));
            return figures;
        }

        /** Returns the parts of the test glyphs that have figures of their own: marks, and each collection. */
        private Map<String, IntPredicate> parts() {
            SampleSet test = byReal.of();
            Map<String, IntPredicate> parts = new TreeMap<>();
            for (int i = 0; i < test.size(); i++) {
                String source = test.source(i);
                parts.putIfAbsent(source, k -> test.source(k).equals(source));
                if (!test.classes().isLetterOrDigit(test.label(i))) {
                    parts.putIfAbsent("marks", k -> !test.classes().isLetterOrDigit(test.label(k)));
                }
            }
            return parts;
        }
    }
}
