package io.inkstream.topology.shadow;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.routing.Version;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The emitted lines of one task that wait to be drawn by a shadow, and the reports that wait to be written. Bounded: what is
 * too much is dropped and counted. For one thread.
 */
public final class ShadowQueue {
    /** Of the images that wait: several hundred lines of usual size. */
    private static final int MAX_BYTES = 4 << 20;

    private final Shadows shadows;
    private final int maxBytes;
    private final Deque<ShadowedLine> waiting = new ArrayDeque<>();
    private final Queue<Shadows.Report> reports = new ConcurrentLinkedQueue<>();
    private int waitingBytes;

    /** Begins with nothing. */
    public ShadowQueue(Shadows shadows) {
        this(shadows, MAX_BYTES);
    }

    ShadowQueue(Shadows shadows, int maxBytes) {
        this.shadows = shadows;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a line that was emitted.
     *
     * @param image as it was emitted
     * @param drawn the answer that it was made of
     * @param shadow draws it once more
     */
    public void add(String documentId, LineImage image, Answer.Drawn drawn, Version shadow) {
        ShadowedLine line = new ShadowedLine(documentId, image, drawn, shadow);
        if (waitingBytes + line.bytes() > maxBytes) {
            shadows.dropped();
            return;
        }
        waiting.addLast(line);
        waitingBytes += line.bytes();
    }

    /** Starts queued comparisons, up to the limit of concurrent calls. To be called when no document needs the model servers. */
    public void compare() {
        while (!waiting.isEmpty() && shadows.tryCompare(waiting.getFirst(), reports::add)) {
            waitingBytes -= waiting.removeFirst().bytes();
        }
    }

    /** Hands out the reports that have come. */
    public void drainReports(Consumer<Shadows.Report> writer) {
        for (Shadows.Report report = reports.poll(); report != null; report = reports.poll()) {
            writer.accept(report);
        }
    }
}
