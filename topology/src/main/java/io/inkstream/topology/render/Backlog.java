package io.inkstream.topology.render;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.LargeValues;
import io.inkstream.topology.store.StoreFormat;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The unfinished documents of one task as they outlive a crash: each document with its input, and each of its lines that is
 * not out, as it was planned or, where it waits for the others of a long document, as it was drawn. Written in the transaction
 * that puts lines out, so it never disagrees with the output.
 */
final class Backlog {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LargeValues documents;
    private final LargeValues lines;
    private long nextSequence;

    Backlog(KeyValueStore<Bytes, byte[]> documents, KeyValueStore<Bytes, byte[]> lines) {
        this.documents = new LargeValues(documents, Long.BYTES);
        this.lines = new LargeValues(lines, Long.BYTES + Integer.BYTES);
        try (KeyValueIterator<Bytes, byte[]> all = documents.all()) {
            all.forEachRemaining(entry -> nextSequence = Math.max(nextSequence, sequence(entry.key) + 1));
        }
    }

    /** Which lines of a document are kept, and which of them with their answer. */
    record Kept(int firstLine, BitSet answered) {}

    /** A number greater than that of every unfinished document. */
    long nextSequence() {
        return nextSequence++;
    }

    /** Keeps a document that waits to be planned. */
    void keep(long sequence, PendingDocument document) {
        document.setLines(-1);
        documents.put(key(sequence), StoreFormat.encoded(document));
    }

    /** Keeps a document with its lines. */
    void keep(long sequence, PendingDocument document, List<PlannedLine> planned) {
        document.setLines(planned.size());
        documents.put(key(sequence), StoreFormat.encoded(document));
        for (int i = 0; i < planned.size(); i++) {
            lines.put(key(sequence, i), StoreFormat.encoded(planned.get(i)));
        }
    }

    /** A document as it is kept, or, where it has only just arrived, is to be kept. */
    PendingDocument stored(WaitingDocument document) {
        return document.arrived()
                .map(value -> {
                    PendingDocument stored = head(document.head());
                    if (value.length <= Limits.STORED_VALUE_BYTES
                            || document.text().isEmpty()) { // it cannot be read yet
                        stored.setValue(ByteBuffer.wrap(value));
                    } else {
                        stored.setValueBytes(value.length);
                        stored.setDocument(ByteBuffer.wrap(
                                StoreFormat.encoded(document.text().get())));
                    }
                    return stored;
                })
                .orElseGet(() -> document(document.sequence()));
    }

    /** What of a document stays in memory. */
    static PendingDocument head(PendingDocument document) {
        PendingDocument head = PendingDocument.newBuilder(document).build();
        head.setValue(null);
        head.setDocument(null);
        return head;
    }

    /** A document as it was kept. */
    PendingDocument document(long sequence) {
        return StoreFormat.document(documents.get(key(sequence)));
    }

    /**
     * A line that is not out.
     *
     * @throws IllegalStateException if it is not kept
     */
    PlannedLine line(long sequence, int index) {
        byte[] kept = lines.get(key(sequence, index));
        if (kept == null) {
            throw new IllegalStateException("line " + index + " of document " + sequence + " is not in the store");
        }
        return StoreFormat.line(kept);
    }

    /** Keeps the answer to a line, in the place of its request. */
    void answered(long sequence, int index, Answer.Drawn drawn) {
        PlannedLine line = line(sequence, index);
        line.setRequest(NOTHING);
        line.setAnswer(ByteBuffer.wrap(drawn.response().toByteArray()));
        line.setTookMs(drawn.tookMs());
        lines.put(key(sequence, index), StoreFormat.encoded(line));
    }

    /** The answer that was kept with a line. */
    static Optional<Answer.Drawn> answer(PlannedLine line) {
        if (line.getAnswer() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Answer.Drawn(RenderLineResponse.parseFrom(line.getAnswer()), line.getTookMs()));
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line is out. */
    void emitted(long sequence, int index) {
        lines.delete(key(sequence, index));
    }

    /** Keeps a document of which nothing is out as one that waits to be planned. */
    void forgetLines(long sequence, int lineCount) {
        for (int i = 0; i < lineCount; i++) {
            lines.delete(key(sequence, i));
        }
        keep(sequence, document(sequence));
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
                visitor.accept(sequence(entry.key), StoreFormat.document(entry.value));
            }
        }
    }

    /** Looks at the lines of a planned document. */
    Kept kept(long sequence) {
        BitSet answered = new BitSet();
        int first = Integer.MAX_VALUE;
        try (KeyValueIterator<Bytes, byte[]> left = lines.range(key(sequence, 0), key(sequence, Integer.MAX_VALUE))) {
            while (left.hasNext()) {
                KeyValue<Bytes, byte[]> entry = left.next();
                int index = ByteBuffer.wrap(entry.key.get()).getInt(Long.BYTES);
                first = Math.min(first, index);
                if (StoreFormat.line(entry.value).getAnswer() != null) {
                    answered.set(index);
                }
            }
        }
        return new Kept(first, answered);
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
}
