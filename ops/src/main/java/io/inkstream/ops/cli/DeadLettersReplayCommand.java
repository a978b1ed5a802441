package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.admin.DeadLetterReplay;
import io.inkstream.ops.admin.DeadLetterReplay.Outcome;
import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.Words;
import io.inkstream.schemas.Limits;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Puts refused records back to topic texts, as they were, so that they are drawn: after a style or a version was "
                    + "published, say, or a limit was raised. The oldest goes first, in transactions, to the partition where it was.",
            "Each goes back once: the record says in a header of which dead letter it is, and a later replay finds it there; "
                    + "another that runs at the same time is ended. A record that is refused again is a new dead letter. Exit code 1 if "
                    + "one could not be put back."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dead-letters replay letter-1",
            "  inkstream dead-letters replay --all --reason UNKNOWN_STYLE --since 24h --dry-run",
        })
final class DeadLettersReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private LetterPlace place;

    @Mixin
    private LetterFilter filter;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(names = "--all", description = "All that --reason, --document and --since leave.")
    private boolean all;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "With --all: at most so many, the newest, 1 to 100,000 (default: ${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int limit;

    @Option(names = "--again", description = "Those that were put back before, too.")
    private boolean again;

    @Option(names = "--dry-run", description = "Say what would be put back, and send nothing.")
    private boolean dryRun;

    /** What became of one; the names are fixed. */
    private record Replayed(String place, String document, String reason, String outcome, String where) {}

    /** The result; the names are fixed. */
    private record Result(
            @JsonProperty("dry_run") boolean dryRun,
            int sent,
            @JsonProperty("sent_before") int sentBefore,
            int impossible,
            List<Replayed> letters) {}

    @Override
    public Integer call() {
        if (place.isGiven() == all) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "name one dead letter by PARTITION:OFFSET or document, or say --all");
        }
        if (place.isGiven() && filter.isGiven()) {
            throw new CommandException(ExitCodes.WRONG_USE, "--reason, --document and --since go with --all");
        }
        DeadLettersListCommand.checkLimit(limit);
        DeadLetterShelf.Wanted wanted = filter.wanted(InstantSource.system());
        Cluster cluster = clusterOptions.connect();
        List<Outcome> outcomes;
        List<String> warnings;
        boolean isMore = false;
        try (DeadLetterShelf shelf = new DeadLetterShelf(cluster, DeadLettersListCommand.PATIENCE)) {
            List<ShelvedLetter> letters;
            if (all) {
                letters = new ArrayList<>(shelf.newest(wanted, limit + 1));
                isMore = letters.size() > limit;
                letters = new ArrayList<>(letters.subList(0, Math.min(limit, letters.size())));
                Collections.reverse(letters);
            } else {
                letters = List.of(place.of(shelf));
            }
            try (DeadLetterReplay replay = new DeadLetterReplay(cluster, shelf, DeadLettersListCommand.PATIENCE)) {
                outcomes = replay.replay(letters, again, dryRun);
                warnings = replay.warnings();
            }
        }
        Result result = new Result(
                dryRun,
                count(outcomes, Outcome.Kind.SENT),
                count(outcomes, Outcome.Kind.SENT_BEFORE),
                count(outcomes, Outcome.Kind.IMPOSSIBLE),
                outcomes.stream().map(DeadLettersReplayCommand::json).toList());
        results.print(result, this::print);
        warnings.forEach(warning -> Printed.note(spec, warning));
        if (isMore) {
            Printed.note(spec, "there are older ones beyond the --limit of " + limit);
        }
        return result.impossible() > 0 ? ExitCodes.FAILED : ExitCodes.DONE;
    }

    private static int count(List<Outcome> outcomes, Outcome.Kind kind) {
        return (int) outcomes.stream().filter(outcome -> outcome.kind() == kind).count();
    }

    private static Replayed json(Outcome outcome) {
        return new Replayed(
                outcome.letter().place(),
                Limits.cut(outcome.letter().document(), Limits.MESSAGE_CHARS),
                outcome.letter().letter().reason(),
                outcome.kind().name().toLowerCase(Locale.ROOT),
                outcome.where());
    }

    private void print(Result result) {
        for (Replayed letter : result.letters()) {
            String which = letter.place() + " " + Words.onOneLine(letter.document(), Limits.QUOTED_CHARS);
            results.say(
                    switch (letter.outcome()) {
                        case "sent" -> "sent: " + which + " to " + letter.where();
                        case "would_send" -> "would send: " + which + " to " + letter.where();
                        case "sent_before" ->
                            "sent before: " + which + " to " + letter.where() + "; --again sends it once more";
                        default -> "impossible: " + which + ": " + letter.where();
                    });
        }
        results.say("sent: " + result.sent() + " of " + result.letters().size() + " records, " + result.sentBefore()
                + " were sent before, " + result.impossible() + " cannot be");
    }
}
