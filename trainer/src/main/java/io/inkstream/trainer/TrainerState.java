package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.Contents;
import io.inkstream.trainer.publish.Learned;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps on disk what was trained last, and what is being published, so that a process that ends at any moment is gone on
 * from: each step is one file that is there whole or not at all. For one thread.
 */
final class TrainerState {
    private static final Logger log = LoggerFactory.getLogger(TrainerState.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final int MAGIC = 0x494e4b54; // INKT
    private static final long MOST_BUNDLE_BYTES = 1L << 28;

    private final Path folder;
    private final Disk disk;

    /** What is done to files; each is done or not. */
    interface Disk {
        /** Writes a file, or writes it anew. */
        void replace(Path file, byte[] content) throws IOException;

        /** Gives a file another name, in place of what had it. */
        void move(Path from, Path to) throws IOException;

        /** Deletes a file, if it is there. */
        void delete(Path file) throws IOException;
    }

    /**
     * What was trained last, and the card of what was published last.
     *
     * @param digest of the samples; empty if there was nothing
     * @param contents of the samples; empty where they are not known, as in what an earlier release has written
     */
    record Trained(String digest, int samples, Map<String, Object> publishedCard, Optional<Contents> contents) {
        static final Trained NOTHING = new Trained("", 0, Map.of(), Optional.empty());
    }

    /**
     * What is being published.
     *
     * @param trained as it is once that is done
     * @param file the bundle
     * @param bundle the same, parsed
     */
    record Publishing(Trained trained, Learned learned, byte[] file, ModelBundle bundle) {}

    /** What stands at a file's head; the names are fixed. */
    private record Head(String digest, int samples, Map<String, Object> publishedCard, Learned learned) {
        Head {
            digest = requireNonNullElse(digest, "");
            publishedCard = requireNonNullElse(publishedCard, Map.of());
        }
    }

    private record Parts(Head head, Optional<Contents> contents, byte[] bundle) {}

    TrainerState(Path folder) {
        this(folder, realDisk());
    }

    static Disk realDisk() {
        return new RealDisk();
    }

    TrainerState(Path folder, Disk disk) {
        this.folder = requireNonNull(folder, "folder");
        this.disk = requireNonNull(disk, "disk");
    }

    /** What was trained last; nothing if that cannot be read, which is said. */
    Trained trained() throws IOException {
        if (Files.exists(trainedFile())) {
            Optional<Parts> parts = read(trainedFile());
            return parts.map(TrainerState::trained).orElse(Trained.NOTHING);
        }
        Path earlier = folder.resolve("trained.json");
        if (Files.exists(earlier)) {
            Head head = JSON.readValue(Files.readAllBytes(earlier), Head.class);
            return new Trained(head.digest(), head.samples(), head.publishedCard(), Optional.empty());
        }
        return Trained.NOTHING;
    }

    /** Notes what was trained and is not to be published. */
    void remember(Trained trained) throws IOException {
        disk.replace(trainedFile(), bytes(trained, null, new byte[0]));
    }

    /** Notes what is to be published from here on, whatever comes between. */
    void begin(Publishing publishing) throws IOException {
        disk.replace(publishingFile(), bytes(publishing.trained(), publishing.learned(), publishing.file()));
    }

    /** What is being published; nothing if that cannot be read, which is said. */
    Optional<Publishing> publishing() throws IOException {
        if (!Files.exists(publishingFile())) {
            return Optional.empty();
        }
        Optional<Parts> parts = read(publishingFile());
        try {
            if (parts.isPresent() && parts.get().head().learned() != null) {
                byte[] file = parts.get().bundle();
                return Optional.of(new Publishing(
                        trained(parts.get()),
                        parts.get().head().learned(),
                        file,
                        ModelBundle.parse(file, MOST_BUNDLE_BYTES)));
            }
        } catch (InvalidBundleException e) {
            log.warn("{} holds no bundle: {}", publishingFile(), e.getMessage());
        }
        disk.delete(publishingFile());
        return Optional.empty();
    }

    /** Notes that it was published. */
    void finish(Publishing publishing) throws IOException {
        disk.replace(publishedFile(), publishing.file());
        disk.move(publishingFile(), trainedFile());
    }

    /** Notes that its samples had been published already, as another model. */
    void giveUp(Publishing publishing, Map<String, Object> publishedCard) throws IOException {
        Trained trained = publishing.trained();
        remember(new Trained(trained.digest(), trained.samples(), publishedCard, trained.contents()));
        disk.delete(publishingFile());
    }

    /** What was published last, if it can still be read: without it a new model is trained, which is no fault. */
    Optional<ModelBundle> published() {
        if (!Files.exists(publishedFile())) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelBundle.parse(Files.readAllBytes(publishedFile()), MOST_BUNDLE_BYTES));
        } catch (IOException | InvalidBundleException e) {
            log.warn("{} cannot be read ({}): training anew", publishedFile(), e.getMessage());
            return Optional.empty();
        }
    }

    private Path trainedFile() {
        return folder.resolve("trained.state");
    }

    private Path publishingFile() {
        return folder.resolve("publishing.state");
    }

    private Path publishedFile() {
        return folder.resolve("published.zip");
    }

    private static Trained trained(Parts parts) {
        Head head = parts.head();
        return new Trained(head.digest(), head.samples(), head.publishedCard(), parts.contents());
    }

    /** Magic, checksum of the rest; head; whether there are contents, and they; bundle. */
    private static byte[] bytes(Trained trained, Learned learned, byte[] bundle) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            byte[] head = JSON.writeValueAsBytes(
                    new Head(trained.digest(), trained.samples(), trained.publishedCard(), learned));
            out.writeInt(head.length);
            out.write(head);
            out.writeBoolean(trained.contents().isPresent());
            if (trained.contents().isPresent()) {
                trained.contents().get().writeTo(out);
            }
            out.write(bundle);
        }
        byte[] rest = bytes.toByteArray();
        return ByteBuffer.allocate(2 * Integer.BYTES + rest.length)
                .putInt(MAGIC)
                .putInt(crcOf(rest, 0))
                .put(rest)
                .array();
    }

    private static Optional<Parts> read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int begin = 2 * Integer.BYTES;
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            if (in.readInt() != MAGIC || in.readInt() != crcOf(bytes, begin)) {
                throw new IOException("it is damaged, or of another kind");
            }
            Head head = JSON.readValue(in.readNBytes(in.readInt()), new TypeReference<Head>() {});
            Optional<Contents> contents = in.readBoolean() ? Optional.of(Contents.readFrom(in)) : Optional.empty();
            return Optional.of(new Parts(head, contents, in.readAllBytes()));
        } catch (IOException | RuntimeException e) {
            log.warn("{} cannot be read and is skipped: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static int crcOf(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }

    private static final class RealDisk implements Disk {
        @Override
        public void replace(Path file, byte[] content) throws IOException {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path partial = file.resolveSibling(file.getFileName() + ".part");
            try (FileChannel out = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true); // a name must not be on disk before what it names
            }
            move(partial, file);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
