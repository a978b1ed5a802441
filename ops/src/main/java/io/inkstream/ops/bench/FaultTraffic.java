package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.TextDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Utils;

/**
 * A steady stream of known documents by several producers, and a close look at all that is read of them, committed records
 * only: each line and page once, in its turn, of one version, with the text and the bytes that it had the first time; of what
 * cannot be used one dead letter and nothing else.
 *
 * <p>Runs on threads of its own between {@link #start} and {@link #end}.
 */
final class FaultTraffic {
    private static final int PRODUCERS = 3;
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration AFTERMATH = Duration.ofSeconds(2);
    private static final int MOST_PROBLEMS = 20;
    private static final String NAME = "fault-";

    /** A document on its way, or done: what comes of it then is too much. Only the reader's thread looks at the counts. */
    private static final class Sent {
        private final long dueNanos;
        private int lines;
        private int pages;
        private int letters;
        private String model = "";

        Sent(long dueNanos) {
            this.dueNanos = dueNanos;
        }
    }

    /** A wait for the first line of a document of a partition that was due after a moment. */
    private record Watch(int partition, long afterNanos, CompletableFuture<Long> readAtNanos) {}

    private record Shown(String content, String text) {}

    private final Cluster cluster;
    private final KnownDocuments documents;
    private final double documentsPerNano;
    private final int partitions;
    private final List<Thread> writers = new ArrayList<>();
    private final Thread reader = new Thread(this::read, "fault-reader");
    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final ConcurrentLinkedQueue<Watch> watches = new ConcurrentLinkedQueue<>();
    private final NavigableMap<Integer, Sent> open = new ConcurrentSkipListMap<>();
    private volatile String goingOn = "";
    private volatile boolean isSending = true;
    private volatile boolean isAllSent;
    private volatile long drainedByNanos;
    private volatile long startNanos;
    private volatile long linesRead;

    // Of the reader's thread alone, until it has ended:
    private final Map<Integer, Sent> done = new HashMap<>();
    private final Map<String, Shown> shown = new HashMap<>();
    private final List<LineImage> originals = new ArrayList<>();
    private final Latencies calm = new Latencies();
    private final Latencies disturbed = new Latencies();
    private final Map<String, Double> slowest = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private long pages;
    private long letters;
    private long lost;
    private long doubled;
    private long reordered;
    private long mixed;
    private long differing;
    private long both;

    /** @param partitions of topic {@code texts} */
    FaultTraffic(Cluster cluster, KnownDocuments documents, double linesPerSecond, int partitions) {
        this.cluster = cluster;
        this.documents = documents;
        this.documentsPerNano = linesPerSecond / documents.lines(0) / 1e9;
        this.partitions = partitions;
    }

    /** Begins, and returns when documents are being sent. */
    void start() {
        reader.start();
        reading.join();
        startNanos = System.nanoTime();
        for (int i = 0; i < PRODUCERS; i++) {
            int producer = i;
            Thread writer = new Thread(() -> write(producer), "fault-writer-" + i);
            writers.add(writer);
            writer.start();
        }
    }

    /** From now on lines count as those of a disturbed pipeline, and are late because of this. */
    void goesOn(String what) {
        goingOn = what;
    }

    /** Lines so far. */
    long lines() {
        return linesRead;
    }

    /** Completes with the moment at which the first line was read of a document of the partition that is sent from now on. */
    CompletableFuture<Long> nextLine(int partition) {
        Watch watch = new Watch(partition, System.nanoTime(), new CompletableFuture<>());
        watches.add(watch);
        return watch.readAtNanos();
    }

