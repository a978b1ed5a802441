package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.stack.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "clean",
        description = {
            "Deletes what quickstarts have left in a folder: the logs and data of those that have ended.",
            "With --images also the images that quickstart, render and consume saved there, and with --hands what the web page"
                    + " made; "
                    + "what is none of these is never touched. A quickstart that runs keeps its own. --images and --hands need --yes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream clean",
            "  inkstream clean --out out --images --hands --dry-run",
            "  inkstream clean --images --yes",
        })
final class CleanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder, as the quickstart was given it (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(names = "--images", description = "Delete saved images, too.")
    private boolean images;

    @Option(names = "--hands", description = "Delete the strokes and bundles of hands that were made on the page, too.")
    private boolean hands;

    @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Delete images and hands.")
    private boolean yes;

    /** What went or would go; the names are fixed. */
    private record Result(
            @JsonProperty("dry_run") boolean dryRun, List<String> deleted, long bytes, List<String> kept) {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(out)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "there is no folder " + out + "; name the one of the quickstart with --out DIR");
        }
        if ((images || hands) && !yes && !dryRun) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--images and --hands delete what nobody can draw again by chance; say --yes, or --dry-run to look");
        }
        Leftovers leftovers = Leftovers.in(out, images, hands);
        long bytes = leftovers.bytes();
        if (!dryRun) {
            leftovers.delete();
        }
        results.print(
                new Result(
                        dryRun,
                        leftovers.those().stream().map(Path::toString).toList(),
                        bytes,
                        leftovers.kept().stream().map(Path::toString).toList()),
                result -> {
                    String would = dryRun ? "would " : "";
                    result.deleted().forEach(path -> results.say(would + "delete: " + path));
                    result.kept().forEach(path -> results.say("keep: " + path));
                    results.say(String.format(Locale.ROOT, "%sfree: %,d bytes", would, result.bytes()));
                });
        return ExitCodes.DONE;
    }
}
