package io.inkstream.trainer;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.gan.GanTraining;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps how a folder's training was begun, in {@code plan.json}, so that a resumed one goes on by the same plan. */
final class PlanFile {
    private static final Logger log = LoggerFactory.getLogger(PlanFile.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String NAME = "plan.json";
    private static final int PROBE_STEPS = 6;

    private PlanFile() {}

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
     * Returns the plan that the folder's training was begun with, or makes one by the pace of this machine and keeps it.
     *
     * @throws TrainingException if the folder holds a training on other samples, or from another parent
     */
    static TrainingPlan plan(Path folder, TrainingData data, TrainingRun.Request request, LongSupplier nanos)
            throws IOException, TrainingException {
        Path file = folder.resolve(NAME);
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
                    pace(data, workers, request.seed(), nanos),
                    request.parent().isPresent(),
                    request.workers(),
                    request.seed());
        }
        WholeFile.write(
                file,
                JSON.writeValueAsBytes(new Begun(
                        plan,
                        data.digest(),
                        nameOf(request.parent()),
                        request.id().toString())));
        return plan;
    }

    /** Returns what the folder's model is to be called; the folder's name where nothing tells. */
    static String modelOf(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        String model =
                Files.exists(file) ? JSON.readValue(file.toFile(), Begun.class).model() : "";
        return model.isEmpty() ? folder.toAbsolutePath().getFileName().toString() : model;
    }

    private static String nameOf(Optional<ModelBundle> parent) {
        return parent.map(bundle -> bundle.manifest().id().toString()).orElse("");
    }

    /** Measures a few steps of each part; the first of each also loads and warms code and is not counted. */
    private static TrainingPlan.Pace pace(TrainingData data, Workers workers, long seed, LongSupplier nanos) {
        int classes = data.classes().size();
        Duration[] judgeStep = new Duration[1];
        Duration[] readerStep = new Duration[1];
        probe(RecogniserShape.judge(classes), seed, data, workers, judgeStep, nanos);
        Recogniser reader = probe(RecogniserShape.reader(classes), seed, data, workers, readerStep, nanos);
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

    private static Recogniser probe(
            RecogniserShape shape,
            long seed,
            TrainingData data,
            Workers workers,
            Duration[] perStep,
            LongSupplier nanos) {
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
