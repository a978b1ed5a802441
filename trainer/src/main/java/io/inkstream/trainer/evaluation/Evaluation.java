package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Fills evaluation cards for generators, all against the same real glyphs and the same judge; for one thread. */
public final class Evaluation {
    private static final int STYLES = 150;

    private final Config config;
    private final SampleSet train;
    private final SampleSet test;
    private final Quality.Gauge gauge;
    private final Workers workers;
    private EvaluationCard.Transfer transferReal;

    /**
     * How much work a card may cost.
     *
     * @param transferSamples glyphs that teach a recogniser, labelled as that many random real training glyphs are
     * @param transferSteps steps of that lesson
     */
    public record Config(int transferSamples, int transferSteps, long seed) {
        public static final Config DEFAULTS = new Config(40_000, 1500, 21);

        public Config {
            if (transferSamples < RecogniserTraining.Config.DEFAULTS.batch() || transferSteps < 1) {
                throw new IllegalArgumentException("need a batch of samples and one step at least, got "
                        + transferSamples + " and " + transferSteps);
            }
        }
    }

    /**
     * Prepares the comparison.
     *
     * @param judge recogniser that no generator was trained with
     * @param train real glyphs that generators learn from
     * @param test real glyphs that neither generators nor judge learnt from
     */
    public Evaluation(Config config, Recogniser judge, SampleSet train, SampleSet test, Workers workers) {
        this.config = config;
        this.train = train;
        this.test = test;
        this.gauge = new Quality.Gauge(judge, train, test, config.seed());
        this.workers = workers;
    }

    /** Returns the card of a generator, drawn from with the latents as in training. */
    public EvaluationCard card(Generator generator) {
        CharacterClasses classes = test.classes();
        GlyphFactory factory = new GlyphFactory(classes, generator, 1, 1);
        Reading reading = gauge.read(factory, config.seed());
        int count = Math.min(config.transferSamples(), train.size());
        SampleSet real = Subsets.random(train, count, config.seed() + 1);
        if (transferReal == null) {
            transferReal = transfer(real);
        }
        EvaluationCard.Transfer transfer = transfer(factory.draw(Subsets.labels(real), config.seed() + 2));
        int[] letters = IntStream.range(0, classes.size())
                .filter(c -> Character.isLetterOrDigit(classes.characterAt(c)))
                .toArray();
        int[] labels = new int[STYLES * letters.length];
        int[] styles = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = letters[i % letters.length];
            styles[i] = i / letters.length;
        }
        return new EvaluationCard(
                test.size(),
                gauge.measure(reading),
                transfer,
                transferReal,
                StyleCoherence.of(factory.draw(labels, styles, config.seed() + 3)),
                StyleCoherence.of(test.where(i -> test.writer(i) != SampleSet.UNKNOWN_WRITER)),
                Confusion.of(reading),
                Confusion.of(gauge.real()),
                generator.parameters().length,
                config.seed());
    }

    private EvaluationCard.Transfer transfer(SampleSet lesson) {
        RecogniserTraining.Config how = RecogniserTraining.Config.DEFAULTS.with(config.transferSteps(), config.seed());
        Recogniser pupil = new RecogniserTraining(how, workers)
                .teach(RecogniserShape.reader(lesson.classes().size()), lesson, (step, loss) -> !Thread.currentThread()
                        .isInterrupted());
        Reading reading = Reading.by(pupil, test);
        Map<String, Double> bySource = new HashMap<>();
        for (int i = 0; i < test.size(); i++) {
            String source = test.source(i);
            bySource.computeIfAbsent(
                    source, s -> reading.accuracy(k -> test.source(k).equals(s)));
        }
        double marks =
                reading.accuracy(i -> !Character.isLetterOrDigit(test.classes().characterAt(test.label(i))));
        return new EvaluationCard.Transfer(reading.accuracy(), marks, reading.balancedAccuracy(), bySource);
    }
}
