package io.inkstream.ops.cli;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The flag of commands that print in colours: by themselves on a terminal alone, and nothing else ever gets their codes. */
final class ColourOptions {
    private static final Map<String, Ansi> CHOICES = Map.of("auto", Ansi.AUTO, "always", Ansi.ON, "never", Ansi.OFF);

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description = "auto (on a terminal, unless NO_COLOR is set), always or never (default: ${DEFAULT-VALUE}).",
            defaultValue = "auto")
    private String when;

    /**
     * How to print.
     *
     * @throws CommandException if the flag is none of these
     */
    Ansi ansi() {
        Ansi ansi = CHOICES.get(when.toLowerCase(Locale.ROOT));
        if (ansi == null) {
            throw new CommandException(ExitCodes.WRONG_USE, "--color is auto, always or never, not " + when);
        }
        return ansi;
    }

    /**
     * The text in a colour, as it is where there are none. It is never taken for markup: names of servers and words of documents
     * may have any characters.
     *
     * @param colour such as {@code bold,red}
     */
    static String in(Ansi ansi, String colour, String text) {
        if (!ansi.enabled()) {
            return text;
        }
        StringBuilder codes = new StringBuilder();
        for (Ansi.IStyle style : Ansi.Style.parse(colour)) {
            codes.append(style.on());
        }
        return codes + text + Ansi.Style.reset.on();
    }
}
