package io.inkstream.ops.web;

import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What has arrived of one document so far, kept so that a browser may come late or come back; of a document larger than a
 * mailbox the beginning. Safe for many threads.
 */
final class Mailbox {
    /** Some two thousand lines; sixteen such documents are kept. */
    private static final long MOST_BYTES = 16 << 20;

    private final List<DocumentEvent> events = new ArrayList<>();
    private final Completion completion;
    private long bytes;
    private boolean complete;

    /** @param pages whether the document asked for pages */
    Mailbox(boolean pages) {
        this.completion = new Completion(pages);
    }

    synchronized void put(DocumentEvent event) {
        bytes += event.match(
                line -> line.image().getPng().remaining(),
                page -> page.image().getPng().remaining(),
                refused -> 0);
        if (bytes <= MOST_BYTES) {
            events.add(event);
        }
        complete |= completion.isCompletedBy(event) || bytes > MOST_BYTES;
        notifyAll();
    }

    /**
     * Returns what came after the first {@code seen} events; waits for more, at most as long as said, when there is none
     * and more is to come.
     */
    synchronized List<DocumentEvent> after(int seen, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (events.size() <= seen && !complete) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                return List.of();
            }
            wait(millis);
        }
        return List.copyOf(events.subList(Math.min(seen, events.size()), events.size()));
    }

    /** Whether nothing comes after the first {@code seen} events. */
    synchronized boolean isDrained(int seen) {
        return complete && seen >= events.size();
    }

    /** Whether more has come than is kept. */
    synchronized boolean isCut() {
        return bytes > MOST_BYTES;
    }

    synchronized List<DocumentEvent> all() {
        return List.copyOf(events);
    }
}
