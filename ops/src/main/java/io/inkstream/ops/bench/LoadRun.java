package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Sends documents, reads their committed lines, and counts; one workload on one cluster. For one thread. */
final class LoadRun {
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What came in the measured time.
     *
     * @param lines read
     * @param seconds that it took
     * @param latencies from before a document was sent to when each of its lines was read
     */
    record Result(long lines, double seconds, Latencies latencies) {
        double linesPerSecond() {
            return lines / seconds;
        }
    }

    private final Cluster cluster;
    private final Workload workload;
    private final String name;
    private final Map<String, Open> open = new HashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private int sent;

    private static final class Open {
        private final long sentNanos = System.nanoTime();
        private int linesLeft = -1;
    }

    LoadRun(Cluster cluster, Workload workload, String name) {
        this.cluster = cluster;
        this.workload = workload;
        this.name = name;
    }

    /**
     * Keeps as many documents open as said, so that the pipeline is never idle.
     *
     * @param atStart is run when measuring begins
     */
    Result saturate(int documents, Duration warmUp, Duration measured, Runnable atStart) {
        return run(warmUp, measured, atStart, elapsedNanos -> open.size() < documents);
    }

    /** Sends at a steady rate, whatever comes back. */
    Result steady(double linesPerSecond, Duration warmUp, Duration measured) {
        double documentsPerNano = linesPerSecond / workload.linesEach() / 1e9;
        return run(warmUp, measured, () -> {}, elapsedNanos -> sent < elapsedNanos * documentsPerNano);
    }

    private interface Pace {
        boolean isDue(long elapsedNanos);
    }

    private Result run(Duration warmUp, Duration measured, Runnable atStart, Pace pace) {
        Latencies latencies = new Latencies();
        long lines = 0;
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            long start = System.nanoTime();
            long from = start + warmUp.toNanos();
            long until = from + measured.toNanos();
            long lastLine = start;
            boolean measuring = false;
            long now = start;
            while (now < until) {
                while (pace.isDue(now - start)) {
                    String id = name + "-" + sent;
                    open.put(id, new Open());
                    writer.send(id, workload.document(sent), failure::set);
                    sent++;
                }
                for (DocumentEvent event : reader.poll(POLL)) {
                    Open document = open.get(event.document());
                    if (document != null) {
                        lastLine = System.nanoTime();
                        event.match(line -> close(line.document(), document, line.image()), page -> 0, this::refused);
                        if (measuring) {
                            lines++;
                            latencies.add(lastLine - document.sentNanos);
                        }
                    }
                }
                now = System.nanoTime();
                if (!measuring && now >= from) {
                    measuring = true;
                    from = now;
                    atStart.run();
                }
                check(now - lastLine);
            }
            return new Result(lines, (now - from) / 1e9, latencies);
        }
    }

    private int close(String id, Open document, LineImage line) {
        document.linesLeft = (document.linesLeft < 0 ? line.getCount() : document.linesLeft) - 1;
        if (document.linesLeft == 0) {
            open.remove(id);
        }
        return document.linesLeft;
    }

    private int refused(DocumentEvent.Refused refused) {
        throw new IllegalStateException("the pipeline refused a document of the benchmark: "
                + refused.letter().reason() + " " + refused.letter().message());
    }

    private void check(long silentNanos) {
        if (failure.get() != null) {
            throw new IllegalStateException("the brokers did not take a document", failure.get());
        }
        if (silentNanos > PATIENCE.toNanos()) {
            throw new IllegalStateException("no line came for " + PATIENCE.toSeconds() + " s");
        }
    }
}
