package io.inkstream.ops.client;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TextDocument;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Publishes documents at a steady rate until it is told to stop or the brokers refuse one, and counts what they have. What it
 * falls behind by, up to a second, it makes up; after a longer pause it goes on at its rate, without a flood. For one thread.
 */
public final class PacedWriter {
    private static final long MADE_UP_NANOS = Duration.ofSeconds(1).toNanos();
    /** How soon somebody who wants it to stop is heard. */
    private static final long HEARD_WITHIN_NANOS = Duration.ofMillis(100).toNanos();

    private final Sink sink;
    private final long intervalNanos;
    private final LongSupplier nanos;
    private final Pause pause;
    private final BooleanSupplier stopping;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private long sent;
    private long dueNanos;

    /** Takes documents without waiting for the brokers, as {@link TextWriter#send} does. */
    @FunctionalInterface
    public interface Sink {
        void send(String document, TextDocument text, Runnable accepted, Consumer<Exception> failed);
    }

    /** Waits about as long as said; sooner does no harm. */
    @FunctionalInterface
    public interface Pause {
        void ofNanos(long nanos);
    }

    /**
     * Begins now.
     *
     * @param perSecond documents; infinite for as fast as they are taken
     * @param nanos such as {@code System::nanoTime}
     * @param stopping asked before every document, and while it waits
     */
    public PacedWriter(Sink sink, double perSecond, LongSupplier nanos, Pause pause, BooleanSupplier stopping) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("the rate is above 0, not " + perSecond);
        }
        this.sink = requireNonNull(sink, "sink");
        this.intervalNanos = (long) (1e9 / perSecond);
        this.nanos = requireNonNull(nanos, "nanos");
        this.pause = requireNonNull(pause, "pause");
        this.stopping = requireNonNull(stopping, "stopping");
        this.dueNanos = nanos.getAsLong();
    }

    /**
     * Publishes a document when its turn comes.
     *
     * @return false if it was not, and no other is to follow: told to stop, or one was refused
     */
    public boolean write(String document, TextDocument text) {
        if (!awaitTurn()) {
            return false;
        }
        sent++;
        sink.send(
                document,
                text,
                acknowledged::incrementAndGet,
                exception -> failure.compareAndSet(null, "document " + document + ": " + exception.getMessage()));
        return true;
    }

    private boolean awaitTurn() {
        while (goesOn()) {
            long early = dueNanos - nanos.getAsLong();
            if (early <= 0) {
                dueNanos += intervalNanos - Math.min(0, early + MADE_UP_NANOS);
                return true;
            }
            pause.ofNanos(Math.min(early, HEARD_WITHIN_NANOS));
        }
        return false;
    }

    /** Whether another document would be taken. */
    public boolean goesOn() {
        return failure.get() == null && !stopping.getAsBoolean();
    }

    /** Documents that were sent. */
    public long sent() {
        return sent;
    }

    /** Documents that the brokers have; all that they will ever have once the sink has been closed. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** The first document that they refused, and why. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }
}
