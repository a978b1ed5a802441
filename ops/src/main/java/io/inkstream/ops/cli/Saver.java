package io.inkstream.ops.cli;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.Words;
import io.inkstream.ops.pdf.PagesPdf;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    private long passedOver;

    /** @param command named in what goes to {@code err} */
    Saver(Path directory, PrintWriter out, PrintWriter err, String command) {
        this.files = new ImageFiles(directory);
        this.directory = directory;
        this.out = out;
        this.err = err;
        this.command = command;
    }

    /**
     * Saves the event's image; of a dead letter, or a page without an image, it says the reason.
     *
     * @throws CommandException if it cannot be saved
     */
    void take(DocumentEvent event) {
        say(event.match(
                line -> "line: " + saved(() -> files.save(line.document(), line.image())),
                page -> page.image().getProblem().isEmpty()
                        ? "page-image: " + saved(() -> files.save(page.document(), page.image()))
                        : "no page-image: " + describe(page.document(), page.image()),
                refused -> "refused: " + refused.letter().describe()));
    }

    /**
     * Makes a PDF of a document that is whole, and saves it.
     *
     * @param background that is under each page
     * @throws CommandException if it cannot be made or saved
     */
    void pdf(String document, List<DocumentEvent> events, Optional<BufferedImage> background) {
        List<LineImage> lines = new ArrayList<>();
        List<PageImage> pages = new ArrayList<>();
        for (DocumentEvent event : events) {
            event.match(line -> lines.add(line.image()), page -> pages.add(page.image()), refused -> false);
        }
        lines.sort(Comparator.comparingInt(LineImage::getIndex));
        pages.sort(Comparator.comparingInt(PageImage::getIndex));
        byte[] pdf;
        try {
            pdf = PagesPdf.of(lines, pages, background);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
        say("pdf: " + saved(() -> files.savePdf(document, pdf)));
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
