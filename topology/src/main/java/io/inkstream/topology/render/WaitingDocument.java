package io.inkstream.topology.render;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.routing.Assignment;
import io.inkstream.topology.state.PendingDocument;
import java.util.Optional;

/** A document that waits to be planned: what of it is read so far, and what is not in a store yet. For one thread. */
final class WaitingDocument extends OpenDocument {
    private final Optional<Assignment> refusedBy;
    private Optional<byte[]> arrived;
    private Optional<TextDocument> text = Optional.empty();

    private WaitingDocument(
            long sequence, PendingDocument head, long nowMs, Optional<byte[]> arrived, Optional<Assignment> refusedBy) {
        super(sequence, head, nowMs);
        this.arrived = arrived;
        this.refusedBy = refusedBy;
    }

    /**
     * A document that no store has yet.
     *
     * @param head what the stores keep of it, but its value
     */
    static WaitingDocument arrived(long sequence, PendingDocument head, byte[] value, long nowMs) {
        return new WaitingDocument(sequence, head, nowMs, Optional.of(value), Optional.empty());
    }

    /**
     * A document that a store keeps.
     *
     * @param head what the stores keep of it, but its value
     */
    static WaitingDocument kept(long sequence, PendingDocument head, long nowMs) {
        return new WaitingDocument(sequence, head, nowMs, Optional.empty(), Optional.empty());
    }

    /**
     * The same document as if nothing had been planned; what is still answered for the old plan belongs to nobody.
     *
     * @param refusedBy the candidate that the document must not be given to again, if that is why
     */
    static WaitingDocument anew(Drawing before, Optional<Assignment> refusedBy) {
        return new WaitingDocument(before.sequence(), before.head(), before.openedAtMs(), Optional.empty(), refusedBy);
    }

    @Override
    int linesLeft() {
        return 0;
    }

    @Override
    long bytes() {
        return super.bytes()
                + arrived.map(value -> (long) value.length).orElse(0L)
                + text.map(document -> 2L * document.getText().length()).orElse(0L);
    }

    /** The candidate that has refused to draw the document. */
    Optional<Assignment> refusedBy() {
        return refusedBy;
    }

    /** The value as it came, until it is in a store. */
    Optional<byte[]> arrived() {
        return arrived;
    }

    void isKept() {
        arrived = Optional.empty();
    }

    /** The document, once it is decoded. */
    Optional<TextDocument> text() {
        return text;
    }

    void decoded(TextDocument document) {
        text = Optional.of(document);
    }
}