    /**
     * Waits until no document waits for long any more.
     *
     * @return whether that came about within the limit
     */
    boolean awaitCaughtUp(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            check();
            if (hasCaughtUp()) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Whether no document waits for long. */
    boolean hasCaughtUp() {
        Map.Entry<Integer, Sent> oldest = open.firstEntry();
        return oldest == null || System.nanoTime() - oldest.getValue().dueNanos < AT_ONCE.toNanos();
    }

    /** Describes the document that has waited longest. */
    String oldest() {
        Map.Entry<Integer, Sent> oldest = open.firstEntry();
        return oldest == null
                ? "none"
                : NAME + oldest.getKey() + " with " + oldest.getValue().lines + " lines since "
                        + Duration.ofNanos(System.nanoTime() - oldest.getValue().dueNanos)
                                .toSeconds() + " s; " + open.size() + " are open";
    }

    /** @throws IllegalStateException if it cannot go on */
    void check() {
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "the load could not go on: " + failure.get().getMessage(), failure.get());
        }
    }

    /** Sends nothing more, waits for what is still to come, at most as long as said, and says what was seen. */
    FaultsSeen end(Duration limit) throws InterruptedException {
        isSending = false;
        for (Thread writer : writers) {
            writer.join();
        }
        drainedByNanos = System.nanoTime() + limit.toNanos();
        isAllSent = true;
        reader.join();
        check();
        open.forEach((number, sent) -> {
            int missing = documents.copies(number) * Math.max(1, documents.lines(number)) - sent.lines - sent.letters;
            lost += Math.max(1, missing);
            problem("document " + number + " has " + sent.lines + " lines, " + sent.pages + " pages and " + sent.letters
                    + " dead letters, and waits for more");
        });
        return new FaultsSeen(
                open.size() + done.size(),
                linesRead,
                pages,
                letters,
                lost,
                doubled,
                reordered,
                mixed,
                differing,
                both,
                calm,
                disturbed,
                slowest,
                originals,
                problems);
    }

    private void write(int producer) {
        try (TextWriter writer = cluster.textWriter()) {
            for (int i = producer; isSending && failure.get() == null; i += PRODUCERS) {
                long due = startNanos + (long) (i / documentsPerNano);
                for (long left = due - System.nanoTime(); left > 0 && isSending; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(Math.min(left, PAUSE.toNanos()));
                }
                if (!isSending) {
                    return;
                }
                open.put(i, new Sent(due));
                TextDocument document = documents.document(i);
                for (int copy = 0; copy < documents.copies(i); copy++) {
                    writer.send(NAME + i, document, e -> failure.compareAndSet(null, e));
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void read() {
        try (EventReader events = cluster.eventReader(EventReader.From.END)) {
            reading.complete(null);
            while (failure.get() == null
                    && (!isAllSent || (!open.isEmpty() && System.nanoTime() - drainedByNanos < 0))) {
                events.poll(POLL).forEach(this::take);
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
        if (!event.document().startsWith(NAME)) {
            return;
        }
        int number = Integer.parseInt(event.document().substring(NAME.length()));
        Sent sent = open.containsKey(number) ? open.get(number) : done.get(number);
        event.match(
                line -> {
                    take(number, sent, line.image());
                    return 0;
                },
                page -> {
                    take(number, sent, page.image());
                    return 0;
                },
                refused -> {
                    letters++;
                    sent.letters++;
                    if (!documents.isUnusable(number)) {
                        lost += documents.lines(number);
                        problem("document " + number + " was refused: " + refused.letter());
                    } else if (sent.letters > documents.copies(number)) {
                        doubled++;
                        problem("document " + number + " was refused again");
                    }
                    return 0;
                });
        if (sent.letters > 0 && sent.lines > 0) {
            both++;
            problem("document " + number + " has lines and a dead letter");
        }
        if (isComplete(number, sent) && open.remove(number) != null) {
            done.put(number, sent);
        }
    }

    private boolean isComplete(int number, Sent sent) {
        int copies = documents.copies(number);
        return sent.lines + sent.letters >= copies * Math.max(1, documents.lines(number))
                && sent.pages >= (documents.hasPages(number) && documents.lines(number) > 0 ? copies : 0);
    }

    private void take(int number, Sent sent, LineImage line) {
        long now = System.nanoTime();
        linesRead++;
        int due = sent.lines % Math.max(1, documents.lines(number));
        if (sent.lines >= documents.copies(number) * documents.lines(number) || line.getIndex() < due) {
            doubled++;
            problem("line " + line.getIndex() + " of document " + number + " came again");
        } else if (line.getIndex() > due) {
            reordered++;
            problem("line " + line.getIndex() + " of document " + number + " came in place of line " + due);
        }
        sent.lines++;
        String model =
                line.getProvenance().getModel() + " " + line.getProvenance().getModelSha256();
        if (due > 0 && !sent.model.equals(model)) {
            mixed++;
            problem("document " + number + " is of " + sent.model + " and of " + model);
        }
        sent.model = model;
        if (!documents.isUnusable(number) && line.getIndex() < documents.lines(number)) {
            String name = KnownDocuments.content(number) + "/" + line.getIndex() + " by " + model;
            if (compare(name, digest(line.getPng()) + line.getGlyphs(), line.getText())) {
                originals.add(line);
            }
            if (!line.getText().equals(documents.text(number, line.getIndex()))) {
                differing++;
                problem("line " + line.getIndex() + " of document " + number + " reads " + line.getText());
            }
        }
        time(now - sent.dueNanos);
        int partition = partition(number);
        watches.removeIf(watch -> watch.partition() == partition
                && sent.dueNanos - watch.afterNanos() > 0
                && watch.readAtNanos().complete(now));
    }

    private void take(int number, Sent sent, PageImage page) {
        pages++;
        sent.pages++;
        if (!documents.hasPages(number) || sent.pages > documents.copies(number)) {
            doubled++;
            problem("page " + page.getIndex() + " of document " + number + " came again");
        }
        String name = KnownDocuments.content(number) + " page " + page.getIndex() + " by "
                + page.getProvenance().getModel() + " " + page.getProvenance().getModelSha256();
        compare(name, digest(page.getPng()), "");
    }

    /** Returns whether it is the first of its name. */
    private boolean compare(String name, String content, String text) {
        Shown now = new Shown(content, text);
        Shown before = shown.putIfAbsent(name, now);
        if (before != null && !before.equals(now)) {
            differing++;
            problem(name + " is not what it was");
        }
        return before == null;
    }

    private void time(long nanos) {
        String what = goingOn;
        if (what.isEmpty()) {
            calm.add(nanos);
        } else {
            disturbed.add(nanos);
            slowest.merge(what, nanos / 1e6, Math::max);
        }
    }

    private int partition(int number) {
        byte[] key = (NAME + number).getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    private void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what + " (" + goingOn + ")");
        }
    }

    private static String digest(ByteBuffer png) {
        byte[] bytes = new byte[png.remaining()];
        png.duplicate().get(bytes);
        return Sha256.of(bytes).toString();
    }
}
