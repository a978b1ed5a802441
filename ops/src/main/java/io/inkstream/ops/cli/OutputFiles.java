package io.inkstream.ops.cli;

import io.inkstream.trainer.checkpoint.WholeFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes what people name on a command line, and says in a sentence why it cannot. */
final class OutputFiles {
    private OutputFiles() {}

    static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not take a picture", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes a file, whole or not at all, and makes its folder where there is none.
     *
     * @throws CommandException if it cannot be written
     */
    static void write(Path file, byte[] bytes) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, bytes); // a device takes the place of no other file
                return;
            }
            WholeFile.write(file, bytes);
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a directory" : e.toString();
            throw new CommandException(ExitCodes.FAILED, "cannot write " + file + ": " + why, e);
        }
    }
}
