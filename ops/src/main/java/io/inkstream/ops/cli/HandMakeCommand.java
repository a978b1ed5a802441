package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.explore.KeptHand;
import io.inkstream.ops.hand.OwnHand;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.hand.ReviewSheet;
import io.inkstream.ops.hand.Strength;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.HandTraining;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.WrittenGlyph;
import io.inkstream.trainer.dataset.WrittenLine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "make",
        description = {
            "Makes a version of a model that has one person's hand as a style.",
            "At strength exemplars, at once: a character that the person wrote is drawn in variations of the person's own,",
            "the others by the generator, in the hand that is most like the person's. At strength nearest that hand draws",
            "all. At strength trained, in minutes: it is taught the person's letters first; if it is stopped, the same",
            "command resumes. What the server's reader takes for another character is doubtful and left out."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream hand make --from my-letters --name ada --dry-run --review review.png",
            "  inkstream hand make --from my-letters --name ada --model ada:1 --bundle ada-1.zip",
            "  inkstream hand make --from ada.jsonl --name ada --model ada:1 --bundle ada-1.zip      # after hand import",
            "  inkstream hand make --from ada.jsonl --name ada --strength trained --model ada:2 --bundle ada-2.zip",
            "  inkstream hand make --from unipen --writer unipen/113 --name w113 --model w113:1 --bundle w113-1.zip"
        })
