package io.inkstream.trainer.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last few checkpoints of one run in a folder; whatever happens while saving, the ones before stay readable.
 *
 * <p>A checkpoint is written to a temporary file, forced to the disk, and renamed; it ends in a checksum. For one
 * process at a time.
 */
public final class CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final long MAGIC = 0x494e_4b43_4b50_5431L; // INKCKPT1
    private static final String PREFIX = "step-";
    private static final String SUFFIX = ".ckpt";
    private static final int MOST_ARRAYS = 1000;

    private final Path folder;
    private final int keep;

    /**
     * Opens the folder, creating it if it is missing.
     *
     * @param keep how many checkpoints stay
     */
    public CheckpointStore(Path folder, int keep) throws IOException {
        if (keep < 1) {
            throw new IllegalArgumentException("keep must be at least 1, got " + keep);
        }
        this.folder = Files.createDirectories(folder);
        this.keep = keep;
    }

    /** Saves a checkpoint, then deletes the oldest beyond the number to keep. */
    public Path save(Checkpoint checkpoint) throws IOException {
        Path target = folder.resolve(String.format("%s%09d%s", PREFIX, checkpoint.step(), SUFFIX));
        Path temporary = folder.resolve(target.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                CheckedOutputStream checked = new CheckedOutputStream(
                        new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), new CRC32C());
                DataOutputStream out = new DataOutputStream(checked);
                write(checkpoint, out);
                out.writeLong(checked.getChecksum().getValue());
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
        List<Path> all = newestFirst();
        for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
        return target;
    }

    /** Returns the newest checkpoint that reads well; each broken one before it is warned about and set aside. */
    public Optional<Checkpoint> latest() throws IOException {
        for (Path file : newestFirst()) {
            try {
                return Optional.of(read(file));
            } catch (IOException e) {
                LOG.error("Checkpoint {} is broken ({}); falling back to the one before.", file, e.toString());
                setAside(file);
            }
        }
        return Optional.empty();
    }

    /** In its place, it would count among the newest that stay, and good ones of earlier steps would go for it. */
    private void setAside(Path broken) {
        Path aside = broken.resolveSibling(broken.getFileName() + ".broken");
        try {
            Files.move(broken, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{} cannot be renamed to {} ({}).", broken, aside, e.toString());
        }
    }

    /**
     * Returns the step of a folder's newest checkpoint; 0 if it has none, or is none.
     *
     * @throws IOException if the folder cannot be read
     */
    public static long lastStep(Path folder) throws IOException {
        return Files.isDirectory(folder)
                ? new CheckpointStore(folder, 1).latest().map(Checkpoint::step).orElse(0L)
                : 0;
    }

    private List<Path> newestFirst() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> {
                        String name = f.getFileName().toString();
                        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
                    })
                    .sorted(Comparator.comparing((Path f) -> f.getFileName().toString())
                            .reversed())
                    .toList();
        }
    }

    private static void write(Checkpoint checkpoint, DataOutputStream out) throws IOException {
        out.writeLong(MAGIC);
        out.writeUTF(checkpoint.signature());
        out.writeLong(checkpoint.step());
        out.writeInt(checkpoint.arrays().size());
        for (Map.Entry<String, float[]> each : new TreeMap<>(checkpoint.arrays()).entrySet()) {
            out.writeUTF(each.getKey());
            out.writeInt(each.getValue().length);
            ByteBuffer bytes = ByteBuffer.allocate(each.getValue().length * Float.BYTES);
            bytes.asFloatBuffer().put(each.getValue());
            out.write(bytes.array());
        }
    }

    private static Checkpoint read(Path file) throws IOException {
        try (CheckedInputStream checked =
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), new CRC32C())) {
            DataInputStream in = new DataInputStream(checked);
            if (in.readLong() != MAGIC) {
                throw new IOException("not a checkpoint");
            }
            long size = Files.size(file);
            String signature = in.readUTF();
            long step = in.readLong();
            int count = in.readInt();
            if (count < 0 || count > MOST_ARRAYS || step < 0) {
                throw new IOException("impossible header");
            }
            Map<String, float[]> arrays = new HashMap<>();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                int length = in.readInt();
                if (length < 0 || (long) length * Float.BYTES > size) {
                    throw new IOException("array '" + name + "' claims " + length + " floats");
                }
                ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);
                in.readFully(bytes.array());
                float[] values = new float[length];
                bytes.asFloatBuffer().get(values);
                arrays.put(name, values);
            }
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum) {
                throw new IOException("the checksum does not match");
            }
            return new Checkpoint(signature, step, arrays);
        }
    }
}
