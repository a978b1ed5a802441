package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.Explorer;
import io.inkstream.ops.explore.HandSheet;
import io.inkstream.ops.explore.KeptHand;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explore",
        description = {
            "Draws a text in many hands of a model, so that one can be chosen and kept as a style.",
            "Each row of the sheet is a line as a model server draws it, with its style and seed, its "
                    + "slant, its width and how much of it the server's reader reads.",
            "A kept hand becomes a style in a new version of the model: any seed writes in it."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream explore trainer/models/inkstream-base-4.zip --hands 20",
            "  inkstream explore mine:1 --style natural --style neat --sort slant",
            "  inkstream explore mine-1.zip --keep 7 --as ada \\",
            "      --model mine:2 --bundle mine-2.zip",
            "  inkstream models publish mine-2.zip",
            "  inkstream render --style ada --text \"Dear Charles,\"",
        })
final class ExploreCommand implements Callable<Integer> {
    private static final int MOST_HANDS = 200;
    /** More does not fit a sheet; and ONNX Runtime 1.29 kills a process whose command line has some 4,000 characters. */
    private static final int MOST_CHARACTERS = 500;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Parameters(
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "A bundle file, or a version published on the cluster.")
    private String model;

    @Option(
            names = "--style",
            paramLabel = "NAME",
            description = "A style of the model; may be repeated (default: its first).")
    private List<String> styles = new ArrayList<>();

    @Option(
            names = "--hands",
            paramLabel = "N",
            description = "Seeds of each style (default: ${DEFAULT-VALUE}).",
            defaultValue = "12")
    private int hands;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "The first seed (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long firstSeed;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "The text to write, on one line (default: ${DEFAULT-VALUE}).",
            defaultValue = "The quick brown fox jumps over the lazy dog, 1234567890 times.")
    private String text;

    @Option(
            names = "--sort",
            paramLabel = "MEASURE",
            description = "Order of the rows: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "seed")
    private ExploredHand.Order order;

    @Option(
            names = "--out",
            paramLabel = "PNG",
            description = "The sheet (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/hands.png")
    private Path out;

    @Option(names = "--json", description = "Print the hands and their measurements as one JSON object.")
    private boolean json;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    /** All of them or none. */
    private static final class Keeping {
        @Option(
                names = "--keep",
                required = true,
                paramLabel = "SEED",
                description = "Keep the hand of this seed as a style; the sheet then shows that hand.")
        private long seed;

        @Option(names = "--as", required = true, paramLabel = "NAME", description = "Name of the new style.")
        private String name;

        @Option(
                names = "--model",
                required = true,
                paramLabel = "NAME:VERSION",
                description = "Name and version of the model that has the style.")
        private String model;

        @Option(names = "--bundle", required = true, paramLabel = "FILE", description = "The bundle to write.")
        private Path bundle;
    }

    /** What was drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(String model, String text, String sheet, String bundle, List<ExploredHand> hands) {}

    @Override
    public Integer call() {
        long wanted = (long) hands * Math.max(1, styles.size());
        if (hands < 1 || wanted > MOST_HANDS) {
            throw new CommandException(ExitCodes.WRONG_USE, "a sheet has 1 to " + MOST_HANDS + " hands, not " + wanted);
        }
        if (text.length() > MOST_CHARACTERS) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "a text of a sheet has at most " + MOST_CHARACTERS + " characters, not " + text.length());
        }
        if (keeping != null && styles.size() > 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--keep keeps a hand of one --style, not of several");
        }
        try {
            ModelBundle bundle = ModelFiles.parse(InputFiles.model(model, clusterOptions));
            try (Predictor predictor = OnnxPredictor.open(bundle, 1);
                    ServerReader reader = ServerReader.open()) {
                explore(bundle, predictor, reader);
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, model + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    private void explore(ModelBundle bundle, Predictor predictor, ServerReader reader) {
        List<String> named = styles.isEmpty()
                ? List.of(bundle.manifest().styles().get(0).name())
                : styles.stream().distinct().toList();
        if (keeping == null) {
            List<ExploredHand> drawn = draw(bundle.manifest(), named, predictor, reader);
            OutputFiles.write(out, OutputFiles.png(HandSheet.draw(drawn)));
            print(bundle.manifest(), drawn);
        } else {
            ModelBundle more = keep(bundle, named.get(0), predictor);
            List<ExploredHand> drawn = draw(more.manifest(), List.of(keeping.name), predictor, reader);
            OutputFiles.write(keeping.bundle, more.toBytes());
            OutputFiles.write(out, OutputFiles.png(HandSheet.draw(drawn)));
            print(more.manifest(), drawn);
        }
    }

    private ModelBundle keep(ModelBundle bundle, String style, Predictor predictor) {
        Manifest manifest = bundle.manifest();
        String from = "seed " + keeping.seed + " of style " + style + " of " + manifest.id();
        StyleSpec kept = new OfflineArtist(predictor, "explored", manifest)
                .model()
                .styleOf(style, keeping.seed, keeping.name, "One hand: " + from + ".");
        return KeptHand.add(bundle, kept, from, ModelId.parse(keeping.model));
    }

    private List<ExploredHand> draw(Manifest manifest, List<String> named, Predictor predictor, ServerReader reader) {
        Explorer explorer =
                new Explorer(new OfflineArtist(predictor, "explored", manifest), reader, manifest.classes(), text);
        List<ExploredHand> drawn = new ArrayList<>();
        for (String style : named) {
            for (int i = 0; i < hands; i++) {
                drawn.add(explorer.draw(style, firstSeed + i));
            }
        }
        drawn.sort(order.comparator());
        return drawn;
    }

    private void print(Manifest manifest, List<ExploredHand> drawn) {
        if (json) {
            Printed.json(
                    spec,
                    new Result(
                            manifest.id().toString(),
                            text,
                            out.toString(),
                            keeping == null ? null : keeping.bundle.toString(),
                            drawn));
            return;
        }
        drawn.forEach(
                hand -> Printed.lines(spec, "hand: " + hand.style() + " seed " + hand.seed() + "  " + hand.measures()));
        Printed.lines(spec, "sheet: " + out);
        if (keeping != null) {
            Printed.lines(spec, "bundle: " + keeping.bundle + " is " + manifest.id() + " with style " + keeping.name);
        }
    }
}
