package io.inkstream.ops.cli;

import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.trainer.style.Typography;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Flags that say which sheets: the same for printing one and for reading it. */
final class SheetOptions {
    @Option(
            names = "--characters",
            paramLabel = "TEXT",
            description = {
                "The characters of the sheet, such as abcäöü (default: letters, digits and signs of ASCII). Name the same for",
                "hand template and hand import, which takes it several times: pages of several sheets may be read together."
            })
    private List<String> characters = new ArrayList<>();

    /**
     * The sheet to print.
     *
     * @throws CommandException if there can be no such sheet
     */
    SheetLayout layout(Paper paper) {
        if (characters.size() > 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "one sheet has one --characters");
        }
        return layout(characters.isEmpty() ? ascii() : characters.get(0), paper);
    }

    /** All sheets that a page may be of: the default one and those that are named, on any paper. */
    List<SheetLayout> layouts() {
        List<SheetLayout> layouts = new ArrayList<>();
        for (Paper paper : Paper.values()) {
            layouts.add(layout(ascii(), paper));
            characters.forEach(own -> layouts.add(layout(own, paper)));
        }
        return layouts;
    }

    private static SheetLayout layout(String characters, Paper paper) {
        try {
            return new SheetLayout(characters, paper);
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
