package io.inkstream.ops.cli;

import io.inkstream.ops.hand.SheetPdf;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "template",
        description = {
            "Makes a sheet to print and to fill in by hand: a cell for each character, several for frequent letters.",
            "A4; print it at its size, or it is taken for a page seen from farther away, which does no harm."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream hand template --out sheet.pdf"})
final class HandTemplateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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

    @Override
    public Integer call() {
        OutputFiles.write(out, SheetPdf.of(sheet.layout()));
        Printed.lines(spec, "sheet: " + out);
        return ExitCodes.DONE;
    }
}
