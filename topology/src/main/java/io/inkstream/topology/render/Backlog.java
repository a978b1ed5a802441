package io.inkstream.topology.render;

import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The unfinished documents of one task as they outlive a crash: each document with its input, and each of its lines that is
 * not emitted. Written in the transaction that emits, so it never disagrees with the output.
 */
final class Backlog {
    private final KeyValueStore<Bytes, byte[]> documents;
    private final KeyValueStore<Bytes, byte[]> lines;
    private long nextSequence;

    Backlog(KeyValueStore<Bytes, byte[]> documents, KeyValueStore<Bytes, byte[]> lines) {
        this.documents = documents;
        this.lines = lines;
        try (KeyValueIterator<Bytes, byte[]> newest = documents.reverseAll()) {
            nextSequence = newest.hasNext() ? sequence(newest.next().key) + 1 : 0;
        }
    }

    /** A number greater than that of every unfinished document. */
    long nextSequence() {
        return nextSequence++;
    }

    /** Keeps a document that waits to be planned. */
    void keep(long sequence, PendingDocument document) {
        put(sequence, document, -1);
    }

    /** Keeps a document with its lines. */
    void keep(long sequence, PendingDocument document, List<PlannedLine> planned) {
        put(sequence, document, planned.size());
        for (int i = 0; i < planned.size(); i++) {
            lines.put(key(sequence, i), bytes(encoded(planned.get(i))));
        }
    }

    /** A line that is not emitted. */
    PlannedLine line(long sequence, int index) {
        return decodedLine(lines.get(key(sequence, index)));
    }

    /** A line is emitted. */
    void emitted(long sequence, int index) {
        lines.delete(key(sequence, index));
    }

    /** Keeps a document of which nothing is emitted as one that waits to be planned. */
    void forgetLines(long sequence, PendingDocument document, int lineCount) {
        for (int i = 0; i < lineCount; i++) {
            lines.delete(key(sequence, i));
        }
        keep(sequence, document);
    }

    /** Forgets a document and its lines from {@code firstLine} to before {@code lineCount}. */
    void forget(long sequence, int firstLine, int lineCount) {
        documents.delete(key(sequence));
        for (int i = firstLine; i < lineCount; i++) {
            lines.delete(key(sequence, i));
        }
    }

    /** Goes through what is kept, the oldest document first. */
    void forEach(BiConsumer<Long, PendingDocument> visitor) {
        try (KeyValueIterator<Bytes, byte[]> all = documents.all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> entry = all.next();
                visitor.accept(sequence(entry.key), decodedDocument(entry.value));
            }
        }
    }

    /** Index of the first line that is not emitted. */
    int firstLine(long sequence) {
        try (KeyValueIterator<Bytes, byte[]> left = lines.range(key(sequence, 0), key(sequence, Integer.MAX_VALUE))) {
            return ByteBuffer.wrap(left.next().key.get()).getInt(Long.BYTES);
        }
    }

    private void put(long sequence, PendingDocument document, int lineCount) {
        document.setLines(lineCount);
        try {
            documents.put(key(sequence), bytes(document.toByteBuffer()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written anywhere
        }
    }

    private static Bytes key(long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
    }

    private static Bytes key(long sequence, int line) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(sequence)
                .putInt(line)
                .array());
    }

    private static long sequence(Bytes key) {
        return ByteBuffer.wrap(key.get()).getLong();
    }

    private static ByteBuffer encoded(PlannedLine line) {
        try {
            return line.toByteBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlannedLine decodedLine(byte[] bytes) {
        try {
            return PlannedLine.fromByteBuffer(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PendingDocument decodedDocument(byte[] bytes) {
        try {
            return PendingDocument.fromByteBuffer(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
