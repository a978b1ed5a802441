package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.client.TopicTexts;
import io.inkstream.schemas.FileNames;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.language.LanguageConfig;
import io.inkstream.trainer.language.LanguageTraining;
import io.inkstream.trainer.language.LearntText;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import io.inkstream.trainer.text.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "lm",
        description = {
            "Trains a language model that writes text character by character, as the given texts do.",
            "The last tenth of the texts is held out and read after every pass, by the average of the last updates'"
                    + " weights;",
            "what is kept is the average that reads it best. If it is stopped by Ctrl-C or killed, the same command"
                    + " resumes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train lm --text alice.txt --minutes 60 --out out/alice",
            "  inkstream train lm --text alice.txt --layers 1 --width 512 --dropout 0.4 --rate 0.002 --batch 50",
            "  inkstream train lm --topic --minutes 60 --model letters:1 --out out/letters --publish",
            "  inkstream generate --lm out/alice/model.zip --sentences 20 --temperature 0.7",
        })
final class TrainLmCommand implements Callable<Integer> {
    private static final int MOST_TOPIC_CHARACTERS = 50_000_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @ArgGroup(multiplicity = "1")
    private From from;

    private static final class From {
        @Option(
                names = "--text",
                paramLabel = "PATH",
                description = "UTF-8 text files, or folders of files that end in .txt; may be repeated.")
        private List<Path> texts;

        @Option(
                names = "--topic",
                arity = "0..1",
                fallbackValue = "",
                paramLabel = "NAME",
                description = {
                    "The texts of the documents that a topic holds now, topic texts unless another is named. They are"
                            + " kept in the",
                    "training's folder, so that it resumes with the same ones."
                })
        private String topic;
    }

    @Option(
            names = "--topic-characters",
            paramLabel = "N",
            description = "Most characters that are read of a topic (default: ${DEFAULT-VALUE}).",
            defaultValue = "20000000")
    private int topicCharacters;

    @Option(
            names = "--model",
            paramLabel = "NAME:VERSION",
            description = "Name and version of the model (default: ${DEFAULT-VALUE}).",
            defaultValue = "text:1")
    private String model;

    @Option(
            names = "--publish",
            description = "Publish the model on the cluster, for generate --lm NAME:VERSION; no server loads it.")
    private boolean publish;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "About how long it may take, in minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int minutes;

