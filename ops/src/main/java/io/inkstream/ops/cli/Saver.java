package io.inkstream.ops.cli;

import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.Words;
import io.inkstream.ops.lines.LineLook;
import io.inkstream.ops.look.Look;
import io.inkstream.ops.pdf.PdfBinder;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** Saves what arrives and says so, a line each. */
final class Saver {
    /** More records that nobody can read are counted and not named: a topic may hold millions. */
    private static final int NAMED = 20;

    private final ImageFiles files;
    private final Path directory;
    private final PrintWriter out;
    private final PrintWriter err;
    private final String command;
    private final boolean isJson;
    private final Optional<PdfBinder> binder;
    private final LineLook look;
    private long lines;
    private long pages;
    private long refused;
    private long passedOver;

    /**
     * What arrived; the names are fixed.
     *
     * @param event line, page, pdf or refused
     * @param index of the line or page, from 0
     * @param count of the document's lines or pages
     * @param file with the image; absent where there is none
     * @param problem why a page has no image
     * @param record that was refused, as TOPIC-PARTITION@OFFSET
     */
    private record Arrived(
            String event,
            String document,
            Integer index,
            Integer count,
            String file,
            String problem,
            String record,
            String reason,
            String message) {
        static Arrived image(String event, String document, int index, int count, Path file) {
            return new Arrived(event, document, index, count, file.toString(), null, null, null, null);
        }
    }

    /** For people. */
    Saver(Path directory, PrintWriter out, PrintWriter err, String command) {
        this(directory, out, err, command, false, Optional.empty(), new LineLook(Look.CLEAN));
    }

    /**
     * @param command named in what goes to {@code err}
     * @param isJson whether a JSON object on a line of its own is said of each
     * @param binder makes PDFs of documents, if there is one
     * @param look of what is saved
     */
    Saver(
            Path directory,
            PrintWriter out,
            PrintWriter err,
            String command,
            boolean isJson,
            Optional<PdfBinder> binder,
            LineLook look) {
        this.files = new ImageFiles(directory);
        this.directory = directory;
        this.out = out;
        this.err = err;
        this.command = command;
        this.isJson = isJson;
        this.binder = binder;
        this.look = look;
    }

    /**
     * Saves the event's image; of a dead letter, or a page without an image, it says the reason.
     *
     * @throws CommandException if it cannot be saved
     */
    void take(DocumentEvent event) {
        say(event.match(this::line, this::page, this::refused));
        binder.ifPresent(own -> bind(own, event));
    }

    private String line(DocumentEvent.Line line) {
        lines++;
        Path file = saved(() -> save(line.document(), line.image()));
        return isJson
                ? Printed.jsonLine(Arrived.image(
                        "line",
                        line.document(),
                        line.image().getIndex(),
                        line.image().getCount(),
                        file))
                : "line: " + file;
    }

    private Path save(String document, LineImage line) throws IOException {
        Optional<LineLook.Line> looked;
        try {
            looked = look.on(document, line);
        } catch (IllegalArgumentException e) {
            note("saved as it came: " + e.getMessage());
            looked = Optional.empty();
        }
        return looked.isPresent()
                ? files.save(document, looked.get().image(), looked.get().more())
                : files.save(document, line);
    }

    private Path save(String document, PageImage page) throws IOException {
        PageImage looked;
        try {
            looked = look.on(document, page);
        } catch (IllegalArgumentException e) {
            note("saved as it came: " + e.getMessage());
            looked = page;
        }
        return files.save(document, looked);
    }

    private String page(DocumentEvent.Page page) {
        pages++;
        PageImage image = page.image();
        if (image.getProblem().isEmpty()) {
            Path file = saved(() -> save(page.document(), image));
            return isJson
                    ? Printed.jsonLine(Arrived.image("page", page.document(), image.getIndex(), image.getCount(), file))
                    : "page-image: " + file;
        }
        return isJson
                ? Printed.jsonLine(new Arrived(
                        "page",
                        page.document(),
                        image.getIndex(),
                        image.getCount(),
                        null,
                        Limits.cut(image.getProblem(), Limits.MESSAGE_CHARS),
                        null,
                        null,
                        null))
                : "no page-image: " + describe(page.document(), image);
    }

    private String refused(DocumentEvent.Refused event) {
        refused++;
        DeadLetter letter = event.letter();
        return isJson
                ? Printed.jsonLine(new Arrived(
                        "refused",
                        Limits.cut(event.document(), Limits.MESSAGE_CHARS),
                        null,
                        null,
                        null,
                        null,
                        letter.topic() + "-" + letter.partition() + "@" + letter.offset(),
                        letter.reason(),
                        letter.message()))
                : "refused: " + letter.describe();
    }

    /** What was taken, in words. */
    String taken() {
        return lines + " lines, " + pages + " pages and " + refused + " refused documents";
    }

    private void bind(PdfBinder binder, DocumentEvent event) {
        try {
            Optional<byte[]> pdf = binder.take(event);
            if (pdf.isPresent()) {
                Path file = saved(() -> files.savePdf(event.document(), pdf.get()));
                say(isJson ? Printed.jsonLine(Arrived.image("pdf", event.document(), 0, 1, file)) : "pdf: " + file);
            }
        } catch (IllegalArgumentException e) {
            note("no PDF of " + Limits.cut(event.document(), Limits.QUOTED_CHARS) + ": " + e.getMessage());
        }
    }

    /** Reports a skipped record on standard error. */
    void passedOver(EventReader.PassedOver record) {
        passedOver++;
        if (passedOver <= NAMED) {
            note("skipped " + record);
        }
        if (passedOver == NAMED) {
            note("further records that cannot be read are counted only");
        }
    }

    /** Reports how many records were skipped. */
    void end() {
        if (passedOver > NAMED) {
            note("skipped " + passedOver + " records in total");
        }
    }

    /** Says something beside the results. */
    void note(String sentence) {
        err.println(command + ": " + Words.onOneLine(sentence, 2 * Limits.MESSAGE_CHARS));
        err.flush();
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static String describe(String document, PageImage page) {
        return Words.onOneLine(
                "page " + (page.getIndex() + 1) + " of " + page.getCount() + " of "
                        + Limits.cut(document, Limits.QUOTED_CHARS) + ": " + page.getProblem(),
                Limits.MESSAGE_CHARS);
    }

    private interface Save {
        Path save() throws IOException;
    }

    private Path saved(Save save) {
        try {
            return save.save();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "cannot save an image under " + directory.toAbsolutePath() + ": " + InputFiles.reason(e)
                            + "; choose another folder with --out, or free some space",
                    e);
        }
    }
}
