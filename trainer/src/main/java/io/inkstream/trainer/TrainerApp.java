package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.gan.GanTraining;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one servable model of samples in one folder: plans the time, trains or goes on where an earlier call in that folder
 * ended, evaluates, bundles, and says what speaks against publishing it. {@link #train} is for one thread; {@link #stop}
 * may come from any.
 */
public final class TrainerApp {
    private static final Logger log = LoggerFactory.getLogger(TrainerApp.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String PLAN_FILE = "plan.json";
    private static final int PROBE_STEPS = 6;

    private final Path folder;
    private final BundleMaker bundleMaker;
    private final PublicationGate gate;
    private final TrainingListener listener;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private volatile boolean stopping;
    private volatile TrainingRun running;

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
     * How a folder's training was begun.
     *
     * @param digest of what it learns from
     * @param parent the model that it goes on from; empty for none
     * @param model what it is to be called; empty where an earlier version of this code began it
     */
    private record Begun(TrainingPlan plan, String digest, String parent, String model) {
        Begun {
            parent = requireNonNullElse(parent, "");
            model = requireNonNullElse(model, "");
        }
    }

    /**
     * @param folder of this training alone; made where it does not exist
     * @param listener told of events, besides the log and the TensorBoard files that the folder gets; not closed
     * @param clock dates events and the model
     * @param nanos measures time, as {@link System#nanoTime}
     */
    public TrainerApp(
            Path folder,
            BundleMaker bundleMaker,
            PublicationGate gate,
            TrainingListener listener,
            InstantSource clock,
            LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.bundleMaker = requireNonNull(bundleMaker, "bundleMaker");
        this.gate = requireNonNull(gate, "gate");
        this.listener = requireNonNull(listener, "listener");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /** Asks the training to save a checkpoint and to end after the step at hand. */
    public void stop() {
        stopping = true;
        TrainingRun run = running;
        if (run != null) {
            run.stop();
        }
    }

    /**
     * Trains and writes the networks to {@code export/}, the bundle to {@code NAME-VERSION.zip} and a page that tells the
     * training to {@code report.html} in the folder.
     *
     * @return the model, or empty when {@link #stop} ended it before; the next call in the folder goes on from there
     * @throws TrainingException if the samples do not suffice, the folder holds a training on others, or it collapses
     * @throws IOException if the folder cannot be written
     */
    public Optional<TrainedBundle> train(CollectedSamples collected, Request request)
            throws IOException, TrainingException {
        TrainingData data = TrainingData.of(collected);
        data.remarks().forEach(remark -> log.info("{}", remark));
        Files.createDirectories(folder);
        checkParent(request.parent(), data);
        TrainingPlan plan = plan(data, request);
        try (TrainingListener events = listeners(plan)) {
            TrainingRun run = new TrainingRun(
                    data.samples(),
                    plan.config(data.classes().size()).savingEvery(request.checkpointSteps()),
                    request.parent(),
                    folder,
                    progress -> events.on(event(progress)),
                    nanos);
            running = run;
            if (stopping) {
                return Optional.empty();
            }
            Optional<TrainedModel> model = modelOf(run.run());
            if (model.isEmpty()) {
                return Optional.empty();
            }
            TrainedBundle bundle = bundle(model.get(), data, plan, request);
            report();
            return Optional.of(bundle);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new TrainingException("the training cannot go on: " + e.getMessage() + "; see " + folder, e);
        } finally {
            running = null;
        }
    }

    private Optional<TrainedModel> modelOf(TrainingOutcome outcome) throws TrainingException {
        Optional<TrainingOutcome.Collapsed> collapsed =
                outcome.match(finished -> Optional.empty(), stopped -> Optional.empty(), Optional::of);
        if (collapsed.isPresent()) {
            throw new TrainingException(
                    "the training collapsed at step " + collapsed.get().step() + ": "
                            + collapsed.get().reason() + "; the checkpoints before it are in " + folder);
        }
        return outcome.match(
                finished -> Optional.of(finished.model()), stopped -> Optional.empty(), none -> Optional.empty());
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
        provenance.put("dataDigest", data.digest());
        provenance.put("codeVersion", CodeVersion.current());
        provenance.put("plan", plan.toString());
        provenance.put("trainedAt", clock.instant().toString());
        provenance.put(PublicationGate.PROVENANCE_KEY, PublicationGate.verdict(objections, request.force()));
        TrainedModel complete = model.withProvenance(provenance);
        complete.write(folder.resolve(TrainedModel.FOLDER_NAME));
        ModelBundle bundle = bundleMaker.make(
                request.id(), request.parent().map(parent -> parent.manifest().id()), complete);
        Path file = folder.resolve(request.id().name() + "-" + request.id().version() + ".zip");
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        Files.write(partial, bundle.toBytes());
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new TrainedBundle(bundle, file, objections);
    }

    /** A page that cannot be written must not cost the model. */
    private void report() {
        try {
            log.info("The report of the training is {}", report(folder, gate));
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
        Path planFile = folder.resolve(PLAN_FILE);
        String name = Files.exists(planFile)
                ? JSON.readValue(planFile.toFile(), Begun.class).model()
                : "";
        Path page = folder.resolve("report.html");
        TrainingReport.ofFolder(
                        name.isEmpty() ? folder.toAbsolutePath().getFileName().toString() : name, folder, gate)
                .write(page);
        return page;
    }

    /** The generator's steps count: they are what a training is resumed by. A recogniser's are a figure. */
    private TrainingEvent event(TrainingProgress progress) {
        Map<String, Double> figures = new HashMap<>(progress.figures());
        boolean ofGenerator = progress.stage() != TrainingProgress.Stage.RECOGNISER;
        if (!ofGenerator) {
            figures.put("recogniser_step", (double) progress.step());
        }
        figures.put("steps_planned", (double) progress.steps());
        return TrainingEvent.newBuilder()
                .setStep(ofGenerator ? progress.step() : 0)
                .setStage(progress.stage().label())
                .setFigures(figures)
                .setSampleGridPng(progress.sampleGridPng().map(ByteBuffer::wrap).orElse(null))
                .setCheckpoint(progress.checkpoint().orElse(null))
                .setAt(clock.instant())
                .build();
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

    private TrainingPlan plan(TrainingData data, Request request) throws IOException, TrainingException {
        Path file = folder.resolve(PLAN_FILE);
        if (Files.exists(file)) {
            Begun begun = JSON.readValue(file.toFile(), Begun.class);
            if (!begun.digest().equals(data.digest())) {
                throw new TrainingException(folder + " holds a training on other samples (" + begun.digest()
                        + "); choose another folder, or empty it");
            }
            if (!begun.parent().equals(nameOf(request.parent()))) {
                throw new TrainingException(folder + " holds a training that goes on from "
                        + (begun.parent().isEmpty() ? "no parent" : begun.parent())
                        + "; choose another folder, or empty it");
            }
            log.info("{} holds a training, which goes on by its own plan", folder);
            return begun.plan();
        }
        TrainingPlan plan;
        try (Workers workers = new Workers(request.workers())) {
            plan = TrainingPlan.within(
                    request.budget(),
                    pace(data, workers, request.seed()),
                    request.parent().isPresent(),
                    request.workers(),
                    request.seed());
        }
        Path partial = folder.resolve("plan.json.part");
        Files.write(
                partial,
                JSON.writeValueAsBytes(new Begun(
                        plan,
                        data.digest(),
                        nameOf(request.parent()),
                        request.id().toString())));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return plan;
    }

    private static String nameOf(Optional<ModelBundle> parent) {
        return parent.map(bundle -> bundle.manifest().id().toString()).orElse("");
    }

    /** Measures a few steps of each part; the first of each also loads and warms code and is not counted. */
    private TrainingPlan.Pace pace(TrainingData data, Workers workers, long seed) {
        int classes = data.classes().size();
        Duration[] judgeStep = new Duration[1];
        Duration[] readerStep = new Duration[1];
        probe(RecogniserShape.judge(classes), seed, data, workers, judgeStep);
        Recogniser reader = probe(RecogniserShape.reader(classes), seed, data, workers, readerStep);
        TrainingPlan few = new TrainingPlan(1, 1, false, PROBE_STEPS, 0, 1, workers.count(), seed);
        GanTraining training = new GanTraining(
                few.config(classes).gan(), GeneratorShape.standard(classes), data.samples(), reader, workers);
        training.advance();
        long begun = nanos.getAsLong();
        while (!training.finished()) {
            training.advance();
        }
        return new TrainingPlan.Pace(
                readerStep[0], judgeStep[0], Duration.ofNanos((nanos.getAsLong() - begun) / (PROBE_STEPS - 1)));
    }

    private Recogniser probe(RecogniserShape shape, long seed, TrainingData data, Workers workers, Duration[] perStep) {
        long[] first = new long[1];
        return new RecogniserTraining(RecogniserTraining.Config.DEFAULTS.with(PROBE_STEPS, seed), workers)
                .teach(shape, data.samples(), (step, loss) -> {
                    if (step == 1) {
                        first[0] = nanos.getAsLong();
                    }
                    perStep[0] = Duration.ofNanos((nanos.getAsLong() - first[0]) / Math.max(1, step - 1));
                    return true;
                });
    }
}
