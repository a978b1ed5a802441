package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A steady stream of documents, and a close look at every line that comes of them: whether it is there, once, in its turn,
 * of the version that drew the document's other lines, and of bytes that this version was announced with.
 *
 * <p>Runs on a thread of its own between {@link #start} and {@link #end}; memory grows by the times of lines and by the
 * samples, which are bounded.
 */
final class SwapTraffic {
    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration DRAIN = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final String NAME = "swap-";
    /** The first lines after a change are where a mix-up would be; of the others, some. */
    private static final int SAMPLES_AFTER_A_CHANGE = 2;

    private static final double SAMPLED_SHARE = 0.002;
    private static final int MOST_SAMPLES = 8_000;

    /**
     * What was seen.
     *
     * @param lost lines that never came
     * @param doubled lines that came again
     * @param reordered lines that came before their turn
     * @param mixedDocuments documents whose lines name more than one version
     * @param wrongBytes lines that name other bytes than their version was announced with
     * @param calm times from when a document was due to be sent to reading each of its lines, before the first swap
     * @param swapping the same since, apart from documents that a kill held up
     * @param samples some of the lines, those after changes above all
     */
    record Seen(
            long documents,
            long lines,
            long lost,
            long doubled,
            long reordered,
            long mixedDocuments,
            long wrongBytes,
            Latencies calm,
            Latencies swapping,
            List<LineImage> samples) {}

    /** A wait for the first line that is as wanted. */
    private record Watch(Predicate<LineImage> wanted, CompletableFuture<Long> readAtNanos) {}

    private static final class Open {
        private final long dueNanos;
        private final boolean isExcused;
        private long seen; // a bit a line
        private String model = "";
        private boolean isMixed;

        Open(long dueNanos, boolean isExcused) {
            this.dueNanos = dueNanos;
            this.isExcused = isExcused;
        }

        int lines() {
            return Long.bitCount(seen);
        }
    }

    private enum Phase {
        WARMING,
        CALM,
        SWAPPING,
        DRAINING
    }

    private final Cluster cluster;
    private final Workload workload;
    private final double documentsPerNano;
    private final Random random;
    private final Thread thread = new Thread(this::run, "swap-traffic");
    private final Map<String, String> announced = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Watch> watches = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private volatile Phase phase = Phase.WARMING;
    private volatile boolean isDisturbed;
    private volatile boolean isDown;
    private volatile long oldestOpenNanos = Long.MAX_VALUE;

    // Of the thread alone, until it has ended:
    private final Map<Integer, Open> open = new LinkedHashMap<>();
    private final Latencies calm = new Latencies();
    private final Latencies swapping = new Latencies();
    private final List<LineImage> samples = new ArrayList<>();
    private String lastModel = "";
    private int samplesDue;
    private int sent;
    private long lines;
    private long lost;
    private long doubled;
    private long reordered;
    private long mixed;
    private long wrongBytes;

    /** @param seed chooses the samples */
    SwapTraffic(Cluster cluster, Workload workload, double linesPerSecond, long seed) {
        this.cluster = cluster;
        this.workload = workload;
        this.documentsPerNano = linesPerSecond / workload.linesEach() / 1e9;
        this.random = new Random(seed);
    }

    /** Says which bytes a version was announced with; before any line of it can come. */
    void announced(String id, String sha256) {
        announced.put(id, sha256);
    }

    /** Begins, and returns when documents are being sent. */
    void start() {
        thread.start();
        begun.join();
    }

    /** From now on times count, as those of a pipeline that nobody disturbs. */
    void calmBegins() {
        phase = Phase.CALM;
    }

    /** Ends the calm: from now on swaps are to blame for what is late. */
    void swapsBegin() {
        phase = Phase.SWAPPING;
    }

    /** Something was killed: documents are held up from now on. */
    synchronized void killed() {
        isDown = true;
        isDisturbed = true;
    }

    /** What was killed is there again; documents that wait for it are excused until none does. */
    synchronized void restarted() {
        isDown = false;
    }

    /** Completes with the time at which the first line was read that is as wanted. */
    CompletableFuture<Long> firstLine(Predicate<LineImage> wanted) {
        Watch watch = new Watch(wanted, new CompletableFuture<>());
        watches.add(watch);
        return watch.readAtNanos();
    }

    /**
     * Waits until no document waits for long any more, or one has waited for {@code limit}, which is lost then.
     *
     * @throws IllegalStateException if that takes longer than {@code limit} though documents get on: more is sent than goes
     *     here
     */
    void awaitCaughtUp(Duration limit) {
        long start = System.nanoTime();
        long oldest = oldestOpenNanos;
        while (waitsFor(AT_ONCE)) {
            check();
            if (System.nanoTime() - start > limit.toNanos()) {
                if (oldestOpenNanos == oldest) {
                    return; // it is counted in the end
                }
                throw new IllegalStateException("documents wait for longer and longer: "
                        + Math.round(documentsPerNano * workload.linesEach() * 1e9)
                        + " lines/s are more than go here");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean waitsFor(Duration duration) {
        return oldestOpenNanos <= System.nanoTime() - duration.toNanos();
    }

    /** When the oldest document was due to be sent that lacks a line; {@link Long#MAX_VALUE} if none does. */
    long oldestOpenNanos() {
        return oldestOpenNanos;
    }

    /** Whether documents are held up by a kill, or were a moment ago. */
    boolean isDisturbed() {
        return isDisturbed;
    }

    /** @throws IllegalStateException if it cannot go on */
    void check() {
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "the load could not go on: " + failure.get().getMessage(), failure.get());
        }
    }

    /** Sends nothing more, waits for what is still to come, and says what was seen. */
    Seen end() throws InterruptedException {
        phase = Phase.DRAINING;
        thread.join();
        check();
        lost += open.values().stream()
                .mapToLong(document -> workload.linesEach() - document.lines())
                .sum();
        return new Seen(sent, lines, lost, doubled, reordered, mixed, wrongBytes, calm, swapping, samples);
    }

    private void run() {
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            long start = System.nanoTime();
            long drainedBy = Long.MAX_VALUE;
            begun.complete(null);
            while (true) {
                long now = System.nanoTime();
                if (phase != Phase.DRAINING) {
                    while (sent < (now - start) * documentsPerNano) {
                        open.put(sent, new Open(start + (long) (sent / documentsPerNano), isDisturbed));
                        writer.send(NAME + sent, workload.document(sent), e -> failure.compareAndSet(null, e));
                        sent++;
                    }
                } else if (drainedBy == Long.MAX_VALUE) {
                    drainedBy = now + DRAIN.toNanos();
                } else if (open.isEmpty() || now - drainedBy > 0) {
                    reader.poll(Duration.ofSeconds(1)).forEach(this::take); // what comes twice comes late
                    return;
                }
                reader.poll(POLL).forEach(this::take);
                settle();
                if (failure.get() != null) {
                    return;
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            begun.complete(null);
        }
    }

    /** A kill is over when no document waits for long any more. */
    private synchronized void settle() {
        Iterator<Open> oldest = open.values().iterator();
        oldestOpenNanos = oldest.hasNext() ? oldest.next().dueNanos : Long.MAX_VALUE;
        if (isDisturbed && !isDown && !waitsFor(SOON)) {
            isDisturbed = false;
        }
    }

    private void take(DocumentEvent event) {
        if (!event.document().startsWith(NAME)) {
            return;
        }
        int number = Integer.parseInt(event.document().substring(NAME.length()));
        event.match(
                line -> {
                    take(number, line.image());
                    return 0;
                },
                page -> 0,
                refused -> {
                    Open document = open.remove(number);
                    lost += document == null ? 0 : workload.linesEach() - document.lines();
                    return 0;
                });
    }

    private void take(int number, LineImage line) {
        long now = System.nanoTime();
        Open document = open.get(number);
        if (document == null) {
            doubled++;
            return;
        }
        lines++;
        long bit = 1L << line.getIndex();
        if ((document.seen & bit) != 0) {
            doubled++;
        } else if (line.getIndex() != document.lines()) {
            reordered++;
        }
        document.seen |= bit;
        String model = line.getProvenance().getModel();
        if (!document.model.isEmpty() && !document.model.equals(model) && !document.isMixed) {
            document.isMixed = true;
            mixed++;
        }
        document.model = model;
        if (!line.getProvenance().getModelSha256().equals(announced.get(model))) {
            wrongBytes++;
        }
        sample(line, model);
        time(document, now);
        watches.removeIf(
                watch -> watch.wanted().test(line) && watch.readAtNanos().complete(now));
        if (document.lines() == workload.linesEach()) {
            open.remove(number);
        }
    }

    private void time(Open document, long now) {
        if (phase == Phase.CALM) {
            calm.add(now - document.dueNanos);
        } else if (phase != Phase.WARMING && !document.isExcused && !isDisturbed) {
            swapping.add(now - document.dueNanos);
        }
    }

    private void sample(LineImage line, String model) {
        if (!model.equals(lastModel)) {
            lastModel = model;
            samplesDue = SAMPLES_AFTER_A_CHANGE;
        }
        boolean isDue = samplesDue > 0;
        if (samples.size() < MOST_SAMPLES && (isDue || random.nextDouble() < SAMPLED_SHARE)) {
            samples.add(line);
            samplesDue = Math.max(0, samplesDue - 1);
        }
    }
}