final class HandMakeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BaseOptions base;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--writer",
            paramLabel = "NAME",
            description = "Take the samples of this writer only. Needed where the samples name more than one.")
    private String writer;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Name of the style.")
    private String name;

    @Option(names = "--model", paramLabel = "NAME:VERSION", description = "Name and version of the new model.")
    private String model;

    @Option(names = "--bundle", paramLabel = "FILE", description = "The bundle to write.")
    private Path bundle;

    @Option(
            names = "--strength",
            paramLabel = "HOW",
            description = "How the hand is drawn: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "exemplars")
    private Strength strength;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of the training (default: ${DEFAULT-VALUE}).",
            defaultValue = "400")
    private int steps;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads of the training: 1, 2, 4 or 8 (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(
            names = "--training",
            paramLabel = "DIR",
            description =
                    "Folder of the training's checkpoints; one for each (default: out/hand- and the style's name).")
    private Path training;

    @Option(
            names = "--pen",
            paramLabel = "X",
            description = "Width of the pen, in heights of a small letter (default: as on the sheet, else 0.13).")
    private Double pen;

    @Option(
            names = "--gap",
            paramLabel = "X",
            description = "Gap between letters, likewise (default: as in the lines, else 0.2).")
    private Double gap;

    @Option(
            names = "--word-space",
            paramLabel = "X",
            description = "Gap between words, likewise (default: as in the lines, else 1.05).")
    private Double wordSpace;

    @Option(
            names = "--trust",
            description = "Take doubtful glyphs, too: you have looked at the review, and they are right.")
    private boolean trust;

    @Option(
            names = "--review",
            paramLabel = "PNG",
            description =
                    "A picture of all glyphs: blue frames are taken, orange doubtful, grey empty, black no character of"
                            + " the model.")
    private Path review;

    @Option(names = "--dry-run", description = "Say what would be taken, and write nothing but the review.")
    private boolean dryRun;

    @Mixin
    private ResultOptions results;

    private String person;

    /** What was made; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            String model, String style, String bundle, Map<String, Long> glyphs, String lacking, Double nearerThan) {}

    @Override
    public Integer call() throws IOException {
        if (steps < 1 || workers < 1 || workers > 8 || Integer.bitCount(workers) != 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--steps is at least 1 and --workers 1, 2, 4 or 8, not " + steps + " and " + workers);
        }
        if (!dryRun && (model == null || bundle == null)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--model and --bundle say what to write; or try it with --dry-run");
        }
        Optional<Handwriting> written = samples.written().map(this::ofOnePerson);
        Optional<SampleSet> pictures =
                written.isPresent() ? Optional.empty() : Optional.of(ofOnePerson(samples.collect(base.cluster())));
        ModelBundle parsed = base.model();
        try (Predictor predictor =
                        OnnxPredictor.open(parsed, Runtime.getRuntime().availableProcessors());
                ServerReader reader = ServerReader.open()) {
            make(
                    parsed,
                    predictor,
                    pictures.isPresent()
                            ? OwnHand.of(pictures.get(), parsed.manifest(), reader, trust)
                            : OwnHand.of(written.orElseThrow(), parsed.manifest(), reader, trust));
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, parsed.manifest().id() + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    private void make(ModelBundle parsed, Predictor predictor, OwnHand hand) throws IOException {
        if (review != null) {
            OutputFiles.write(review, OutputFiles.png(ReviewSheet.draw(hand)));
        }
        if (dryRun) {
            print(new Result(null, name, null, hand.counts(), hand.lacking(), null));
            return;
        }
        OwnHand.Made made = hand.style(name, predictor, new OwnHand.Wanted(pen, gap, wordSpace));
        String from = "glyphs of one person, " + hand.counts() + ", " + strength;
        StyleSpec generated = made.style().with(Map.of());
        ModelId as = ModelId.parse(model);
        ModelBundle more =
                switch (strength) {
                    case EXEMPLARS -> KeptHand.add(parsed, made.style(), from, as);
                    case NEAREST -> KeptHand.add(parsed, generated, from, as);
                    case TRAINED ->
                        KeptHand.add(trained(parsed, made.style()), generated, from + ", " + steps + " steps", as);
                };
        more = more.with(PublishedHand.marked(more.manifest(), person, name));
        OutputFiles.write(bundle, more.toBytes());
        print(new Result(model, name, bundle.toString(), hand.counts(), hand.lacking(), made.rank()));
    }

    /** The model with a generator that was taught; the parent's evaluation card is not its card. */
    private ModelBundle trained(ModelBundle parent, StyleSpec style) throws IOException {
        Path folder = training == null ? Path.of("out", "hand-" + name) : training;
        try (StopSignal stop = StopSignal.listen()) {
            byte[] generator = new HandTraining(
                            folder,
                            TrainingProgress.beside(spec),
                            stop::isGiven,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(new HandTraining.Request(parent, style.exemplars(), style.latent(), steps, workers, 1))
                    .orElseThrow(() -> new CommandException(
                            ExitCodes.FAILED, "stopped; the same command resumes from the last checkpoint"));
            return new ModelBundle(parent.manifest(), generator, parent.readerOnnx(), Map.of());
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
    }

    private SampleSet ofOnePerson(CollectedSamples collected) {
        SampleSet all = collected.samples();
        Set<String> writers = new TreeSet<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.writer(i) != SampleSet.UNKNOWN_WRITER) {
                writers.add(collected.writers().get(all.writer(i)));
            }
        }
        Optional<String> one = one(writers);
        int number = one.map(collected.writers()::indexOf).orElse(SampleSet.UNKNOWN_WRITER);
        return one.isEmpty() ? all : all.where(i -> all.writer(i) == number);
    }

    private Handwriting ofOnePerson(Handwriting all) {
        all.faults().forEach(fault -> Printed.note(spec, "left out: " + fault));
        if (all.faulty() > all.faults().size()) {
            Printed.note(spec, "left out: " + all.faulty() + " lines in all");
        }
        Optional<String> one = one(Stream.concat(
                        all.glyphs().stream().map(WrittenGlyph::writer),
                        all.lines().stream().map(WrittenLine::writer))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new)));
        return one.isEmpty() ? all : all.of(one.get()::equals);
    }

    /** The writer whose glyphs are taken; empty for all, where the samples name no more than one. */
    private Optional<String> one(Set<String> writers) {
        if (writer == null && writers.size() > 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "the samples are of " + writers.size() + " writers; name one with --writer: "
                            + writers.stream().limit(20).toList());
        }
        if (writer != null && !writers.contains(writer)) {
            throw new CommandException(ExitCodes.WRONG_USE, "there are no samples of a writer '" + writer + "'");
        }
        person = writer != null ? writer : writers.stream().findFirst().orElse(name);
        return Optional.ofNullable(writer);
    }

    private void print(Result result) {
        if (results.isJson()) {
            Printed.json(spec, result);
            return;
        }
        result.glyphs().forEach((verdict, count) -> Printed.lines(spec, verdict + ": " + count));
        Printed.lines(spec, "drawn by the generator: " + (result.lacking().isEmpty() ? "nothing" : result.lacking()));
        if (result.nearerThan() != null) {
            Printed.lines(
                    spec,
                    String.format(
                            Locale.ROOT,
                            "its hand there is more like yours than %.0f %% of its hands",
                            100 * result.nearerThan()));
            Printed.lines(
                    spec, "bundle: " + result.bundle() + " is " + result.model() + " with style " + result.style());
        }
        if (review != null) {
            Printed.lines(spec, "review: " + review);
        }
    }
}