    @Option(
            names = "--passes",
            paramLabel = "N",
            description = "Most passes over the texts (default: ${DEFAULT-VALUE}).",
            defaultValue = "200")
    private int passes;

    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Recurrent layers, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "lstm")
    private LanguageConfig.Cell cell;

    @Option(names = "--layers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "2")
    private int layers;

    @Option(
            names = "--width",
            paramLabel = "N",
            description = "Cells of a layer (default: ${DEFAULT-VALUE}).",
            defaultValue = "256")
    private int width;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            description = "Share of the inputs of a layer, the output layer too, that an update leaves out (default:"
                    + " ${DEFAULT-VALUE}).",
            defaultValue = "0.2")
    private double dropout;

    @Option(
            names = "--rate",
            paramLabel = "X",
            description = "Learning rate of Adam (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.001")
    private double rate;

    @Option(
            names = "--clip",
            paramLabel = "X",
            description = "Largest value of a gradient (default: ${DEFAULT-VALUE}).",
            defaultValue = "5")
    private double clip;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            description = "Characters through which a gradient goes back (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int sequence;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = {
                "Places of the text that are read side by side (default: ${DEFAULT-VALUE}); fewer give more updates in"
                        + " a pass,",
                "and a short text has fewer."
            },
            defaultValue = "100")
    private int batch;

    @Option(
            names = "--average",
            paramLabel = "X",
            description = {
                "How much of the averaged weights stays at an update (default: ${DEFAULT-VALUE}): 0.99 averages about"
                        + " a hundred",
                "updates, 0 none."
            },
            defaultValue = "0.99")
    private double average;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoint, events and the model; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/lm")
    private Path out;

    /** What was made; the names are fixed. */
    private record Result(
            String model,
            String report,
            @JsonProperty("bits_per_character") double bits,
            long pass) {}

    /** What was read of a topic; the names are fixed. */
    private record Documents(int documents, String topic, long unreadable, boolean cut) {}

    @Override
    public Integer call() throws IOException, WriteFailedException {
        if (minutes < 1 || passes < 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--minutes and --passes are at least 1, not " + minutes + " and " + passes);
        }
        if (topicCharacters < 1 || topicCharacters > MOST_TOPIC_CHARACTERS) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--topic-characters is 1 to " + MOST_TOPIC_CHARACTERS + ", not " + topicCharacters);
        }
        ModelId id;
        LanguageConfig config;
        try {
            id = ModelId.parse(model);
            config = new LanguageConfig(cell, layers, width, dropout, rate, clip, sequence, batch, average, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        // Before hours of training, not after them.
        Optional<Cluster> cluster =
                publish || from.topic != null ? Optional.of(clusterOptions.connect()) : Optional.empty();
        Optional<Cluster> publishing = cluster.filter(connected -> publish);
        if (publishing.isPresent()) {
            publishing.get().createTopics();
            if (isPublished(publishing.get(), id)) {
                results.printNext(
                        Map.of("unchanged", id.toString()),
                        "unchanged: " + id + " is published, and a version never changes");
                return ExitCodes.DONE;
            }
        }
        LearntText text = from.topic == null ? ofFiles() : ofTopic(cluster.orElseThrow());
        LanguageTraining.Trained trained = train(id, text, config, publishing);
        Path file = out.resolve(LanguageTraining.MODEL);
        Path report = report(text, config);
        results.printNext(
                new Result(file.toString(), report.toString(), trained.bits(), trained.pass()),
                String.format(
                        Locale.ROOT,
                        "held out: %.3f bits per character, after pass %d%nmodel: %s%nreport: %s",
                        trained.bits(),
                        trained.pass(),
                        file,
                        report));
        if (publishing.isPresent()) {
            ModelFiles.publish(
                    publishing.get(),
                    InputFiles.bytes(file),
                    trained.model().manifest().announceable());
            results.printFact("published", trained.model().manifest().id());
        }
        return ExitCodes.DONE;
    }

    /** Whether this training has published already; what it could not publish after hours is better told now. */
    private boolean isPublished(Cluster cluster, ModelId id) throws IOException {
        Map<String, ModelAnnouncement> announced = Announcements.read(cluster);
        ModelFiles.otherKind(id.name(), ModelKind.LANGUAGE, announced.values()).ifPresent(why -> {
            throw new CommandException(ExitCodes.UNSAFE, why);
        });
        ModelAnnouncement before = announced.get(id.toString());
        Path file = out.resolve(LanguageTraining.MODEL);
        boolean isOurs = before != null
                && Files.exists(file)
                && before.getSha256().equals(Sha256.of(Files.readAllBytes(file)).hex());
        if (before != null && !isOurs) {
            throw new CommandException(ExitCodes.UNSAFE, ModelFiles.otherBytes(id.toString(), before));
        }
        return isOurs;
    }

    private LearntText ofFiles() {
        return new LearntText(
                GenerateCommand.read(() -> Corpus.paragraphs(from.texts)),
                from.texts.stream().map(path -> path.getFileName().toString()).toList());
    }

    /** What the topic held when the training began. */
    private LearntText ofTopic(Cluster cluster) throws IOException {
        String topic = from.topic.isEmpty() ? cluster.topics().texts().name() : from.topic;
        Path kept = out.resolve("topic-" + FileNames.of(topic) + ".txt");
        if (Files.exists(kept) && CheckpointStore.lastStep(out) > 0) {
            Printed.note(spec, "texts of " + kept + ", as the training in this folder began with");
        } else {
            TopicTexts read = TopicTexts.read(cluster, topic, topicCharacters);
            if (read.texts().isEmpty()) {
                throw new CommandException(
                        ExitCodes.FAILED,
                        read.isCut()
                                ? "the first document of topic " + topic + " is longer than --topic-characters "
                                        + topicCharacters
                                : "topic " + topic + " has no document that can be read, " + read.unreadable()
                                        + " that cannot");
            }
            results.printNext(
                    new Documents(read.texts().size(), topic, read.unreadable(), read.isCut()),
                    "documents: " + read.texts().size() + " of topic " + topic
                            + (read.unreadable() == 0 ? "" : ", and " + read.unreadable() + " that cannot be read")
                            + (read.isCut() ? "; more are beyond --topic-characters " + topicCharacters : ""));
            String paragraphs = read.texts().stream()
                    .flatMap(text -> Corpus.paragraphs(text).stream())
                    .collect(Collectors.joining("\n\n"));
            OutputFiles.write(kept, paragraphs.getBytes(StandardCharsets.UTF_8));
        }
        return new LearntText(GenerateCommand.read(() -> Corpus.paragraphs(List.of(kept))), List.of("topic " + topic));
    }

    private LanguageTraining.Trained train(
            ModelId id, LearntText text, LanguageConfig config, Optional<Cluster> publishing) throws IOException {
        Files.createDirectories(out);
        try (StopSignal stop = StopSignal.listen();
                TrainingListener said = TrainCommand.listener(results, publishing, id);
                TrainingListener log = EventLog.open(out.resolve(EventLog.FILE_NAME), CheckpointStore.lastStep(out))) {
            return new LanguageTraining(
                            out,
                            TrainingListener.ofAll(List.of(said, log)),
                            stop::isGiven,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(id, text, config, passes, Duration.ofMinutes(minutes))
                    .orElseThrow(() -> new CommandException(
                            ExitCodes.FAILED,
                            (stop.isGiven() ? "stopped" : "the time was over before a pass was done")
                                    + "; the same command resumes it"));
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
    }

    private Path report(LearntText text, LanguageConfig config) throws IOException {
        Path report = out.resolve("report.html");
        new TrainingReport(
                        "Language model of " + String.join(", ", text.sources()),
                        EventLog.read(out.resolve(EventLog.FILE_NAME)),
                        Map.of(),
                        List.of(),
                        Map.of("network", config.toString()))
                .write(report);
        return report;
    }
}
