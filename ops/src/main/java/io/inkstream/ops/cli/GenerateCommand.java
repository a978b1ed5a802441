package io.inkstream.ops.cli;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.trainer.language.LanguageModel;
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
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        description = {
            "Writes sentences, one a line, to be published as texts: random ones of a corpus, with their punctuation, or new ones",
            "of a language model (train lm). The same files, flags and seed give the same sentences."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream generate --corpus books --sentences 1000 --longest 60",
            "  inkstream generate --lm out/alice/model.zip --sentences 20 --temperature 0.7 --top-k 20",
            "  inkstream generate --corpus alice.txt --sentences 500 --balance | inkstream produce --file - --per-line",
        })
final class GenerateCommand implements Callable<Integer> {
    private static final int RAREST = 12;
    private static final int TRIES = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @ArgGroup(multiplicity = "1")
    private From from;

    private static final class From {
        @Option(
                names = "--corpus",
                paramLabel = "PATH",
                description = "UTF-8 text files, or folders of files that end in .txt; may be repeated.")
        private List<Path> corpus;

        @Option(names = "--lm", paramLabel = "MODEL", description = "A language model, as train lm writes it.")
        private Path model;
    }

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Of a language model: below 1 it dares less, above 1 more (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.8")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Of a language model: only the N likeliest characters are ever chosen; 0 for all.",
            defaultValue = "0")
    private int topK;

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
        if (from.model != null) {
            write();
        } else {
            draw(read(() -> Corpus.read(from.corpus, Locale.forLanguageTag(language), longest)));
        }
        return ExitCodes.DONE;
    }

    /** Reads what was named, and says in a sentence why it cannot. */
    static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            String why = e instanceof FileSystemException ? InputFiles.reason(e) : e.getMessage();
            throw new CommandException(ExitCodes.WRONG_USE, why, e);
        }
    }

    /** Reads files. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    private void draw(Corpus read) {
        PrintWriter out = spec.commandLine().getOut();
        SentenceSource source = new SentenceSource(read, balance, seed);
        for (long i = 0; i < sentences && !out.checkError(); i++) {
            out.println(source.next());
        }
        out.flush();
        if (balance) {
            say(source.perMillion(), plain(read));
        }
    }

    /** A model may write what has no sentence in it; it is asked so often for each that is wanted, and no more. */
    private void write() {
        PrintWriter out = spec.commandLine().getOut();
        LanguageModel.Boldness boldness;
        LanguageModel model;
        try {
            boldness = new LanguageModel.Boldness(temperature, topK);
            model = LanguageModel.parse(InputFiles.bytes(from.model));
        } catch (IllegalArgumentException | IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, from.model + ": " + e.getMessage(), e);
        }
        SplittableRandom random = new SplittableRandom(seed);
        long written = 0;
        model.begin(boldness, random);
        for (long tries = 0; written < sentences && tries < TRIES * sentences && !out.checkError(); tries++) {
            List<String> paragraph = Corpus.split(model.next(boldness, random), Locale.forLanguageTag(language));
            for (String sentence : paragraph) {
                if (written < sentences && Graphemes.split(sentence).size() <= longest) {
                    out.println(sentence);
                    written++;
                }
            }
            out.flush();
        }
        if (written < sentences) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the model wrote " + written + " sentences of at most " + longest + " characters in "
                            + TRIES * sentences + " paragraphs; train it longer, or allow longer ones");
        }
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
