package io.inkstream.ops.cli;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.publish.Announceable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what people name on a command line, and says in a sentence why it cannot. */
final class InputFiles {
    private static final String STANDARD_INPUT = "-";
    /** Of a file of which each line may become a text. */
    private static final int MOST_TEXT_BYTES = 64 << 20;

    private static final int MOST_FILE_BYTES = 256 << 20;

    private InputFiles() {}

    /**
     * Reads a whole UTF-8 text; {@code -} is standard input. A byte order mark is not part of it.
     *
     * @throws CommandException if it is not there, not readable or not UTF-8
     */
    static String text(Path file, InputStream standardInput) {
        byte[] bytes;
        try {
            bytes = file.toString().equals(STANDARD_INPUT)
                    ? standardInput.readNBytes(MOST_TEXT_BYTES + 1)
                    : read(file, MOST_TEXT_BYTES);
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, why(file, e), e);
        }
        check(file, bytes, MOST_TEXT_BYTES);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new CommandException(ExitCodes.WRONG_USE, file + " is not UTF-8 text", e);
        }
    }

    /**
     * Reads a whole file.
     *
     * @throws CommandException if it is not there or not readable
     */
    static byte[] bytes(Path file) {
        try {
            byte[] bytes = read(file, MOST_FILE_BYTES);
            check(file, bytes, MOST_FILE_BYTES);
            return bytes;
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, why(file, e), e);
        }
    }

    /**
     * Reads a bundle.
     *
     * @param bytes of the file
     * @throws CommandException if they are none
     */
    static ModelBundle bundle(Path file, byte[] bytes) {
        try {
            return ModelFiles.parse(bytes);
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, file + " is not a model bundle: " + e.getMessage(), e);
        }
    }

    /**
     * What the file of a model of any kind is announced as.
     *
     * @param bytes of the file
     * @throws CommandException if it is none
     */
    static Announceable announceable(Path file, byte[] bytes) {
        try {
            return ModelFiles.read(bytes);
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, file + " is not a model bundle: " + e.getMessage(), e);
        }
    }

    /** One byte more than the limit, where there is more: a name may be that of a device without end. */
    private static byte[] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most + 1);
        }
    }

    private static void check(Path file, byte[] bytes, int most) {
        if (bytes.length > most) {
            throw new CommandException(ExitCodes.WRONG_USE, file + " has more than " + most + " bytes");
        }
    }

    /**
     * Reads the bundle that a model option names: a file, or a version that is announced on the cluster.
     *
     * @throws CommandException if there is neither
     * @throws InvalidBundleException if the announced version's bundle is not whole
     */
    static byte[] model(String fileOrVersion, ClusterOptions clusterOptions) throws InvalidBundleException {
        return model(fileOrVersion, clusterOptions, ModelKind.HANDWRITING);
    }

    /** Likewise, of a kind; what a file is of shows when it is parsed. */
    static byte[] model(String fileOrVersion, ClusterOptions clusterOptions, ModelKind kind)
            throws InvalidBundleException {
        if (Files.exists(Path.of(fileOrVersion)) || fileOrVersion.endsWith(".zip")) {
            return bytes(Path.of(fileOrVersion));
        }
        ModelId id;
        try {
            id = ModelId.parse(fileOrVersion);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "no such bundle file: " + fileOrVersion + ", and " + e.getMessage(), e);
        }
        return ModelFiles.fetch(clusterOptions.connect(), id, kind);
    }

    /** One sentence for a file that could not be read. */
    static String why(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file: " + file;
        }
        if (e instanceof AccessDeniedException) {
            return file + " may not be read";
        }
        return Files.isDirectory(file) ? file + " is a directory" : "cannot read " + file + ": " + reason(e);
    }

    /** Why the file system refuses: the messages of its exceptions are often only a path. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + " may not be read or written";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + " exists and is not a directory";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder: " + e.getMessage();
        }
        return e instanceof FileSystemException && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
    }
}
