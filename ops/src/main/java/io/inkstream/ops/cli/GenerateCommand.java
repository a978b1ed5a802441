package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.language.LanguageModel;
import io.inkstream.trainer.language.WrittenSentences;
import io.inkstream.trainer.text.Corpus;
import io.inkstream.trainer.text.SentenceSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        description = {
            "Writes sentences, one a line: random ones of a corpus, with their punctuation, or new ones of a language"
                    + " model",
            "(train lm). The same files, flags and seed give the same sentences. --produce publishes each as a"
                    + " document instead."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream generate --corpus books --sentences 1000 --longest 60",
            "  inkstream generate --lm out/alice/model.zip --sentences 20 --temperature 0.7 --top-k 20",
            "  inkstream generate --corpus alice.txt --sentences 500 --balance | inkstream produce --file - --per-line",
            "  inkstream generate --lm alice:1 --produce --rate 5 --sentences 0",
        })
final class GenerateCommand implements Callable<Integer> {
    private static final double TEMPERATURE = .8;
    private static final int RAREST = 12;
    private static final long SHOWN_OF_ENDLESS = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

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

        @Option(
                names = "--lm",
                paramLabel = "NAME:VERSION|FILE",
                description = "A language model: a file that train lm wrote, or a version published on the cluster.")
        private String model;
    }

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Of a language model: below 1 it dares less, above 1 more (default: " + TEMPERATURE + ").")
    private Double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Of a language model: only the N likeliest characters are ever chosen (default: 0, all).")
    private Integer topK;

    @Option(
            names = "--sentences",
            paramLabel = "N",
            description = "How many (default: ${DEFAULT-VALUE}); with --produce, 0 goes on until it is stopped.",
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
                    "Prefer sentences with rare characters, so that they come often enough for a training; says by how"
                            + " much.")
    private boolean balance;

    @Option(names = "--produce", description = "Publish every sentence as a document on topic texts, and print none.")
    private boolean produce;

    @Mixin
    private PaceOptions pace;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--document",
            paramLabel = "ID",
            description =
                    "With --produce: what the ids of the documents begin with; they end in a number (default: a random"
                            + " one).")
    private String document;

    @Option(
            names = "--style",
            paramLabel = "NAME",
            description = "With --produce: style of the documents (default: natural).")
    private String style;

    /** A sentence; the name is fixed. */
    private record Written(String sentence) {}

    /** Sentences as they come; empty if there are no more. */
    @FunctionalInterface
    private interface Sentences {
        Optional<String> next();
    }

    @Override
    public Integer call() {
        boolean isEndless = produce && sentences == 0;
        if ((sentences < 1 && !isEndless) || longest < 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--sentences and --longest are at least 1, not " + sentences + " and " + longest
                            + "; with --produce, --sentences 0 has no end");
        }
        if (balance && from.model != null) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--balance is of a --corpus: a model writes as it learnt to");
        }
        if (from.corpus != null && (temperature != null || topK != null)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--temperature and --top-k are of a language model (--lm): a corpus gives its sentences as they stand");
        }
        if (!produce && (pace.isGiven() || document != null || style != null)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--rate, --document and --style go with --produce");
        }
        pace.check();
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
        SentenceSource source = new SentenceSource(read, balance, seed);
        give(() -> Optional.of(source.next()));
        if (balance) {
            say(source.perMillion(), plain(read));
        }
    }

    private void write() {
        LanguageModel model;
        LanguageModel.Boldness boldness;
        try {
            boldness = new LanguageModel.Boldness(
                    temperature == null ? TEMPERATURE : temperature, topK == null ? 0 : topK);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        try {
            model = LanguageModel.parse(InputFiles.model(from.model, clusterOptions, ModelKind.LANGUAGE));
        } catch (IllegalArgumentException | IOException | InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, from.model + ": " + e.getMessage(), e);
        }
        WrittenSentences written =
                new WrittenSentences(model, boldness, Locale.forLanguageTag(language), longest, seed);
        give(written::next);
    }

    private void give(Sentences source) {
        Numbered numbered = new Numbered(source);
        if (!produce) {
            PrintWriter out = spec.commandLine().getOut();
            while (!out.checkError() && numbered.hasNext()) { // which flushes, too
                String sentence = numbered.next();
                out.println(results.isJson() ? Printed.jsonLine(new Written(sentence)) : sentence);
            }
            out.flush();
        } else {
            String id = document == null ? UUID.randomUUID().toString() : document;
            pace.produce(
                    results,
                    clusterOptions.connect(),
                    numbered.as(sentence -> Map.entry(
                            id + "-" + numbered.given,
                            TextDocument.newBuilder()
                                    .setText(sentence)
                                    .setStyle(style == null ? "natural" : style)
                                    .build())));
        }
        if (numbered.isDry) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the model wrote " + numbered.given + " sentences of at most " + longest + " characters, then "
                            + WrittenSentences.TRIES
                            + " paragraphs without one; train it longer, or allow longer ones");
        }
    }

    /** As many sentences as are wanted, and how many there were. */
    private final class Numbered implements Iterator<String> {
        private final Sentences source;
        private Optional<String> next = Optional.empty();
        private long given;
        private boolean isDry;

        private Numbered(Sentences source) {
            this.source = source;
        }

        @Override
        public boolean hasNext() {
            if (next.isEmpty() && (sentences == 0 || given < sentences)) {
                next = source.next();
                isDry = next.isEmpty();
            }
            return next.isPresent();
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no more sentences");
            }
            String sentence = next.get();
            next = Optional.empty();
            given++;
            return sentence;
        }

        private <T> Iterator<T> as(Function<String, T> made) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return Numbered.this.hasNext();
                }

                @Override
                public T next() {
                    return made.apply(Numbered.this.next());
                }
            };
        }
    }

    private Map<String, Double> plain(Corpus read) {
        SentenceSource unbalanced = new SentenceSource(read, false, seed);
        for (long i = 0; i < (sentences == 0 ? SHOWN_OF_ENDLESS : sentences); i++) {
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
