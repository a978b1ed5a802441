package io.inkstream.ops.cli;

import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.trainer.style.Typography;
import java.util.Comparator;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Flags that say which sheet: the same for printing it and for reading it. */
final class SheetOptions {
    @Option(
            names = "--characters",
            paramLabel = "TEXT",
            description =
                    "The characters of the sheet, such as abcäöü (default: letters, digits and signs of ASCII). Name the"
                            + " same for hand template and hand import.")
    private String characters;

    /** @throws CommandException if there can be no such sheet */
    SheetLayout layout() {
        try {
            return new SheetLayout(characters == null ? ascii() : characters);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    /** Small letters first: whoever fills in one page only has what most of a text is made of. */
    private static String ascii() {
        return Typography.standard().classes().keySet().stream()
                .sorted(Comparator.comparingInt(SheetOptions::rank).thenComparing(Comparator.naturalOrder()))
                .collect(Collectors.joining());
    }

    private static int rank(String character) {
        int code = character.codePointAt(0);
        return Character.isLowerCase(code) ? 0 : Character.isUpperCase(code) ? 1 : Character.isDigit(code) ? 2 : 3;
    }
}
