package io.inkstream.ops.client;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Publishes documents without waiting for the brokers after each, and reports what became of each in the order in which they
 * were given. For one thread.
 *
 * <p>A document that is itself at fault, because no topic takes it, leaves the others alone. Any other failure would be
 * theirs as well: it ends the sending, and those that are under way are still waited for.
 */
public final class PipelinedWriter {
    private final Sink sink;
    private final int mostInFlight;
    private final Report report;
    private final Queue<Sent> inFlight = new ArrayDeque<>();
    private Exception firstFailure;
    private boolean isBroken;
    private long sent;
    private long written;
    private long failed;

    /** Takes documents without waiting for the brokers, as {@link TextWriter#send(String, TextDocument)} does. */
    @FunctionalInterface
    public interface Sink {
        /** Completes with the place of the document, or with the reason why it has none; within a bounded time. */
        CompletableFuture<RecordMetadata> send(String document, TextDocument text);
    }

    /** Hears what became of each document. */
    public interface Report {
        /** The brokers have it. */
        void written(String document, TextDocument text, RecordMetadata at);

        /** They do not. */
        void failed(String document, Exception reason);
    }

    private record Sent(String document, TextDocument text, CompletableFuture<RecordMetadata> place) {}

    /**
     * Sends nothing yet.
     *
     * @param mostInFlight documents that may be sent and not yet acknowledged, at least 1
     */
    public PipelinedWriter(Sink sink, int mostInFlight, Report report) {
        if (mostInFlight < 1) {
            throw new IllegalArgumentException("at least one is in flight, not " + mostInFlight);
        }
        this.sink = requireNonNull(sink, "sink");
        this.mostInFlight = mostInFlight;
        this.report = requireNonNull(report, "report");
    }

    /**
     * Sends one document, after waiting for the oldest while too many are in flight.
     *
     * @return false if it was not sent, and no other is to follow
     */
    public boolean write(String document, TextDocument text) {
        while (!inFlight.isEmpty()
                && (inFlight.size() >= mostInFlight
                        || inFlight.element().place().isDone())) {
            settle(inFlight.remove());
        }
        if (isBroken) {
            return false;
        }
        sent++;
        inFlight.add(new Sent(document, text, sink.send(document, text)));
        return true;
    }

    /** Waits for all that are in flight. */
    public void finish() {
        while (!inFlight.isEmpty()) {
            settle(inFlight.remove());
        }
    }

    /** Documents that were sent. */
    public long sent() {
        return sent;
    }

    /** Documents of which it is known that the brokers have them. */
    public long written() {
        return written;
    }

    /** Documents of which it is known that they have not. */
    public long failed() {
        return failed;
    }

    /** Why the first of these failed. */
    public Optional<Exception> firstFailure() {
        return Optional.ofNullable(firstFailure);
    }

    private void settle(Sent one) {
        try {
            RecordMetadata at = one.place().get();
            written++;
            report.written(one.document(), one.text(), at);
        } catch (ExecutionException e) {
            Exception reason = e.getCause() instanceof Exception cause ? cause : e;
            failed++;
            if (firstFailure == null) {
                firstFailure = reason;
            }
            isBroken |= !isFaultOfTheDocument(reason);
            report.failed(one.document(), reason);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean isFaultOfTheDocument(Exception reason) {
        return reason instanceof RecordTooLargeException
                || (reason instanceof SerializationException
                        && !(reason.getCause() instanceof RegistryUnavailableException));
    }
}
