package io.inkstream.ops.cli;

import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Cluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description = "Shows refused documents, the newest first: place, time, reason, document, message.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dead-letters list",
            "  inkstream dead-letters list --reason UNKNOWN_STYLE --since 24h --limit 500 --json",
        })
final class DeadLettersListCommand implements Callable<Integer> {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private LetterFilter filter;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most so many, 1 to 100,000 (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int limit;

    /** The result; the names are fixed. */
    private record Result(List<LetterJson> letters, boolean more) {}

    @Override
    public Integer call() {
        checkLimit(limit);
        DeadLetterShelf.Wanted wanted = filter.wanted(InstantSource.system());
        Cluster cluster = clusterOptions.connect();
        List<ShelvedLetter> found;
        try (DeadLetterShelf shelf = new DeadLetterShelf(cluster, PATIENCE)) {
            found = shelf.newest(wanted, limit + 1);
        }
        boolean isMore = found.size() > limit;
        results.print(new Result(found.stream().limit(limit).map(LetterJson::of).toList(), isMore), result -> {
            result.letters().forEach(letter -> results.say(letter.inWords()));
            if (result.letters().isEmpty()) {
                Printed.note(spec, "there are none" + (filter.isGiven() ? " of these" : ""));
            } else if (result.more()) {
                Printed.note(spec, "there are more; see them with a larger --limit");
            }
        });
        return ExitCodes.DONE;
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > 100_000) {
            throw new CommandException(ExitCodes.WRONG_USE, "--limit is 1 to 100,000, not " + limit);
        }
    }
}
