package io.inkstream.ops.cli;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.formats.LineFormat;
import io.inkstream.ops.lines.LineDataset;
import io.inkstream.ops.lines.LineFactory;
import io.inkstream.ops.lines.WriterStyles;
import io.inkstream.ops.look.Look;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.text.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Writes a data set of lines with their texts, to train readers: a folder for each hand below train, val and test,",
            "with a PNG a line and boxes.jsonl, as consume writes them. They are what the pipeline would draw, to the byte,",
            "unless a --look is asked for; --format writes what other software reads beside them, or a table of each split.",
            "The lines are drawn by a model's generator, or set of real glyphs: those of each writer of topic glyph-samples,",
            "or of --from. No hand is in two splits. The same command goes on where it was stopped."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dataset lines export --corpus books --lines 6000 --hands 600 --out out/drawn",
            "  inkstream dataset lines export --corpus books --glyphs real --from trainer/samples --out out/real",
            "  inkstream dataset lines export --corpus books --lines 1000000 --hands 2000 --look scan --format parquet \\",
            "      --out out/million",
            "  inkstream train lines --from out/drawn --out out/reader",
        })
final class DatasetLinesExportCommand implements Callable<Integer> {
    private static final double LONGEST = 1_000;
    private static final Duration TELL_EVERY = Duration.ofSeconds(20);

    @Spec
    private CommandSpec spec;

    @Mixin
    private BaseOptions base;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    /** What lines are made of. */
    enum Glyphs {
        GENERATED,
        REAL
    }

