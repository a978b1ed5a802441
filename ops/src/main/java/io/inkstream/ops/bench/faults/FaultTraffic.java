package io.inkstream.ops.bench.faults;

import io.inkstream.ops.bench.Latencies;
import io.inkstream.ops.bench.Sent;
import io.inkstream.ops.bench.Tally;
import io.inkstream.ops.bench.Traffic;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Utils;

/**
 * Known documents by several producers: each line and page must have the text and the bytes that it had the first time. As soon
 * as something goes on, times count as those of a disturbed pipeline.
 */
final class FaultTraffic extends Traffic {
    private static final int PRODUCERS = 3;
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final String NAME = "fault-";

    /**
     * What was seen.
     *
     * @param differing lines and pages of other bytes or another text than the same ones had before
     * @param calm times from when a document was due to reading each of its lines, before the first fault
     * @param disturbed the same since
     * @param slowest of those by what was going on, in milliseconds
     * @param originals each different line as it came first
     */
    record Seen(
            Tally tally,
            long differing,
            Latencies calm,
            Latencies disturbed,
            Map<String, Double> slowest,
            List<LineImage> originals) {}

    private record Shown(String content, String text) {}

    private final KnownDocuments documents;
    private final int partitions;

    // Of the reader's thread alone, until it has ended:
    private final Map<String, Shown> shown = new HashMap<>();
    private final List<LineImage> originals = new ArrayList<>();
    private final Latencies calm = new Latencies();
    private final Latencies disturbed = new Latencies();
    private final Map<String, Double> slowest = new TreeMap<>();
    private long differing;

    /** @param partitions of topic {@code texts} */
    FaultTraffic(Cluster cluster, KnownDocuments documents, double linesPerSecond, int partitions) {
        super(cluster, documents, NAME, linesPerSecond, PRODUCERS);
        this.documents = documents;
        this.partitions = partitions;
    }

    /** Completes with the moment at which the first line was read of a document of the partition that is sent from now on. */
    CompletableFuture<Long> nextLine(int partition) {
        long now = System.nanoTime();
        return firstLine(
                (document, line) -> partition(document.number()) == partition && document.dueNanos() - now > 0);
    }

    /**
     * Waits until no document waits for long any more.
     *
     * @return whether that came about within the limit
     */
    boolean awaitCaughtUp(Duration limit) {
        return awaitWithin(AT_ONCE, limit);
    }

    /** Whether no document waits for long. */
    boolean hasCaughtUp() {
        return isWithin(AT_ONCE);
    }

    /** Sends nothing more, waits for what is still to come, at most as long as said, and says what was seen. */
    Seen end(Duration limit) throws InterruptedException {
        Tally tally = drain(limit);
        return new Seen(tally, differing, calm, disturbed, slowest, originals);
    }

    @Override
    protected void read(Sent document, LineImage line, long nowNanos) {
        int number = document.number();
        if (line.getIndex() < documents.lines(number)) {
            String name = KnownDocuments.content(number) + "/" + line.getIndex() + " by " + modelOf(line);
            if (isFirst(name, digest(line.getPng()) + line.getGlyphs(), line.getText())) {
                originals.add(line);
            }
            if (!line.getText().equals(documents.text(number, line.getIndex()))) {
                differing++;
                problem("line " + line.getIndex() + " of document " + number + " reads " + line.getText());
            }
        }
        time(nowNanos - document.dueNanos());
    }

    @Override
    protected void read(Sent document, PageImage page) {
        String name = KnownDocuments.content(document.number()) + " page " + page.getIndex() + " by "
                + page.getProvenance().getModel() + " " + page.getProvenance().getModelSha256();
        isFirst(name, digest(page.getPng()), "");
    }

    /** Compares with the first of this name, if there was one. */
    private boolean isFirst(String name, String content, String text) {
        Shown now = new Shown(content, text);
        Shown before = shown.putIfAbsent(name, now);
        if (before != null && !before.equals(now)) {
            differing++;
            problem(name + " is not what it was");
        }
        return before == null;
    }

    private void time(long nanos) {
        String what = goingOn();
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

    private static String digest(ByteBuffer png) {
        byte[] bytes = BufferBytes.of(png);
        return Sha256.of(bytes).toString();
    }
}
