package io.inkstream.topology.render;

import io.inkstream.topology.state.PendingDocument;
import java.nio.charset.StandardCharsets;

/**
 * An unfinished document of one task: it waits to be planned, or is being drawn. This is what is known of it in both cases. What
 * must outlive a crash is in the stores. For one thread.
 */
abstract sealed class OpenDocument permits WaitingDocument, Drawing {
    private final long sequence;
    private final PendingDocument head;
    private final long openedAtMs;
    private final Wait wait;

    OpenDocument(long sequence, PendingDocument head, long openedAtMs) {
        this.sequence = sequence;
        this.head = head;
        this.openedAtMs = openedAtMs;
        this.wait = new Wait(openedAtMs);
    }

    /** The same document, which goes on as something else. */
    OpenDocument(OpenDocument before) {
        this.sequence = before.sequence;
        this.head = before.head;
        this.openedAtMs = before.openedAtMs;
        this.wait = before.wait;
    }

    /** Lines that are known and not out. */
    abstract int linesLeft();

    /** Memory that it takes, about. */
    long bytes() {
        return head.getKey().remaining();
    }

    long sequence() {
        return sequence;
    }

    /** What is known of the record that it came in, but for its value. */
    PendingDocument head() {
        return head;
    }

    String id() {
        return StandardCharsets.UTF_8.decode(head.getKey().duplicate()).toString();
    }

    /** When this process took it up. */
    long openedAtMs() {
        return openedAtMs;
    }

    /** What it waits for before it can go on. */
    Wait waits() {
        return wait;
    }
}
