package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelChunk;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts bundles together from chunks in any order, in bounded memory: sets that nobody waits for are forgotten
 * first, then those that were touched least recently. Not thread-safe.
 */
final class ChunkBuffer {
    /** Most bytes of a chunk; the contract of topic {@code model-chunks}. */
    static final int MAX_CHUNK_BYTES = 512 * 1024;

    private final long maxBytes;
    private final LinkedHashMap<Key, Chunks> sets = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * Which bundle a chunk belongs to; chunks that disagree on their number are of different sets, so that a stray one does
     * not keep the others out.
     *
     * @param sha256 of the whole bundle
     * @param count chunks of the whole bundle
     */
    record Key(ModelId model, Sha256 sha256, int count) {}

    ChunkBuffer(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes one chunk in, in the place of an earlier one of its index: of records with one key the topic keeps the latest.
     *
     * @param isAwaited whether an announced version waits for its bundle: others must not push it out
     * @throws RejectedModelException if it breaks the contract; the chunks before it stay
     */
    void add(Key key, ModelChunk chunk, boolean isAwaited) throws RejectedModelException {
        ByteBuffer data = requireNonNull(chunk.getData(), "data");
        int count = key.count();
        int index = chunk.getIndex();
        int length = data.remaining();
        if (count < 1 || index < 0 || index >= count || length < 1 || length > MAX_CHUNK_BYTES) {
            throw new RejectedModelException("chunk " + index + " of " + count + " has " + length
                    + " bytes; a chunk has 1 to " + MAX_CHUNK_BYTES + ", and an index below the count");
        }
        Chunks set = sets.computeIfAbsent(key, k -> new Chunks());
        set.isAwaited |= isAwaited;
        byte[] piece = new byte[length];
        data.duplicate().get(piece);
        byte[] before = set.pieces.put(index, piece);
        if (before != null) {
            set.bytes -= before.length;
            bytes -= cost(before);
        }
        set.bytes += length;
        bytes += cost(piece);
        evict(false);
        evict(true);
    }

    /**
     * Returns the whole bundle once all chunks are there, and forgets them.
     *
     * @throws NotNowException if it has another size: they are not its chunks, and are forgotten
     */
    Optional<byte[]> takeComplete(Key key, long sizeBytes) {
        Chunks set = sets.get(key);
        if (set == null || set.pieces.size() < key.count()) {
            return Optional.empty();
        }
        forget(key);
        if (set.bytes != sizeBytes) {
            throw new NotNowException("its bundle has " + set.bytes + " bytes, announced are " + sizeBytes);
        }
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

    private void evict(boolean awaited) {
        if (bytes <= maxBytes) {
            return;
        }
        Iterator<Chunks> oldest = sets.values().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            Chunks set = oldest.next();
            if (set.isAwaited == awaited) {
                bytes -= set.cost();
                oldest.remove();
            }
        }
    }

    /** Counts what a piece takes besides its bytes: a million pieces of one byte are no megabyte. */
    private static long cost(byte[] piece) {
        return piece.length + 128L;
    }

    private static final class Chunks {
        private final TreeMap<Integer, byte[]> pieces = new TreeMap<>();
        private long bytes;
        private boolean isAwaited;

        long cost() {
            return pieces.values().stream().mapToLong(ChunkBuffer::cost).sum();
        }
    }
}
