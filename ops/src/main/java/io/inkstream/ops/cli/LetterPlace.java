package io.inkstream.ops.cli;

import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Words;
import io.inkstream.schemas.Limits;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/** The parameter that names one dead letter. */
final class LetterPlace {
    private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    @Parameters(
            paramLabel = "PARTITION:OFFSET|DOCUMENT",
            arity = "0..1",
            description =
                    "Place of a dead letter, as list shows it, or the id of a document, of which the newest is meant.")
    private String named;

    /** Whether one is named. */
    boolean isGiven() {
        return named != null;
    }

    /**
     * The letter, with its value.
     *
     * @throws CommandException if there is none
     */
    ShelvedLetter of(DeadLetterShelf shelf) {
        Matcher matcher = PLACE.matcher(named);
        Optional<ShelvedLetter> found = matcher.matches()
                ? shelf.at(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)))
                : Optional.empty();
        if (found.isEmpty()) {
            List<ShelvedLetter> ofDocument =
                    shelf.newest(new DeadLetterShelf.Wanted(Optional.empty(), Optional.of(named), Optional.empty()), 1);
            found = ofDocument.stream().findFirst().map(letter -> shelf.at(letter.partition(), letter.offset())
                    .orElse(letter));
        }
        return found.orElseThrow(() -> new CommandException(
                ExitCodes.WRONG_USE,
                "no dead letter lies at, or is of document, " + Words.onOneLine(named, Limits.QUOTED_CHARS)
                        + "; see inkstream dead-letters list"));
    }
}
