package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.hand.FilledSheet;
import io.inkstream.ops.hand.Pictures;
import io.inkstream.ops.hand.Rhythm;
import io.inkstream.ops.hand.SheetException;
import io.inkstream.ops.hand.SheetReview;
import io.inkstream.ops.hand.Verdict;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.Dataset;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SplitRule;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Reads photos or scans of a filled-in sheet to pen strokes: one JSON object a line, as dataset import takes them.",
            "Any angle and light will do, as long as two corner marks are sharp. Of a cell in several pictures the last that is",
            "taken counts: so single cells can be written again, on the same page. Those of a second sheet of some characters are",
            "taken beside them."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream hand import page-1.jpg page-2.jpg page-3.jpg --writer ada --dry-run --review review.png",
            "  inkstream hand import scan.pdf --writer ada --out ada.jsonl",
            "  inkstream hand import scan.pdf --writer ada --publish --consent 'may train models of our school'",
            "  inkstream hand import scan.pdf more.jpg --characters agqäöüß --writer ada --out ada.jsonl",
        })
final class HandImportCommand implements Callable<Integer> {
    private static final int LONGEST_NAME = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BaseOptions base;

    @Mixin
    private SheetOptions sheets;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Parameters(
            paramLabel = "PICTURE",
            arity = "1..*",
            description = "Photos or scans, JPEG or PNG of a page each, or PDF.")
    private List<Path> pictures;

    @Option(
            names = {"--writer", "--name"},
            required = true,
            paramLabel = "NAME",
            description = "Who wrote it.")
    private String writer;

    @Option(
            names = "--out",
            paramLabel = "JSONL",
            description = "The strokes (default: the writer's name with .jsonl).")
    private Path out;

    @Option(
            names = "--review",
            paramLabel = "PNG",
            description = {
                "A picture of all fields as they were found: blue frames are taken, orange doubtful, yellow run out of their cell,",
                "grey empty, black no character of the model. Of a picture that shows no page, what was seen in it."
            })
    private Path review;

    @Option(names = "--dry-run", description = "Say what would be read, and write nothing but the review.")
    private boolean dryRun;

    @Option(names = "--publish", description = "Publish the characters to topic glyph-samples, too, for trainings.")
    private boolean publish;

    @Option(
            names = "--consent",
            paramLabel = "TEXT",
            description = "What the writer agreed to, noted with each sample; needed to publish.")
    private String consent;

    /**
     * What was read and written; the names are fixed.
     *
     * @param fields how many of each verdict
     * @param again characters that are worth another try, and how many
     * @param rhythm absent where too few lines were written
     * @param strokes absent in a dry run
     * @param review absent unless asked for
     */
    private record Result(
            Map<String, Integer> fields,
            Map<String, Integer> again,
            int lines,
            @JsonProperty("all_lines") int allLines,
            Rhythm rhythm,
            String strokes,
            String review) {}

    /** What was published; the names are fixed. */
    private record Published(long published, String source, String topic) {}

