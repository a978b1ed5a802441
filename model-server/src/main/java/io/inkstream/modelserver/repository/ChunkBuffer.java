package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.ModelChunk;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts bundles together from chunks in any order, in bounded memory: the sets that were touched least recently are
 * forgotten first. Not thread-safe.
 */
final class ChunkBuffer {
    /** Most bytes of a chunk; the contract of topic {@code model-chunks}. */
    static final int MAX_CHUNK_BYTES = 512 * 1024;

    private final long maxBytes;
    private final LinkedHashMap<Key, Chunks> sets = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * Which bundle a chunk belongs to.
     *
     * @param model {@code name:version}
     * @param sha256 of the whole bundle
     */
    record Key(String model, String sha256) {}

    ChunkBuffer(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes one chunk in; the same one again changes nothing.
     *
     * @throws RejectedModelException if it breaks the contract; the chunks before it stay
     */
    void add(Key key, ModelChunk chunk) throws RejectedModelException {
        ByteBuffer data = requireNonNull(chunk.getData(), "data");
        int count = chunk.getCount();
        int index = chunk.getIndex();
        int length = data.remaining();
        if (count < 1 || index < 0 || index >= count || length < 1 || length > MAX_CHUNK_BYTES) {
            throw new RejectedModelException("chunk " + index + " of " + count + " has " + length
                    + " bytes; a chunk has 1 to " + MAX_CHUNK_BYTES + ", and an index below the count");
        }
        Chunks set = sets.computeIfAbsent(key, k -> new Chunks(count));
        if (set.count != count) {
            throw new RejectedModelException(
                    "chunk " + index + " says that there are " + count + " chunks, another one says " + set.count);
        }
        if (set.pieces.containsKey(index)) {
            return;
        }
        byte[] piece = new byte[length];
        data.duplicate().get(piece);
        set.pieces.put(index, piece);
        set.bytes += length;
        bytes += cost(piece);
        evict();
    }

    /** Returns the whole bundle once all chunks are there, and forgets them. */
    Optional<byte[]> takeComplete(Key key) {
        Chunks set = sets.get(key);
        if (set == null || set.pieces.size() < set.count) {
            return Optional.empty();
        }
        forget(key);
        byte[] whole = new byte[Math.toIntExact(set.bytes)];
        int offset = 0;
        for (byte[] piece : set.pieces.values()) {
            System.arraycopy(piece, 0, whole, offset, piece.length);
            offset += piece.length;
        }
        return Optional.of(whole);
    }

    /** How many chunks of a bundle are there. */
    int present(Key key) {
        Chunks set = sets.get(key);
        return set == null ? 0 : set.pieces.size();
    }

    /** Forgets the chunks of a bundle. */
    void forget(Key key) {
        Chunks set = sets.remove(key);
        if (set != null) {
            bytes -= set.cost();
        }
    }

    private void evict() {
        Iterator<Chunks> oldest = sets.values().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            bytes -= oldest.next().cost();
            oldest.remove();
        }
    }

    /** Counts what a piece takes besides its bytes: a million pieces of one byte are no megabyte. */
    private static long cost(byte[] piece) {
        return piece.length + 128L;
    }

    private static final class Chunks {
        private final int count;
        private final TreeMap<Integer, byte[]> pieces = new TreeMap<>();
        private long bytes;

        Chunks(int count) {
            this.count = count;
        }

        long cost() {
            return pieces.values().stream().mapToLong(ChunkBuffer::cost).sum();
        }
    }
}
