package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.evaluation.EvaluationCard;
import io.inkstream.trainer.evaluation.ServingCost;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserCache;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import io.inkstream.trainer.style.OnnxNetworks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Judges bundles, whoever made them, by handwriting: the training glyphs teach the recognisers that judge, the test glyphs
 * are what they are asked. Draws with the networks as they are served. For one thread.
 */
public final class ModelEvaluation {
    private static final int FEWEST_TEST_SAMPLES = 300;
    private static final int SAID_EVERY_STEPS = 250;

    private final Config config;
    private final Path cache;
    private final Consumer<String> progress;
    private final LongSupplier cpuNanos;

    /**
     * How much work a judgement may be.
     *
     * @param judgeSteps steps of the lesson of the recogniser that judges
     * @param workers threads that share a lesson; another number gives other, equally good, recognisers
     */
    public record Config(Evaluation.Config card, int judgeSteps, int workers) {
        public Config {
            requireNonNull(card, "card");
            if (judgeSteps < 1 || workers < 1) {
                throw new IllegalArgumentException("need a step and a worker, got " + judgeSteps + ", " + workers);
            }
        }

        /** Returns what {@code evaluate} does by default. */
        public static Config standard(long seed, int workers) {
            Evaluation.Config card = Evaluation.Config.DEFAULTS;
            return new Config(
                    new Evaluation.Config(
                            card.transferSamples(), card.transferSteps(), card.augmented(), card.resamples(), seed),
                    3000,
                    workers);
        }
    }

    /**
     * The card, and what its reader should know.
     *
     * @param remarks a sentence each
     */
    public record Judgement(EvaluationCard card, List<String> remarks) {
        public Judgement {
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * @param cache folder of recognisers that were taught before
     * @param progress is told what is being done
     * @param cpuNanos processor time of the calling thread
     */
    public ModelEvaluation(Config config, Path cache, Consumer<String> progress, LongSupplier cpuNanos) {
        this.config = requireNonNull(config, "config");
        this.cache = requireNonNull(cache, "cache");
        this.progress = requireNonNull(progress, "progress");
        this.cpuNanos = requireNonNull(cpuNanos, "cpuNanos");
    }

    /**
     * Judges a bundle.
     *
     * @throws TrainingException if there is too little handwriting to judge by
     * @throws IllegalArgumentException if its networks cannot be loaded
     */
    public Judgement judge(ModelBundle bundle, CollectedSamples collected) throws TrainingException {
        Manifest manifest = bundle.manifest();
        if (manifest.imageSize() != SampleSet.SIDE_PX) {
            throw new TrainingException("the model draws glyphs of " + manifest.imageSize()
                    + " pixels, handwriting to judge it by has " + SampleSet.SIDE_PX);
        }
        CharacterClasses classes = new CharacterClasses(
                manifest.classes().stream().map(ClassSpec::character).collect(Collectors.joining()));
        SampleSet samples = collected.samples().over(classes);
        SampleSet train = samples.of(Split.TRAIN);
        SampleSet test = samples.of(Split.TEST);
        int batch = RecogniserTraining.Config.DEFAULTS.batch();
        if (test.size() < FEWEST_TEST_SAMPLES || train.size() < batch) {
            throw new TrainingException("need " + FEWEST_TEST_SAMPLES + " test and " + batch
                    + " training samples of the model's characters to judge by, there are " + test.size() + " and "
                    + train.size());
        }
        try (Workers workers = new Workers(config.workers());
                OnnxNetworks networks = new OnnxNetworks(bundle)) {
            RecogniserCache recognisers = new RecogniserCache(cache, workers);
            RecogniserTraining.Config lesson = RecogniserTraining.Config.DEFAULTS.with(
                    config.judgeSteps(), config.card().seed() + 1);
            Recogniser judge = recognisers.teach(
                    RecogniserShape.judge(classes.size()), train, lesson, said("the judge", lesson.steps()));
            Evaluation evaluation = new Evaluation(config.card(), judge, train, test, (glyphs, how) -> {
                String pupil = "a pupil, by " + glyphs.size() + " glyphs";
                return recognisers.teach(RecogniserShape.reader(classes.size()), glyphs, how, said(pupil, how.steps()));
            });
            ServingCost cost =
                    ServingCost.measured(bundle.generatorOnnx(), manifest.styleSize(), manifest.noiseSize(), cpuNanos);
            progress.accept("drawing and reading");
            return new Judgement(
                    evaluation.card(networks, manifest.styleSize(), manifest.noiseSize(), cost),
                    remarks(manifest, collected, samples));
        }
    }

    private RecogniserTraining.Listener said(String whom, int steps) {
        return (step, loss) -> {
            if (step % SAID_EVERY_STEPS == 0 || step == steps) {
                progress.accept("teaching " + whom + ", step " + step + " of " + steps);
            }
            return !Thread.currentThread().isInterrupted();
        };
    }

    private static List<String> remarks(Manifest manifest, CollectedSamples collected, SampleSet samples) {
        List<String> remarks = new ArrayList<>();
        SampleSet all = collected.samples();
        CharacterClasses own = samples.classes();
        String lacking = characters(all, c -> own.indexOf(all.classes().characterAt(c)) < 0 && all.countOfClass(c) > 0);
        if (!lacking.isEmpty()) {
            remarks.add("samples left out, since the model does not draw them: " + lacking);
        }
        SampleSet test = samples.of(Split.TEST);
        String untested = characters(test, c -> test.countOfClass(c) == 0);
        if (!untested.isEmpty()) {
            remarks.add("characters of the model that no test sample judges: " + untested);
        }
        Set<Integer> teachers = writers(samples, Split.TRAIN);
        teachers.retainAll(writers(samples, Split.TEST));
        if (!teachers.isEmpty()) {
            remarks.add(teachers.size() + " writers are in both splits: the card flatters the model");
        }
        if (!collected.digest().equals(manifest.provenance().get("dataDigest"))) {
            remarks.add("these are not the samples that the model says it was trained on (dataDigest): if it has learnt"
                    + " from the test samples, the card flatters it");
        }
        return remarks;
    }

    private static String characters(SampleSet of, IntPredicate which) {
        return IntStream.range(0, of.classes().size())
                .filter(which)
                .mapToObj(of.classes()::characterAt)
                .collect(Collectors.joining());
    }

    private static Set<Integer> writers(SampleSet samples, Split split) {
        return IntStream.range(0, samples.size())
                .filter(i -> samples.split(i) == split && samples.writer(i) != SampleSet.UNKNOWN_WRITER)
                .mapToObj(samples::writer)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
