package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.Split;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of samples and withdrawals whose every entry also says up to which offsets it reaches: data and position are
 * written in one piece, so that a crash at any byte loses whole entries from the end and never their agreement.
 *
 * <p>An entry is: length of its body, length of the body inflated, CRC-32C of the body, the body deflated. For one
 * thread; a lock keeps other processes away.
 */
final class SpoolFile implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpoolFile.class);
    private static final byte[] MAGIC = "INKSPL01".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 3 * Integer.BYTES;
    /** No poll brings more; a larger number is a damaged length. */
    private static final int MOST_BODY_BYTES = 1 << 28;

    private final Path file;
    private FileChannel channel;
    private FileLock lock;
    private Position position = Position.NONE;
    private long records;

    /**
     * Up to where the topic has been read.
     *
     * @param offsets next offset by partition
     * @param at when it was read
     */
    record Position(Map<Integer, Long> offsets, Instant at) {
        static final Position NONE = new Position(Map.of(), Instant.EPOCH);

        Position {
            offsets = Map.copyOf(offsets);
        }
    }

    /** A sample that came, or with a null sample one that went. */
    record Change(String id, GlyphSample sample) {}

    /** Takes changes in the order in which they were written. */
    interface ChangeSink {
        void accept(Change change);
    }

    private SpoolFile(Path file) {
        this.file = file;
    }

    /**
     * Opens the file, or makes it. What a crash left half-written, or the disk has damaged, is cut off together with all
     * that follows it: the topic has it all.
     *
     * @throws IOException if the file cannot be written, is another kind of file, or is in use
     */
    static SpoolFile open(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        SpoolFile spool = new SpoolFile(file);
        try {
            spool.openChannel();
            spool.recover();
            return spool;
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    Position position() {
        return position;
    }

    /** Changes written, whether or not later ones undo them. */
    long records() {
        return records;
    }

    long sizeBytes() throws IOException {
        return channel.size();
    }

    /** Appends changes and the position after them; both are on disk when this returns, or neither. */
    void append(List<Change> changes, Position after) throws IOException {
        long before = channel.size();
        try {
            channel.position(before);
            write(channel, encode(changes, after));
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(before);
            throw new IOException(file + ": cannot be written: " + e.getMessage(), e);
        }
        position = after;
        records += changes.size();
    }

    /** Hands over all changes. */
    void replay(ChangeSink sink) throws IOException {
        scan(sink);
    }

    /** Forgets everything: the next read begins at the topic's beginning. */
    void clear() throws IOException {
        channel.truncate(MAGIC.length);
        channel.position(MAGIC.length);
        channel.force(false);
        position = Position.NONE;
        records = 0;
    }

    /** Writes the file anew with only what is left; the old one stays until the new one is complete. */
    void rewrite(Iterable<Change> left) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        long written = 0;
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, ByteBuffer.wrap(MAGIC));
            List<Change> batch = new ArrayList<>();
            for (Change change : left) {
                batch.add(change);
                written++;
                if (batch.size() == 5000) {
                    // Without offsets: should this file ever be cut here, it is read again from the beginning.
                    write(out, encode(batch, Position.NONE));
                    batch.clear();
                }
            }
            write(out, encode(batch, position));
            out.force(true);
        }
        close();
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        openChannel();
        channel.position(channel.size());
        records = written;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close(); // releases the lock
        }
    }

    private void openChannel() throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException(file + " is in use by another trainer");
        }
    }

    private void recover() throws IOException {
        long size = channel.size();
        ByteBuffer magic = ByteBuffer.allocate((int) Math.min(size, MAGIC.length));
        channel.read(magic, 0);
        for (int i = 0; i < magic.capacity(); i++) {
            if (magic.get(i) != MAGIC[i]) {
                throw new IOException(file + " is no spool of glyph samples; it is left as it is");
            }
        }
        if (size < MAGIC.length) {
            channel.truncate(0);
            write(channel, ByteBuffer.wrap(MAGIC));
            channel.force(true);
            return;
        }
        long good = scan(change -> {});
        if (position.offsets().isEmpty() && records > 0) {
            // Cut in the middle of what a rewrite wrote: without offsets nobody knows which of these have gone since.
            good = MAGIC.length;
            position = Position.NONE;
            records = 0;
        }
        if (good < size) {
            log.warn(
                    "{}: {} bytes after byte {} are incomplete or damaged and cut off; the topic is read again from there",
                    file,
                    size - good,
                    good);
            channel.truncate(good);
        }
        channel.position(good);
    }

    /** Reads entries from the beginning, keeps position and count of the last good one, returns where it ends. */
    private long scan(ChangeSink sink) throws IOException {
        long end = MAGIC.length;
        Position last = Position.NONE;
        long count = 0;
        channel.position(MAGIC.length);
        // Not closed: that would close the channel.
        DataInputStream in =
                new DataInputStream(new java.io.BufferedInputStream(Channels.newInputStream(channel), 1 << 20));
        long size = channel.size();
        while (size - end >= HEADER_BYTES) {
            int length = in.readInt();
            int inflated = in.readInt();
            int crc = in.readInt();
            if (length < 0 || length > size - end - HEADER_BYTES || inflated < 0 || inflated > MOST_BODY_BYTES) {
                break;
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length || crcOf(body, inflated) != crc) {
                break;
            }
            Entry entry = decode(inflate(body, inflated));
            entry.changes().forEach(sink::accept);
            last = entry.position();
            count += entry.changes().size();
            end += HEADER_BYTES + length;
        }
        position = last;
        records = count;
        channel.position(channel.size());
        return end;
    }

    private record Entry(List<Change> changes, Position position) {}

    private static ByteBuffer encode(List<Change> changes, Position position) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(changes.size() * 900 + 64);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(position.at().toEpochMilli());
        out.writeInt(position.offsets().size());
        for (Map.Entry<Integer, Long> offset : new TreeMap<>(position.offsets()).entrySet()) {
            out.writeInt(offset.getKey());
            out.writeLong(offset.getValue());
        }
        out.writeInt(changes.size());
        for (Change change : changes) {
            writeText(out, change.id());
            GlyphSample sample = change.sample();
            out.writeBoolean(sample != null);
            if (sample != null) {
                writeText(out, sample.getCharacter());
                ByteBuffer image = sample.getImage().duplicate();
                byte[] pixels = new byte[SampleSet.PIXELS];
                image.get(pixels);
                out.write(pixels);
                out.writeBoolean(sample.getWriter() != null);
                if (sample.getWriter() != null) {
                    writeText(out, sample.getWriter());
                }
                writeText(out, sample.getSource());
                out.writeBoolean(sample.getSplit() == Split.TEST);
                out.writeInt(sample.getSupport() == null ? -1 : sample.getSupport());
            }
        }
        byte[] raw = bytes.toByteArray();
        byte[] body = deflate(raw);
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putInt(body.length)
                .putInt(raw.length)
                .putInt(crcOf(body, raw.length))
                .put(body)
                .flip();
    }

    private static Entry decode(byte[] raw) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(raw));
        Instant at = Instant.ofEpochMilli(in.readLong());
        Map<Integer, Long> offsets = new TreeMap<>();
        for (int n = in.readInt(); n > 0; n--) {
            offsets.put(in.readInt(), in.readLong());
        }
        int count = in.readInt();
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String id = readText(in);
            GlyphSample sample = null;
            if (in.readBoolean()) {
                sample = new GlyphSample();
                sample.setCharacter(readText(in));
                sample.setImage(ByteBuffer.wrap(in.readNBytes(SampleSet.PIXELS)));
                sample.setWriter(in.readBoolean() ? readText(in) : null);
                sample.setSource(readText(in));
                sample.setSplit(in.readBoolean() ? Split.TEST : Split.TRAIN);
                int support = in.readInt();
                sample.setSupport(support < 0 ? null : support);
            }
            changes.add(new Change(id, sample));
        }
        return new Entry(changes, new Position(offsets, at));
    }

    /** Not writeUTF: a key may be longer than the 64 KiB that it allows. */
    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static int crcOf(byte[] body, int inflated) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(inflated).flip());
        crc.update(body, 0, body.length);
        return (int) crc.getValue();
    }

    private static byte[] deflate(byte[] raw) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(raw);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length / 2 + 64);
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] body, int length) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(body);
            byte[] raw = new byte[length];
            int filled = 0;
            while (filled < length) {
                int n = inflater.inflate(raw, filled, length - filled);
                if (n == 0) {
                    throw new IOException("an entry of the spool is shorter than it says, in spite of its checksum");
                }
                filled += n;
            }
            return raw;
        } catch (DataFormatException e) {
            throw new IOException("an entry of the spool cannot be inflated, in spite of its checksum", e);
        } finally {
            inflater.end();
        }
    }
}
