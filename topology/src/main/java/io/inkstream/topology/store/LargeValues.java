package io.inkstream.topology.store;

import io.inkstream.schemas.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store whose values may be of any size: a value that its changelog might not take is kept in pieces.
 *
 * <p>All keys of one store have the same length. A value of at most {@link Limits#STORED_VALUE_BYTES} is kept as it is. Of a
 * larger one its key holds a mark and the number of pieces, and the pieces follow under the key and their number. Which keys
 * are kept so is remembered, since it is rare and nothing should look it up for every line. For one thread.
 */
public final class LargeValues {
    /** No value begins so: Avro's single-object encoding begins with C3, a PNG with 89. */
    private static final byte MARK = 0;

    private static final int HEAD = Byte.BYTES + Integer.BYTES;

    private final KeyValueStore<Bytes, byte[]> store;
    private final int keyBytes;
    private final int pieceBytes;
    private final Map<Bytes, Integer> inPieces = new HashMap<>();

    /**
     * Keeps values in a store, beside those that it has.
     *
     * @param keyBytes length of every key
     */
    public LargeValues(KeyValueStore<Bytes, byte[]> store, int keyBytes) {
        this(store, keyBytes, Limits.STORED_VALUE_BYTES);
    }

    LargeValues(KeyValueStore<Bytes, byte[]> store, int keyBytes, int pieceBytes) {
        this.store = store;
        this.keyBytes = keyBytes;
        this.pieceBytes = pieceBytes;
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> {
                if (isHead(entry.value)) {
                    inPieces.put(entry.key, pieces(entry.value));
                }
            });
        }
    }

    /**
     * Keeps a value in place of any that the key has.
     *
     * @throws IllegalArgumentException if the key has another length than all keys, or the value begins with the mark
     */
    public void put(Bytes key, byte[] value) {
        if (key.get().length != keyBytes || value.length == 0 || value[0] == MARK) {
            throw new IllegalArgumentException(
                    "keys have " + keyBytes + " bytes, and no value is empty or begins with 0");
        }
        forgetPieces(key);
        if (value.length <= pieceBytes) {
            store.put(key, value);
            return;
        }
        int pieces = (value.length + pieceBytes - 1) / pieceBytes;
        for (int i = 0; i < pieces; i++) {
            int from = i * pieceBytes;
            byte[] piece = new byte[Math.min(pieceBytes, value.length - from)];
            System.arraycopy(value, from, piece, 0, piece.length);
            store.put(piece(key, i), piece);
        }
        store.put(key, ByteBuffer.allocate(HEAD).put(MARK).putInt(pieces).array());
        inPieces.put(key, pieces);
    }

    /** The value of a key, or null. */
    public byte[] get(Bytes key) {
        byte[] value = store.get(key);
        return value == null ? null : whole(key, value);
    }

    /** Forgets the value of a key, if it has one. */
    public void delete(Bytes key) {
        forgetPieces(key);
        store.delete(key);
    }

    /** All values in the order of their keys; to be closed. */
    public KeyValueIterator<Bytes, byte[]> all() {
        return new Whole(store.all());
    }

    /** The values of the keys from one to another, both included; to be closed. */
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        return new Whole(store.range(from, to));
    }

    private void forgetPieces(Bytes key) {
        Integer pieces = inPieces.remove(key);
        for (int i = 0; pieces != null && i < pieces; i++) {
            store.delete(piece(key, i));
        }
    }

    private byte[] whole(Bytes key, byte[] value) {
        if (!inPieces.containsKey(key)) {
            return value;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 0; i < inPieces.get(key); i++) {
            whole.writeBytes(store.get(piece(key, i)));
        }
        return whole.toByteArray();
    }

    private static boolean isHead(byte[] value) {
        return value.length == HEAD && value[0] == MARK;
    }

    private static int pieces(byte[] head) {
        return ByteBuffer.wrap(head).getInt(Byte.BYTES);
    }

    private static Bytes piece(Bytes key, int index) {
        return Bytes.wrap(ByteBuffer.allocate(key.get().length + Integer.BYTES)
                .put(key.get())
                .putInt(index)
                .array());
    }

    /** Goes over whole values, and over no pieces. */
    private final class Whole implements KeyValueIterator<Bytes, byte[]> {
        private final KeyValueIterator<Bytes, byte[]> entries;
        private KeyValue<Bytes, byte[]> next;

        Whole(KeyValueIterator<Bytes, byte[]> entries) {
            this.entries = entries;
            advance(entries);
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public KeyValue<Bytes, byte[]> next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            KeyValue<Bytes, byte[]> taken = next;
            advance(entries);
            return KeyValue.pair(taken.key, whole(taken.key, taken.value));
        }

        @Override
        public Bytes peekNextKey() {
            return next.key;
        }

        @Override
        public void close() {
            entries.close();
        }

        private void advance(Iterator<KeyValue<Bytes, byte[]>> from) {
            next = null;
            while (next == null && from.hasNext()) {
                KeyValue<Bytes, byte[]> entry = from.next();
                if (entry.key.get().length == keyBytes) {
                    next = entry;
                }
            }
        }
    }
}
