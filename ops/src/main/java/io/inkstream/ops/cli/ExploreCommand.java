package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.ops.explore.ExploredHand;
import io.inkstream.ops.explore.Explorer;
import io.inkstream.ops.explore.HandSheet;
import io.inkstream.ops.explore.NamedHand;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
            "A kept hand becomes a style in a new version of the model: any seed writes in it.",
            "The commands below look at what lies between hands, and at which way a hand changes how."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            ExploreInterpolateCommand.class,
            ExploreArithmeticCommand.class,
            ExploreGridCommand.class,
            ExploreDirectionsCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  inkstream explore trainer/models/inkstream-base-5.zip --hands 20",
            "  inkstream explore mine:1 --style natural --style neat --sort slant",
            "  inkstream explore mine-1.zip --keep 7 --as ada \\",
            "      --model mine:2 --bundle mine-2.zip",
            "  inkstream models publish mine-2.zip",
            "  inkstream render --style ada --text \"Dear Charles,\"",
        })
final class ExploreCommand implements Callable<Integer> {
    private static final int MOST_HANDS = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    /** Picocli would ask for it before a command below this one too. */
    @Parameters(
            arity = "0..1",
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

    @Mixin
    private ResultOptions results;

    @ArgGroup(exclusive = false)
    private Keeping keeping;

    private static final class Keeping extends KeepAs {
        @Option(
                names = "--keep",
                required = true,
                paramLabel = "SEED",
                description = "Keep the hand of this seed as a style; the sheet then shows that hand.")
        private long seed;
    }

    /** What was drawn and written; the names are fixed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(String model, String text, String sheet, String bundle, List<ExploredHand> hands) {}

    @Override
    public Integer call() {
        if (model == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "a model is missing: a bundle file, or NAME:VERSION of a published one");
        }
        long wanted = (long) hands * Math.max(1, styles.size());
        if (hands < 1 || wanted > MOST_HANDS) {
            throw new CommandException(ExitCodes.WRONG_USE, "a sheet has 1 to " + MOST_HANDS + " hands, not " + wanted);
        }
        OpenedModel.checkText(text, Integer.MAX_VALUE);
        if (keeping != null && styles.size() > 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--keep keeps a hand of one --style, not of several");
        }
        try (OpenedModel opened = OpenedModel.open(model, clusterOptions)) {
            explore(opened);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return ExitCodes.DONE;
    }

    private void explore(OpenedModel opened) {
        List<String> named = styles.isEmpty()
                ? List.of(opened.manifest().styles().get(0).name())
                : styles.stream().distinct().toList();
        if (keeping == null) {
            List<ExploredHand> drawn = draw(opened, opened.manifest(), named);
            OutputFiles.write(out, OutputFiles.png(HandSheet.draw(drawn)));
            print(opened.manifest(), drawn);
        } else {
            ModelBundle more = keep(opened, named.get(0));
            List<ExploredHand> drawn = draw(opened, more.manifest(), List.of(keeping.name()));
            OutputFiles.write(keeping.bundle(), more.toBytes());
            OutputFiles.write(out, OutputFiles.png(HandSheet.draw(drawn)));
            print(more.manifest(), drawn);
        }
    }

    private ModelBundle keep(OpenedModel opened, String style) {
        String from = "seed " + keeping.seed + " of style " + style + " of "
                + opened.manifest().id();
        StyleSpec kept = opened.styleOf(new NamedHand(style, keeping.seed), keeping.name(), "One hand: " + from + ".");
        return keeping.with(opened.bundle(), kept, from);
    }

    private List<ExploredHand> draw(OpenedModel opened, Manifest version, List<String> named) {
        Explorer explorer = opened.explorer(version, text);
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
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            manifest.id().toString(),
                            text,
                            out.toString(),
                            keeping == null ? null : keeping.bundle().toString(),
                            drawn));
            return;
        }
        drawn.forEach(
                hand -> Printed.lines(spec, "hand: " + hand.style() + " seed " + hand.seed() + "  " + hand.measures()));
        Printed.lines(spec, "sheet: " + out);
        if (keeping != null) {
            Printed.lines(spec, keeping.told(manifest));
        }
    }
}
