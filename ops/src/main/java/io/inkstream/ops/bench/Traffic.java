package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;

/**
 * A steady stream of documents, and a look at all that is read of them, committed records only, by a {@link Ledger}. What else
 * a benchmark looks at, its own kind of traffic does.
 *
 * <p>Runs on threads of its own between {@link #start} and {@link #drain}; what is overridden runs on the reader's, which also
 * is the only one that may look at more of a document than when it was due. Memory grows by the documents.
 */
public abstract class Traffic {
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    /** A wait for the first line that is as wanted. */
    private record Watch(BiPredicate<Sent, LineImage> wanted, CompletableFuture<Long> readAtNanos) {}

    private final Cluster cluster;
    private final Documents documents;
    private final String name;
    private final double documentsPerNano;
    private final int producers;
    private final List<Thread> writers = new ArrayList<>();
    private final Thread reader = new Thread(this::read, "traffic-reader");
    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Queue<Watch> watches = new ConcurrentLinkedQueue<>();
    private final Ledger ledger;
    private volatile boolean isSending = true;
    private volatile boolean isAllSent;
    private volatile long drainedByNanos;
    private volatile long startNanos;
    private volatile long lines;
    private volatile String goingOn = "";

    /**
     * Nothing is sent yet.
     *
     * @param name what the ids of the documents begin with
     * @param producers that send, each in turn
     */
    protected Traffic(Cluster cluster, Documents documents, String name, double linesPerSecond, int producers) {
        this.cluster = cluster;
        this.documents = documents;
        this.ledger = new Ledger(documents, this::goingOn);
        this.name = name;
        this.documentsPerNano = linesPerSecond / documents.lines(0) / 1e9;
        this.producers = producers;
    }

    /** Looks at a line that was read, after it was counted. */
    protected abstract void read(Sent document, LineImage line, long nowNanos);

    /** Looks at a page that was read, after it was counted. */
    protected void read(Sent document, PageImage page) {}

    /** When a document is to be sent: asked again and again until it is. */
    protected long dueNanos(int number) {
        return startNanos + (long) (number / documentsPerNano);
    }

    /** Is called every few milliseconds. */
    protected void polled() {}

    /** Begins, and returns when documents are being sent. */
    public final void start() {
        reader.start();
        reading.join();
        startNanos = System.nanoTime();
        for (int i = 0; i < producers; i++) {
            int producer = i;
            Thread writer = new Thread(() -> write(producer), "traffic-writer-" + i);
            writers.add(writer);
            writer.start();
        }
    }

    /** From now on this is to blame for what is seen. */
    public final void goesOn(String what) {
        goingOn = what;
    }

    /** What was said last; nothing at first. */
    protected final String goingOn() {
        return goingOn;
    }

    /** Lines so far. */
    public final long lines() {
        return lines;
    }

    /** Completes with the moment at which the first line was read that is as wanted, from now on. */
    protected final CompletableFuture<Long> firstLine(BiPredicate<Sent, LineImage> wanted) {
        Watch watch = new Watch(wanted, new CompletableFuture<>());
        watches.add(watch);
        return watch.readAtNanos();
    }

    /** Documents of which something must still come. */
    protected final int open() {
        return ledger.open();
    }

    /** When the oldest document was due that lacks something; {@link Long#MAX_VALUE} if none does. */
    public final long oldestOpenNanos() {
        return ledger.oldest().map(Sent::dueNanos).orElse(Long.MAX_VALUE);
    }

    /** Whether no document waits for longer than that. */
    protected final boolean isWithin(Duration wait) {
        return oldestOpenNanos() > System.nanoTime() - wait.toNanos();
    }

    /**
     * Waits until no document waits for longer than {@code wait} any more.
     *
     * @return whether that came about within the limit
     */
    protected final boolean awaitWithin(Duration wait, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isWithin(wait)) {
            check();
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Pause.of(POLL);
        }
        return true;
    }

    /** Describes the document that has waited longest. */
    public final String oldest() {
        return ledger.oldest()
                .map(document -> document + " since "
                        + Duration.ofNanos(System.nanoTime() - document.dueNanos())
                                .toSeconds() + " s; " + open() + " are open")
                .orElse("none");
    }

    /** @throws IllegalStateException if it cannot go on */
    public final void check() {
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "the load could not go on: " + failure.get().getMessage(), failure.get());
        }
    }

    /** Sends nothing more, waits for what is still to come, at most as long as said, and says what came. */
    protected final Tally drain(Duration limit) throws InterruptedException {
        isSending = false;
        for (Thread writer : writers) {
            writer.join();
        }
        drainedByNanos = System.nanoTime() + limit.toNanos();
        isAllSent = true;
        reader.join();
        check();
        return ledger.close();
    }

    /** Notes what should not have been seen. */
    protected final void problem(String what) {
        ledger.problem(what);
    }

    private void write(int producer) {
        try (TextWriter writer = cluster.textWriter()) {
            for (int i = producer; failure.get() == null; i += producers) {
                long due = dueNanos(i);
                for (; isSending && due - System.nanoTime() > 0; due = dueNanos(i)) {
                    LockSupport.parkNanos(Math.min(due - System.nanoTime(), POLL.toNanos()));
                }
                if (!isSending) {
                    return;
                }
                ledger.send(i, due);
                for (int copy = 0; copy < documents.copies(i); copy++) {
                    writer.send(name + i, documents.document(i), e -> failure.compareAndSet(null, e));
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void read() {
        try (EventReader events = cluster.eventReader(EventReader.From.END)) {
            reading.complete(null);
            while (failure.get() == null && (!isAllSent || (open() > 0 && System.nanoTime() - drainedByNanos < 0))) {
                events.poll(POLL).forEach(this::take);
                polled();
            }
            // What comes twice comes late.
            for (long until = System.nanoTime() + AFTERMATH.toNanos(); System.nanoTime() - until < 0; ) {
                events.poll(POLL).forEach(this::take);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            reading.complete(null);
        }
    }

    private void take(DocumentEvent event) {
        if (!event.document().startsWith(name)) {
            return;
        }
        Sent document = ledger.sent(Integer.parseInt(event.document().substring(name.length())));
        long now = System.nanoTime();
        ledger.take(document, event);
        event.match(
                line -> {
                    lines++;
                    read(document, line.image(), now);
                    watches.removeIf(watch -> watch.wanted().test(document, line.image())
                            && watch.readAtNanos().complete(now));
                    return document;
                },
                page -> {
                    read(document, page.image());
                    return document;
                },
                refused -> document);
    }

    /** The version that a line names, and its bytes. */
    protected static String modelOf(LineImage line) {
        return Ledger.modelOf(line);
    }
}
