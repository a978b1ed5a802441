package io.inkstream.ops.formats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file that does not fit in memory, whole or not at all. */
final class PartialFile {
    private PartialFile() {}

    /** Fills a file that is not there yet. */
    interface Content {
        void writeTo(Path file) throws IOException;
    }

    /**
     * Writes a file in a folder for what is not whole yet, and moves it to its place.
     *
     * @param partials on the same disk
     * @throws IOException if it cannot be written; nothing of it is left then
     */
    static void write(Path file, Path partials, Content content) throws IOException {
        Path partial =
                Files.createDirectories(partials).resolve(file.getFileName().toString());
        Files.deleteIfExists(partial); // of a run that was killed
        try {
            content.writeTo(partial);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
