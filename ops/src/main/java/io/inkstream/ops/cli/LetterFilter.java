package io.inkstream.ops.cli;

import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.schemas.topics.DeadLetterReason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Flags that say which dead letters. */
final class LetterFilter {
    @Option(names = "--reason", paramLabel = "REASON", description = "Only of this reason: ${COMPLETION-CANDIDATES}.")
    private DeadLetterReason reason;

    @Option(names = "--document", paramLabel = "ID", description = "Only of this document.")
    private String document;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only those of this last time, such as 30m, 24h or 7d, or since a moment such as"
                    + " 2026-05-01T12:00:00Z.")
    private String since;

    /** Whether any flag narrows it. */
    boolean isGiven() {
        return reason != null || document != null || since != null;
    }

    /** @throws CommandException if the time is none */
    DeadLetterShelf.Wanted wanted(InstantSource clock) {
        return new DeadLetterShelf.Wanted(
                Optional.ofNullable(reason).map(Enum::name),
                Optional.ofNullable(document),
                Optional.ofNullable(since).map(text -> moment(text, clock)));
    }

    private static Instant moment(String text, InstantSource clock) {
        if (text.contains("T")) {
            try {
                return Instant.parse(text);
            } catch (java.time.format.DateTimeParseException e) {
                throw new CommandException(
                        ExitCodes.WRONG_USE,
                        "--since is a time such as 24h, or a moment such as 2026-05-01T12:00:00Z, not " + text,
                        e);
            }
        }
        return clock.instant().minus(Ages.parse("--since", text));
    }
}