    @Override
    public Integer call() throws IOException, WriteFailedException {
        if (publish && (consent == null || consent.isBlank())) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--publish needs --consent: what the writer agreed to, such as 'may train models of our school'");
        }
        if (writer.isBlank() || writer.length() > LONGEST_NAME || writer.contains("/")) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "a writer's name has 1 to " + LONGEST_NAME + " characters and no '/'");
        }
        Path file = out == null ? Path.of(writer + ".jsonl") : out;
        if (!file.toString().endsWith(".jsonl")) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, file + ": strokes are known by a name that ends with .jsonl");
        }
        FilledSheet sheet = new FilledSheet(sheets.layouts());
        for (Path picture : pictures) {
            read(sheet, picture);
        }
        if (sheet.isEmpty()) {
            throw new CommandException(ExitCodes.FAILED, "all fields are empty: nothing is written on these pages");
        }
        ModelBundle model = base.model();
        SheetReview seen;
        try (ServerReader reader = ServerReader.open()) {
            seen = SheetReview.of(sheet, model.manifest(), reader);
        }
        if (review != null) {
            OutputFiles.write(review, OutputFiles.png(seen.draw()));
        }
        if (!dryRun) {
            String strokes = String.join("\n", seen.strokes(writer)) + "\n";
            OutputFiles.write(file, strokes.getBytes(StandardCharsets.UTF_8));
        }
        print(seen, file);
        if (publish && !dryRun) {
            publish(file);
        }
        return ExitCodes.DONE;
    }

    private void publish(Path file) throws IOException, WriteFailedException {
        Dataset dataset = new DatasetImporter(Typography.standard().classes())
                .open(
                        List.of(file),
                        ImportOptions.DEFAULTS
                                .withSource(FilledSheet.SOURCE)
                                .withSplit(SplitRule.TRAIN)
                                .withConsent(consent));
        Cluster cluster = base.cluster().connect();
        cluster.createTopics();
        String topic = cluster.topics().glyphSamples().name();
        try (TransactionalWriter to =
                TransactionalWriter.connect(cluster.settings().clientConfig())) {
            long samples = dataset.writeTo(to, cluster.topics().glyphSamples());
            String source = FilledSheet.SOURCE + "/" + writer;
            results.printNext(
                    new Published(samples, source, topic),
                    "published: " + samples + " samples of " + source + " to " + topic);
        }
    }

    /** Nothing is written if one picture cannot be read; the blank backs of a scan of both sides are passed over. */
    private void read(FilledSheet sheet, Path picture) {
        List<String> blank = new ArrayList<>();
        int[] pages = new int[1];
        try {
            Pictures.read(picture.toString(), InputFiles.bytes(picture), (name, image) -> {
                try {
                    sheet.add(image);
                    pages[0]++;
                } catch (SheetException e) {
                    if (!e.isBlank() || name.equals(picture.toString())) {
                        throw refused(name, image, e);
                    }
                    blank.add(name + ": " + e.getMessage());
                }
            });
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        if (pages[0] == 0) {
            throw new CommandException(ExitCodes.FAILED, blank.isEmpty() ? picture + " has no page" : blank.get(0));
        }
        blank.forEach(page -> Printed.note(spec, "passed over: " + page));
    }

    private CommandException refused(String name, BufferedImage picture, SheetException e) {
        String shown = "";
        if (review != null) {
            OutputFiles.write(review, OutputFiles.png(e.seen(picture)));
            shown = "; " + review + " shows what was seen";
        }
        return new CommandException(ExitCodes.FAILED, name + ": " + e.getMessage() + shown, e);
    }

    private void print(SheetReview seen, Path file) {
        Map<String, Integer> fields = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            fields.put(verdict.label(), seen.count(verdict));
        }
        if (results.isJson()) {
            Result read = new Result(
                    fields,
                    seen.again(),
                    seen.lines(),
                    seen.allLines(),
                    seen.rhythm().orElse(null),
                    dryRun ? null : file.toString(),
                    review == null ? null : review.toString());
            results.printNext(read, "");
            return;
        }
        fields.forEach((label, count) -> Printed.lines(spec, label + ": " + count));
        if (!seen.again().isEmpty()) {
            String characters = String.join("", seen.again().keySet());
            Printed.lines(spec, "worth another try: " + seen.again());
            Printed.lines(
                    spec,
                    "a sheet for them: inkstream hand template --characters '" + characters.replace("'", "'\\''")
                            + "' --pages 1 --out again.pdf");
        }
        Printed.lines(
                spec,
                "lines: " + seen.lines() + " of "
                        + seen.allLines()
                        + seen.rhythm().map(HandImportCommand::words).orElse(", too few to tell how you set words"));
        if (!dryRun) {
            Printed.lines(spec, "strokes: " + file);
        }
        if (review != null) {
            Printed.lines(spec, "review: " + review);
        }
    }

    private static String words(Rhythm rhythm) {
        return String.format(
                Locale.ROOT,
                ": gap %.2f, word space %.2f, in heights of a small letter; %.0f %% of letters joined; lines %s by %.1f %%",
                rhythm.gap(),
                rhythm.wordSpace(),
                100 * rhythm.joining(),
                rhythm.slope() < 0 ? "fall" : "climb",
                100 * Math.abs(rhythm.slope()));
    }
}
