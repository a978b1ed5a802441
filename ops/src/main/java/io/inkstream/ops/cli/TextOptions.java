package io.inkstream.ops.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Flags that say which text. */
final class TextOptions {
    @Option(names = "--text", paramLabel = "TEXT", description = "The text itself.")
    private String text;

    @Option(names = "--file", paramLabel = "FILE", description = "A UTF-8 file with the text; - is standard input.")
    private Path file;

    /**
     * Returns the text, if either flag was given.
     *
     * @throws CommandException if both were, or the file cannot be read
     */
    Optional<String> text(InputStream standardInput) {
        if (text != null && file != null) {
            throw new CommandException(ExitCodes.WRONG_USE, "give --text or --file, not both");
        }
        return file == null ? Optional.ofNullable(text) : Optional.of(InputFiles.text(file, standardInput));
    }

    /** Like {@link #text}, for commands that have nothing to say by themselves. */
    String required(InputStream standardInput) {
        return text(standardInput)
                .orElseThrow(() -> new CommandException(
                        ExitCodes.WRONG_USE,
                        "the text is missing; give --text TEXT or --file FILE (- is standard input)"));
    }
}
