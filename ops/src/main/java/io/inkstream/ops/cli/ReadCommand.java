package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.LineReader;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.lines.PictureInk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "read",
        description = {
            "Reads pictures of lines of handwriting: prints for each what it says.",
            "A picture shows one line, dark on light or light on dark: PNG, JPEG, GIF or BMP."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream read out/quickstart/line-0001.png",
            "  inkstream read --reader out/reader/line-reader.onnx --json scan-1.png scan-2.png",
        })
final class ReadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Pictures of one line each.")
    private List<Path> images;

    @Option(
            names = "--reader",
            paramLabel = "FILE",
            description = "A reader that train lines made (default: the one that comes with Inkstream).")
    private Path reader;

    @Mixin
    private ResultOptions results;

    /** What one picture says; the names are fixed. */
    private record Result(String file, String text) {}

    @Override
    public Integer call() {
        int unreadable = 0;
        try (LineReader lines =
                reader == null ? LineReader.open() : LineReader.of(reader.toString(), InputFiles.bytes(reader))) {
            for (Path image : images) {
                try {
                    Optional<LineView> view = LineView.of(PictureInk.read(image));
                    if (view.isEmpty()) {
                        throw new IOException("it shows no line, or more than " + LineView.MOST_WIDTH
                                + " columns of one that is " + LineView.HEIGHT + " high");
                    }
                    print(image, lines.read(view.get()));
                } catch (IOException e) {
                    unreadable++;
                    String why = e instanceof FileSystemException ? InputFiles.reason(e) : e.getMessage();
                    Printed.note(spec, image + ": " + why);
                }
            }
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return unreadable == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private void print(Path image, String text) {
        if (results.isJson()) {
            Printed.json(spec, new Result(image.toString(), text));
        } else if (images.size() == 1) {
            Printed.lines(spec, text);
        } else {
            Printed.lines(spec, image + ": " + text);
        }
    }
}
