package io.inkstream.ops.cli;

import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.SheetLayout;
import java.util.ArrayList;
import java.util.List;
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
        return characters.isEmpty() ? SheetLayout.standard(paper) : layout(characters.get(0), paper);
    }

    /** All sheets that a page may be of: the default one and those that are named, on any paper. */
    List<SheetLayout> layouts() {
        List<SheetLayout> layouts = new ArrayList<>();
        for (Paper paper : Paper.values()) {
            layouts.add(SheetLayout.standard(paper));
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
}
