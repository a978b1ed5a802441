package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.Recogniser;

/**
 * The figures of a generator that are cheap enough to follow a training with.
 *
 * @param accuracy share of generated glyphs that a real-trained recogniser reads as asked
 * @param accuracyReal the same of real test glyphs of the same labels
 * @param frechet Fréchet distance of generated to real test glyphs in that recogniser's features
 * @param frechetReal the same of real training to real test glyphs: the floor
 * @param deviationRatio deviation within a class, as a share of the real test glyphs'
 */
public record Quality(double accuracy, double accuracyReal, double frechet, double frechetReal, double deviationRatio) {

    /** Returns how far the Fréchet distance lies above its floor. */
    public double frechetExcess() {
        return frechet - frechetReal;
    }

    /** Measures generators against one set of real test glyphs, with one recogniser; for one thread. */
    public static final class Gauge {
        private final Recogniser judge;
        private final Reading real;
        private final Frechet.Cloud floor;
        private final int[] labels;

        /**
         * Prepares the comparison.
         *
         * @param judge recogniser that no generator was trained with
         * @param train real glyphs that the generators learn from; as many random ones as there are tests make the floor
         * @param test real glyphs that neither generators nor judge learnt from
         */
        public Gauge(Recogniser judge, SampleSet train, SampleSet test, long seed) {
            this.judge = judge;
            this.real = Reading.by(judge, test);
            SampleSet like = Subsets.random(train, Math.min(train.size(), test.size()), seed);
            this.floor = Reading.by(judge, like).cloud(Bootstrap.once(like.size()));
            this.labels = Subsets.labels(test);
        }

        /** Measures glyphs drawn for the test glyphs' own labels. */
        public Quality measure(GlyphFactory factory, long seed) {
            return measure(read(factory, seed), Bootstrap.once(labels.length));
        }

        /** Draws glyphs for the test glyphs' own labels and has the judge read them. */
        Reading read(GlyphFactory factory, long seed) {
            return Reading.by(judge, factory.draw(labels, seed));
        }

        /**
         * Measures what {@link #read} gave.
         *
         * @param weights how often each test glyph counts, and the drawn one with its label
         */
        Quality measure(Reading drawn, int[] weights) {
            Frechet.Cloud realCloud = real.cloud(weights);
            return new Quality(
                    drawn.accuracy(weights),
                    real.accuracy(weights),
                    Frechet.distance(realCloud, drawn.cloud(weights)),
                    Frechet.distance(realCloud, floor),
                    Deviation.withinClass(drawn.of(), weights) / Deviation.withinClass(real.of(), weights));
        }

        /** Returns what the judge reads in the real test glyphs. */
        Reading real() {
            return real;
        }
    }
}
