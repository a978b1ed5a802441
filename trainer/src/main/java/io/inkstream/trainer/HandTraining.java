package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.GlyphVariations;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.evaluation.GlyphFactory;
import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.export.OnnxImport;
import io.inkstream.trainer.gan.GanConfig;
import io.inkstream.trainer.gan.GanTraining;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Teaches the generator of a model one person's hand: at one place of its style space it comes to draw as the person does,
 * with the drifting loss; elsewhere it rehearses what it drew before. For one thread.
 */
public final class HandTraining {
    /** What the generator drew before, of each class. */
    private static final int REHEARSED_PER_CLASS = 64;

    private static final int VARIATIONS_PER_CLASS = 48;
    private static final double RATE = .3;
    private static final String REQUEST = "hand.txt";

    private final Path folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * Whose hand, and how.
     *
     * @param exemplars of the characters that the person wrote
     * @param latent [style] that becomes the hand's
     * @param workers threads: 1, 2, 4 or 8
     */
    public record Request(
            ModelBundle parent,
            Map<String, List<Exemplar>> exemplars,
            float[] latent,
            int steps,
            int workers,
            long seed) {}

    /**
     * Prepares a training; as for {@link TrainingRun}.
     *
     * @param folder of this training alone; made where it does not exist
     */
    public HandTraining(
            Path folder, TrainingListener listener, BooleanSupplier stopping, InstantSource clock, LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /**
     * Trains; a training that was stopped goes on where it was.
     *
     * @return the generator, ONNX; empty when told to stop before the end
     * @throws TrainingException if the folder holds another training, the parent is of another architecture, or it collapses
     * @throws IOException if the folder cannot be written
     */
    public Optional<byte[]> train(Request request) throws IOException, TrainingException {
        CharacterClasses classes = new CharacterClasses(request.parent().manifest().classes().stream()
                .map(ClassSpec::character)
                .collect(Collectors.joining()));
        SampleSet own = GlyphVariations.of(request.exemplars(), classes, VARIATIONS_PER_CLASS, request.seed());
        claim(request, own);
        TrainingConfig config = config(request, own);
        Lesson lesson = new Lesson(
                own,
                SampleSet.builder(classes).build(),
                config,
                Optional.of(request.parent()),
                folder,
                listener,
                clock,
                stopping,
                nanos);
        try (Workers workers = new Workers(request.workers())) {
            Recogniser reader =
                    OnnxImport.reader(request.parent().readerOnnx(), RecogniserShape.reader(classes.size()));
            Generator start = GeneratorLessons.start(lesson);
            int[] labels = IntStream.range(0, REHEARSED_PER_CLASS * classes.size())
                    .map(i -> i % classes.size())
                    .toArray();
            SampleSet rehearsed = GlyphFactory.of(classes, start).draw(labels, request.seed());
            GanTraining training =
                    GanTraining.ofHand(config.gan(), start, own, rehearsed, request.latent(), reader, workers);
            return new GeneratorLessons(lesson, training, Optional.empty())
                    .train()
                    .map(OnnxExport::generator);
        } catch (IllegalArgumentException e) {
            throw new TrainingException("the training cannot go on: " + e.getMessage() + "; see " + folder, e);
        }
    }

    /** So that nobody goes on with another person's. */
    private void claim(Request request, SampleSet own) throws IOException, TrainingException {
        String asked = String.join(
                "\n",
                "parent " + request.parent().manifest().id(),
                "glyphs " + own.digest(),
                "steps " + request.steps(),
                "workers " + request.workers(),
                "seed " + request.seed(),
                "");
        Files.createDirectories(folder);
        Path file = folder.resolve(REQUEST);
        if (!Files.exists(file)) {
            Files.writeString(file, asked, StandardCharsets.UTF_8);
        } else if (!Files.readString(file, StandardCharsets.UTF_8).equals(asked)) {
            throw new TrainingException(folder
                    + " holds a training of another hand, or of another length; choose another folder, or empty it");
        }
    }

    private static TrainingConfig config(Request request, SampleSet own) {
        TrainingConfig recipe = TrainingConfig.DEFAULTS;
        GanConfig gan = recipe.gan();
        int written = (int) IntStream.range(0, own.classes().size())
                .filter(c -> own.countOfClass(c) > 0)
                .count();
        return new TrainingConfig(
                new GanConfig(
                        Math.min(gan.classesPerWorker(), 2 * written),
                        gan.generatedPerClass(),
                        gan.realPerClass(),
                        request.steps(),
                        RATE * gan.driftRate(),
                        0,
                        gan.adversarialClassesPerWorker(),
                        gan.adversarialGeneratedPerClass(),
                        gan.adversarialRate(),
                        gan.discriminatorRate(),
                        gan.driftWeight(),
                        gan.decayFrom(),
                        gan.decayTo(),
                        gan.averageDecay(),
                        request.seed()),
                recipe.reader(),
                recipe.judge(),
                recipe.evaluation(),
                recipe.minimumSupport(),
                request.workers(),
                recipe.checkpointInterval(),
                recipe.checkpointSteps(),
                recipe.keepCheckpoints(),
                recipe.progressInterval(),
                0);
    }
}