    @Option(
            names = "--glyphs",
            paramLabel = "KIND",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "generated")
    private Glyphs glyphs;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description =
                    "Of real glyphs: also write the model that has a style for each writer, so that a pipeline can write"
                            + " in them.")
    private Path bundleFile;

    @Option(
            names = "--corpus",
            required = true,
            paramLabel = "PATH",
            description = "UTF-8 text files, or folders of files that end in .txt; may be repeated.")
    private List<Path> corpus;

    @Option(
            names = "--language",
            paramLabel = "TAG",
            description = "Language of the corpus, which decides where sentences end (default: ${DEFAULT-VALUE}).",
            defaultValue = "en")
    private String language;

    @Option(
            names = "--balance",
            description = "Prefer sentences with rare characters, so that they come often enough for a training.")
    private boolean balance;

    @Option(
            names = "--lines",
            paramLabel = "N",
            description = "How many lines (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int lines;

    @Option(
            names = "--hands",
            paramLabel = "N",
            description = "Hands that write them; of real glyphs, most writers (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int hands;

    @Option(
            names = "--style",
            paramLabel = "NAME",
            description = "Styles of generated lines; may be repeated (default: the model's first).")
    private List<String> styles = new ArrayList<>();

    @Option(
            names = "--shortest",
            paramLabel = "N",
            description = "Fewest characters of a line (default: ${DEFAULT-VALUE}).",
            defaultValue = "8")
    private int shortest;

    @Option(
            names = "--longest",
            paramLabel = "N",
            description = "Most characters of a line, such as 16 or 34; longer sentences are cut at spaces"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int longest;

    @Option(
            names = "--least-overlap",
            paramLabel = "X",
            description =
                    "Each hand's letters may overlap by a share between this and --overlap (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private double leastOverlap;

    @Option(
            names = "--overlap",
            paramLabel = "X",
            description = "0 to 1/3 (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.3333333")
    private double overlap;

    @Option(names = "--line-height", paramLabel = "PX", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "64")
    private int height;

    @Option(
            names = "--split",
            paramLabel = "TRAIN/VAL/TEST",
            description = "Shares of the hands, in percent; real writers keep the split of their samples"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "90/5/5")
    private String split;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads; the lines are the same (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "${COMPLETION-CANDIDATES}; may be repeated (default: boxes). Tables are coco, jsonl and parquet; of"
                            + " parquet alone, no pictures are kept as files.")
    private List<LineFormat> formats = new ArrayList<>();

    @Option(
            names = "--look",
            paramLabel = "NAME",
            description = "clean, scan, photo or fax; dataset lines looks shows them (default: ${DEFAULT-VALUE}).",
            defaultValue = "clean")
    private String look;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the data set (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/line-dataset")
    private Path out;

    /** What this call wrote; the names are fixed. */
    private record Result(int lines, String out) {}

    @Override
    public Integer call() throws IOException {
        if (lines < 1 || hands < 1 || workers < 1 || longest > LONGEST) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--lines, --hands and --workers are at least 1 and --longest at most 1000, not " + lines + ", "
                            + hands + ", " + workers + " and " + longest);
        }
        if (bundleFile != null && glyphs != Glyphs.REAL) {
            throw new CommandException(ExitCodes.WRONG_USE, "--bundle goes with --glyphs real");
        }
        double[] shares = shares();
        LineDataset.Output output = output();
        Corpus read =
                GenerateCommand.read(() -> Corpus.read(corpus, Locale.forLanguageTag(language), Integer.MAX_VALUE));
        ModelBundle bundle = base.model();
        try (Predictor predictor = OnnxPredictor.open(bundle, 1);
                StopSignal stop = StopSignal.listen();
                Workers threads = new Workers(workers)) {
            List<LineDataset.Hand> writers;
            if (glyphs == Glyphs.REAL) {
                WriterStyles real = ofWriters(bundle, predictor);
                bundle = real.bundle();
                if (bundleFile != null) {
                    OutputFiles.write(bundleFile, bundle.toBytes());
                }
                writers = hands(real.styles(), real.splits(), real.styles().size());
            } else {
                List<String> named = styles.isEmpty()
                        ? List.of(bundle.manifest().styles().get(0).name())
                        : styles;
                writers = hands(named, splits(shares), hands);
            }
            int ofHand = (lines + writers.size() - 1) / writers.size();
            ModelBundle drawing = bundle;
            byte[] file = drawing.toBytes();
            int written;
            try (LineDataset dataset = new LineDataset(
                    read,
                    new LineDataset.Wanted(ofHand, shortest, longest, leastOverlap, overlap, height, balance, seed),
                    output,
                    out)) {
                dataset.open("model " + bundle.manifest().id() + " " + ModelBundle.sha256(file) + "\nhands "
                        + Sha256.of(writers.toString().getBytes(StandardCharsets.UTF_8))
                                .hex() + "\n" + writers.size() + " hands, " + glyphs + ", split " + split);
                List<LineDataset.Hand> missing = dataset.missing(writers);
                try (LinesProgress progress =
                        progress((long) ofHand * (writers.size() - missing.size()), (long) ofHand * writers.size())) {
                    written = write(
                            dataset, missing, () -> new LineFactory(file, drawing, predictor), threads, stop, progress);
                }
                if (!stop.isGiven()) {
                    dataset.writeTables(writers, threads, stop::isGiven);
                }
            }
            results.printNext(new Result(written, out.toString()), "wrote " + written + " lines to " + out);
            if (stop.isGiven()) {
                throw new CommandException(ExitCodes.FAILED, "stopped; the same command goes on");
            }
            return ExitCodes.DONE;
        } catch (IllegalStateException e) { // of a worker
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new CommandException(
                        ExitCodes.FAILED, "cannot write to " + out + ": " + InputFiles.reason(io.getCause()), e);
            }
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new CommandException(ExitCodes.WRONG_USE, refused.getMessage(), e);
            }
            throw e;
        } catch (InvalidBundleException | IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private int write(
            LineDataset dataset,
            List<LineDataset.Hand> writers,
            Supplier<LineFactory> factories,
            Workers threads,
            StopSignal stop,
            LinesProgress progress) {
        AtomicInteger written = new AtomicInteger();
        threads.run(worker -> {
            LineFactory factory = factories.get();
            for (int i = worker; i < writers.size() && !stop.isGiven(); i += threads.count()) {
                try {
                    int lines = dataset.write(writers.get(i), factory);
                    written.addAndGet(lines);
                    progress.add(lines);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        return written.get();
    }

    private LinesProgress progress(long done, long all) {
        return System.console() == null
                ? LinesProgress.inSentences(
                        TELL_EVERY, System::nanoTime, sentence -> Printed.note(spec, sentence), done, all)
                : LinesProgress.onTerminal(System.err, done, all);
    }

    private LineDataset.Output output() {
        try {
            return new LineDataset.Output(
                    Look.named(look), formats.isEmpty() ? Set.of(LineFormat.BOXES) : Set.copyOf(formats));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, "--look: " + e.getMessage(), e);
        }
    }

    private WriterStyles ofWriters(ModelBundle bundle, Predictor predictor) throws IOException {
        try (ServerReader reader = ServerReader.open()) {
            return WriterStyles.of(
                    bundle,
                    predictor,
                    reader,
                    samples.collect(base.cluster()).samples(),
                    hands,
                    done -> Printed.note(spec, done));
        }
    }

    private List<LineDataset.Hand> hands(List<String> named, List<LineDataset.Split> splits, int count) {
        List<LineDataset.Hand> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long own = Streams.named(seed, "hand", i).nextLong();
            all.add(new LineDataset.Hand(i, named.get(i % named.size()), own, splits.get(i)));
        }
        return all;
    }

    private List<LineDataset.Split> splits(double[] shares) {
        List<LineDataset.Split> splits = new ArrayList<>();
        for (int i = 0; i < hands; i++) {
            double place = Streams.named(seed, "split", i).nextDouble() * 100;
            splits.add(
                    place < shares[0]
                            ? LineDataset.Split.TRAIN
                            : place < shares[0] + shares[1] ? LineDataset.Split.VAL : LineDataset.Split.TEST);
        }
        return splits;
    }

    private double[] shares() {
        String[] parts = split.split("/");
        double[] shares = new double[3];
        double sum = 0;
        try {
            for (int i = 0; i < 3; i++) {
                shares[i] = Double.parseDouble(parts[i]);
                sum += shares[i];
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            sum = Double.NaN;
        }
        if (parts.length != 3 || Math.abs(sum - 100) > 1e-6 || shares[0] < 0 || shares[1] < 0 || shares[2] < 0) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--split is three shares that make 100, such as 90/5/5, not " + split);
        }
        return shares;
    }
}
