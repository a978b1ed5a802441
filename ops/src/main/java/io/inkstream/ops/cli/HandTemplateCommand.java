package io.inkstream.ops.cli;

import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.hand.SheetPdf;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "template",
        description = {
            "Makes a sheet to print and to fill in by hand: a cell for each character, several for frequent letters, and a last",
            "page of lines to copy, which tell how you set words. Print it in colour or grey, at any size."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream hand template --out sheet.pdf",
            "  inkstream hand template --characters agqäöüß --paper letter --out more.pdf",
            "  inkstream hand template --pages 1,3 --out short.pdf    # small letters, and the lines"
        })
final class HandTemplateCommand implements Callable<Integer> {
    @Mixin
    private SheetOptions sheet;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--out",
            paramLabel = "PDF",
            description = "The sheet (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/sheet.pdf")
    private Path out;

    @Option(
            names = "--paper",
            paramLabel = "PAPER",
            description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "a4")
    private Paper paper;

    @Option(
            names = "--pages",
            paramLabel = "N",
            split = ",",
            description = "Only these pages, such as 1,3 (default: all).")
    private Set<Integer> pages;

    @Mixin
    private ResultOptions results;

    /** What was printed; the names are fixed. */
    private record Result(String sheet, Set<Integer> pages) {}

    @Override
    public Integer call() {
        SheetLayout layout = sheet.layout(paper);
        Set<Integer> all =
                IntStream.rangeClosed(1, layout.pages()).boxed().collect(Collectors.toCollection(TreeSet::new));
        Set<Integer> printed = pages == null ? all : new TreeSet<>(pages);
        if (!all.containsAll(printed)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "the sheet has the pages " + all + ", --pages names " + printed);
        }
        OutputFiles.write(out, SheetPdf.of(layout, printed));
        results.print(
                new Result(out.toString(), printed),
                result -> results.say(
                        "sheet: " + result.sheet() + ", " + result.pages().size() + " pages"));
        return ExitCodes.DONE;
    }
}
