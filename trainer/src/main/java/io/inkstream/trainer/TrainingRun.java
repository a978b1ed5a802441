package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.evaluation.EvaluationCard;
import io.inkstream.trainer.evaluation.LatentScale;
import io.inkstream.trainer.evaluation.ServingCost;
import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TensorBoardLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import io.inkstream.trainer.style.OnnxNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one servable model of samples in one folder, and goes on where an earlier run in that folder ended, however it
 * ended: plans the time, trains, evaluates, bundles, and says what speaks against publishing it. For one thread.
 *
 * <p>First the reader is taught, whose features guide the generator; then a second recogniser, the judge; then the
 * generator. Only the generator's training is resumed within itself; a recogniser that was not finished is taught anew,
 * which takes a minute or two.
 */
public final class TrainingRun {
    private static final Logger log = LoggerFactory.getLogger(TrainingRun.class);
    private static final int FEWEST_TEST_SAMPLES = 300;

    private final Path folder;
    private final PublicationGate gate;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * What to make.
     *
     * @param id of the model
     * @param budget about how long it may take; not looked at where the folder holds a training already
     * @param workers threads that share a step: 1, 2, 4 or 8
     * @param checkpointSteps most steps between two checkpoints
     * @param parent model whose generator it goes on from; empty for an untrained one
     * @param provenance what is known of the samples, such as topic offsets
     * @param force whether it is to be published whatever the gate says; noted in the provenance
     */
    public record Request(
            ModelId id,
            Duration budget,
            int workers,
            long seed,
            long checkpointSteps,
            Optional<ModelBundle> parent,
            Map<String, String> provenance,
            boolean force) {
        public Request {
            requireNonNull(parent, "parent");
            requireNonNull(id, "id");
            requireNonNull(budget, "budget");
            provenance = Map.copyOf(provenance);
        }
    }

