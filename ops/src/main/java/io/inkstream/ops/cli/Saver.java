package io.inkstream.ops.cli;

import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.ImageFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Saves what arrives and says so, a line each. */
final class Saver {
    private final ImageFiles files;
    private final PrintWriter out;

    Saver(Path directory, PrintWriter out) {
        this.files = new ImageFiles(directory);
        this.out = out;
    }

    /** Saves the event's image; of a dead letter it says the reason. */
    void take(DocumentEvent event) {
        String said = event.match(
                line -> "line: " + saved(() -> files.save(line.document(), line.image())),
                page -> "page-image: " + saved(() -> files.save(page.document(), page.image())),
                refused -> "refused: " + describe(refused.letter()));
        out.println(said);
        out.flush();
    }

    /** The refusal in one line: which record, why. */
    static String describe(DeadLetter letter) {
        return letter.topic() + "-" + letter.partition() + "@" + letter.offset() + " " + letter.reason() + ": "
                + letter.message();
    }

    private interface Save {
        Path save() throws IOException;
    }

    private static Path saved(Save save) {
        try {
            return save.save();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save an image: " + e.getMessage(), e);
        }
    }
}
