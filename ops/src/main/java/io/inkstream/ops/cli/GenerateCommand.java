package io.inkstream.ops.cli;

import io.inkstream.trainer.text.Corpus;
import io.inkstream.trainer.text.SentenceSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        description = {
            "Writes sentences, one a line, to be published as texts: random ones of a corpus, with their punctuation.",
            "The same files, flags and seed give the same sentences."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream generate --corpus books --sentences 1000 --longest 60",
            "  inkstream generate --corpus alice.txt --sentences 500 --balance | inkstream produce --file - --per-line",
        })
final class GenerateCommand implements Callable<Integer> {
    private static final int RAREST = 12;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--corpus",
            required = true,
            paramLabel = "PATH",
            description = "UTF-8 text files, or folders of files that end in .txt; may be repeated.")
    private List<Path> corpus;

    @Option(
            names = "--sentences",
            paramLabel = "N",
            description = "How many (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private long sentences;

    @Option(
            names = "--longest",
            paramLabel = "N",
            description = "Most characters of a sentence; longer ones are left out (default: ${DEFAULT-VALUE}).",
            defaultValue = "80")
    private int longest;

    @Option(
            names = "--language",
            paramLabel = "TAG",
            description = "Language of the corpus, which decides where sentences end (default: ${DEFAULT-VALUE}).",
            defaultValue = "en")
    private String language;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--balance",
            description =
                    "Prefer sentences with rare characters, so that they come often enough for a training; says by how much.")
    private boolean balance;

    @Override
    public Integer call() {
        if (sentences < 1 || longest < 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--sentences and --longest are at least 1, not " + sentences + " and " + longest);
        }
        Corpus read;
        try {
            read = Corpus.read(corpus, Locale.forLanguageTag(language), longest);
        } catch (IOException e) {
            String why = e instanceof FileSystemException ? InputFiles.reason(e) : e.getMessage();
            throw new CommandException(ExitCodes.WRONG_USE, why, e);
        }
        PrintWriter out = spec.commandLine().getOut();
        SentenceSource source = new SentenceSource(read, balance, seed);
        for (long i = 0; i < sentences && !out.checkError(); i++) {
            out.println(source.next());
        }
        out.flush();
        if (balance) {
            say(source.perMillion(), plain(read));
        }
        return ExitCodes.DONE;
    }

    private Map<String, Double> plain(Corpus read) {
        SentenceSource unbalanced = new SentenceSource(read, false, seed);
        for (long i = 0; i < sentences; i++) {
            unbalanced.next();
        }
        return unbalanced.perMillion();
    }

    private void say(Map<String, Double> balanced, Map<String, Double> plain) {
        balanced.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> plain.getOrDefault(entry.getKey(), 0.0)))
                .limit(RAREST)
                .forEach(entry -> Printed.note(
                        spec,
                        String.format(
                                Locale.ROOT,
                                "%s: %.0f of a million characters, %.0f without --balance",
                                entry.getKey(),
                                entry.getValue(),
                                plain.getOrDefault(entry.getKey(), 0.0))));
    }
}