    /**
     * Prepares a run.
     *
     * @param folder of this training alone; made where it does not exist
     * @param listener told of events, besides the log and the TensorBoard files that the folder gets; not closed
     * @param stopping asked after every step; once it says so, the run saves a checkpoint and ends
     * @param nanos the time that intervals are measured by, such as {@code System::nanoTime}
     */
    public TrainingRun(
            Path folder,
            PublicationGate gate,
            TrainingListener listener,
            BooleanSupplier stopping,
            InstantSource clock,
            LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.gate = requireNonNull(gate, "gate");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /**
     * Trains and writes the networks to {@code export/}, the bundle to {@code NAME-VERSION.zip} and a page that tells the
     * training to {@code report.html} in the folder.
     *
     * @return the model, or empty when told to stop before it; the next call in the folder goes on from there
     * @throws TrainingException if the samples do not suffice, the folder holds a training on others, or it collapses
     * @throws IOException if the folder cannot be written; the checkpoints before stay
     */
    public Optional<TrainedBundle> train(CollectedSamples collected, Request request)
            throws IOException, TrainingException {
        TrainingData data = TrainingData.of(collected);
        data.remarks().forEach(remark -> log.info("{}", remark));
        Files.createDirectories(folder);
        checkParent(request.parent(), data);
        TrainingPlan plan = PlanFile.plan(folder, data, request, nanos);
        try (TrainingListener events = listeners(plan)) {
            Optional<TrainedModel> model = train(Lesson.of(
                    data.samples(),
                    plan.config(data.classes().size()).savingEvery(request.checkpointSteps()),
                    request.parent(),
                    folder,
                    events,
                    clock,
                    stopping,
                    nanos));
            if (model.isEmpty()) {
                return Optional.empty();
            }
            TrainedBundle bundle = bundle(model.get(), data, plan, request);
            writeReport();
            return Optional.of(bundle);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new TrainingException("the training cannot go on: " + e.getMessage() + "; see " + folder, e);
        }
    }

    /**
     * Trains the networks of one lesson, from samples to card; returns them, or empty when told to stop before.
     *
     * @throws IllegalArgumentException if there are too few samples, or the folder's checkpoints are of other networks
     */
    static Optional<TrainedModel> train(Lesson lesson) throws IOException, TrainingException {
        TrainingConfig config = lesson.config();
        try (Workers workers = new Workers(config.workers())) {
            int classes = lesson.train().classes().size();
            Optional<Recogniser> reader =
                    recogniser(lesson, "reader", RecogniserShape.reader(classes), config.reader(), workers);
            if (reader.isEmpty()) {
                return Optional.empty();
            }
            Optional<Recogniser> judge = Optional.empty();
            if (lesson.test().size() >= FEWEST_TEST_SAMPLES) {
                judge = recogniser(lesson, "judge", RecogniserShape.judge(classes), config.judge(), workers);
                if (judge.isEmpty()) {
                    return Optional.empty();
                }
            } else {
                log.warn(
                        "Only {} test samples, fewer than {}: the model will have no evaluation card.",
                        lesson.test().size(),
                        FEWEST_TEST_SAMPLES);
            }
            Optional<Generator> generator = new GeneratorLessons(lesson, reader.get(), judge, workers).train();
            return generator.isEmpty()
                    ? Optional.empty()
                    : Optional.of(finished(lesson, generator.get(), reader.get(), judge, workers));
        }
    }

    /** Returns the taught recogniser, from the folder if it is there; empty if the run is to stop first. */
    private static Optional<Recogniser> recogniser(
            Lesson lesson, String name, RecogniserShape shape, RecogniserTraining.Config how, Workers workers)
            throws IOException {
        CheckpointStore store = new CheckpointStore(lesson.folder().resolve(name), 1);
        Optional<Checkpoint> kept = store.latest();
        if (kept.isPresent() && kept.get().signature().equals(shape.toString())) {
            return Optional.of(new Recogniser(
                    shape,
                    kept.get().arrays().get("parameters"),
                    kept.get().arrays().get("statistics")));
        }
        log.info(
                "Training the {} on {} samples, {} steps.", name, lesson.train().size(), how.steps());
        Map<String, Double> means = new HashMap<>();
        long[] reportedAt = {lesson.nanos().getAsLong()};
        Recogniser taught = new RecogniserTraining(how, workers).teach(shape, lesson.train(), (step, loss) -> {
            Lesson.follow(means, name + "_loss", loss);
            long now = lesson.nanos().getAsLong();
            if (now - reportedAt[0] >= lesson.config().progressInterval().toNanos() || step == how.steps()) {
                reportedAt[0] = now;
                lesson.figures(Lesson.Stage.RECOGNISER, step, how.steps(), means);
            }
            return !lesson.stopping().getAsBoolean();
        });
        if (lesson.stopping().getAsBoolean()) {
            return Optional.empty();
        }
        store.save(new Checkpoint(
                shape.toString(),
                how.steps(),
                Map.of("parameters", taught.parameters(), "statistics", taught.statistics())));
        return Optional.of(taught);
    }

    /** Judges what was trained, if there are enough samples to judge by, and says where it comes from. */
    private static TrainedModel finished(
            Lesson lesson, Generator trained, Recogniser reader, Optional<Recogniser> judge, Workers workers) {
        SampleSet train = lesson.train();
        TrainingConfig config = lesson.config();
        double latentScale =
                LatentScale.find(trained, train, config.evaluation().seed());
        log.info(
                "Latents are drawn {} times as wide as in training, so that glyphs differ as real ones do.",
                latentScale);
        Generator generator = trained.widened(latentScale);
        byte[] generatorOnnx = OnnxExport.generator(generator);
        byte[] readerOnnx = OnnxExport.reader(reader);
        Map<String, Object> card = Map.of();
        if (judge.isPresent()) {
            Evaluation evaluation = new Evaluation(
                    config.evaluation(), judge.get(), train, lesson.test(), (pupils, how) -> new RecogniserTraining(
                                    how, workers)
                            .teach(
                                    RecogniserShape.reader(pupils.classes().size()),
                                    pupils,
                                    (step, loss) -> !Thread.currentThread().isInterrupted()));
            EvaluationCard own = card(evaluation, generatorOnnx, readerOnnx, generator.shape());
            card = lesson.parent()
                    .map(bundle -> card(evaluation, bundle.generatorOnnx(), bundle.readerOnnx(), generator.shape()))
                    .map(own::besideParent)
                    .orElse(own)
                    .figures();
        }
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("steps", Long.toString(config.gan().steps()));
        provenance.put("seed", Long.toString(config.gan().seed()));
        provenance.put("latentScale", String.format(Locale.ROOT, "%.3f", latentScale));
        provenance.put("workers", Integer.toString(config.workers()));
        provenance.put("trainingSamples", Integer.toString(train.size()));
        provenance.put("minimumSupport", Integer.toString(config.minimumSupport()));
        provenance.put("dataSha256", train.digest());
        provenance.put("recipe", config.gan().toString());
        provenance.put("java", System.getProperty("java.vm.version"));
        provenance.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        TrainedModel.Training training = new TrainedModel.Training(
                train.classes().characters(),
                generator.shape().style(),
                generator.shape().noise(),
                sources(train),
                provenance);
        return new TrainedModel(generatorOnnx, readerOnnx, judge.map(OnnxExport::reader), card, training);
    }

    /** By name; the most used, where a topic names more than a bundle can. */
    private static List<String> sources(SampleSet samples) {
        Map<String, Integer> uses = new HashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            uses.merge(samples.source(i), 1, Integer::sum);
        }
        return uses.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(Limits.NAMED_SOURCES)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static EvaluationCard card(
            Evaluation evaluation, byte[] generatorOnnx, byte[] readerOnnx, GeneratorShape shape) {
        try (OnnxNetworks networks = new OnnxNetworks(generatorOnnx, readerOnnx, SampleSet.SIDE_PX)) {
            ServingCost cost = ServingCost.counted(generatorOnnx, shape.style(), shape.noise());
            return evaluation.card(networks, shape.style(), shape.noise(), cost);
        }
    }

    private TrainingListener listeners(TrainingPlan plan) throws IOException {
        // Two kept checkpoints are the least that a store knows; this one only reads.
        long step = new CheckpointStore(folder.resolve("generator"), 2)
                .latest()
                .map(Checkpoint::step)
                .orElse(0L);
        log.info("{} in {}, from step {}", plan, folder, step);
        EventLog eventLog = EventLog.open(folder.resolve(EventLog.FILE_NAME), step);
        TensorBoardLog tensorBoard;
        try {
            tensorBoard = TensorBoardLog.start(folder.resolve("tensorboard"), step, clock.instant());
        } catch (IOException e) {
            eventLog.close();
            throw e;
        }
        return TrainingListener.ofAll(List.of(eventLog, tensorBoard, listener::on));
    }

    private TrainedBundle bundle(TrainedModel model, TrainingData data, TrainingPlan plan, Request request)
            throws IOException {
        List<String> objections = new ArrayList<>(gate.objections(model.card()));
        objections.addAll(gate.regressions(model.card()));
        Map<String, String> provenance = new TreeMap<>(model.training().provenance());
        provenance.putAll(request.provenance());
        // What a generator learnt from a person's hand goes on in those that begin with it.
        request.parent().ifPresent(parent -> parent.manifest().provenance().forEach((key, value) -> {
            if (key.startsWith(Manifest.HAND_OF)) {
                provenance.put(key, value);
            }
        }));
        provenance.put("dataDigest", data.digest());
        provenance.put("codeVersion", CodeVersion.current());
        provenance.put("plan", plan.toString());
        provenance.put("trainedAt", clock.instant().toString());
        provenance.put(PublicationGate.PROVENANCE_KEY, PublicationGate.verdict(objections, request.force()));
        TrainedModel complete = model.withProvenance(provenance);
        complete.write(folder.resolve(TrainedModel.FOLDER_NAME));
        ModelBundle bundle = BundleMaker.standard()
                .make(
                        request.id(),
                        request.parent().map(parent -> parent.manifest().id()),
                        complete);
        Path file = folder.resolve(request.id().name() + "-" + request.id().version() + ".zip");
        WholeFile.write(file, bundle.toBytes());
        return new TrainedBundle(bundle, file, objections);
    }

    /** A page that cannot be written must not cost the model. */
    private void writeReport() {
        try {
            log.info("{} tells the training", report(folder, gate));
        } catch (IOException | RuntimeException e) {
            log.warn("the report of {} could not be written", folder, e);
        }
    }

    /**
     * Writes {@code report.html} into the folder of a training that runs, was stopped or killed, or is done.
     *
     * @return the page
     * @throws IOException if the folder holds no training, or cannot be written
     */
    public static Path report(Path folder, PublicationGate gate) throws IOException {
        Path page = folder.resolve("report.html");
        TrainingReport.ofFolder(PlanFile.modelOf(folder), folder, gate).write(page);
        return page;
    }

    /** Returns whether a training on these samples can go on from a model: it must draw the very same characters. */
    public static boolean canRefine(ModelBundle parent, CollectedSamples collected) throws TrainingException {
        return charactersOf(parent).equals(TrainingData.of(collected).classes().characters());
    }

    private static String charactersOf(ModelBundle model) {
        return model.manifest().classes().stream().map(ClassSpec::character).collect(Collectors.joining());
    }

    private static void checkParent(Optional<ModelBundle> parent, TrainingData data) throws TrainingException {
        if (parent.isPresent()) {
            String drawn = charactersOf(parent.get());
            if (!drawn.equals(data.classes().characters())) {
                throw new TrainingException("parent " + parent.get().manifest().id() + " draws '" + drawn
                        + "', the samples are of '" + data.classes().characters()
                        + "': train without a parent, or with samples of its characters");
            }
        }
    }
}
