package io.inkstream.ops.bench.swaps;

import io.inkstream.ops.bench.Latencies;
import io.inkstream.ops.bench.Sent;
import io.inkstream.ops.bench.Tally;
import io.inkstream.ops.bench.Traffic;
import io.inkstream.ops.bench.Workload;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Documents of which every line must be of bytes that its version was announced with. Takes samples, which are bounded, and
 * times apart from what a kill held up.
 */
final class SwapTraffic extends Traffic {
    private static final Duration DRAIN = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    /** The first lines after a change are where a mix-up would be; of the others, some. */
    private static final int SAMPLES_AFTER_A_CHANGE = 2;

    private static final double SAMPLED_SHARE = 0.002;
    private static final int MOST_SAMPLES = 8_000;

    /**
     * What was seen.
     *
     * @param wrongBytes lines that name other bytes than their version was announced with
     * @param calm times from when a document was due to be sent to reading each of its lines, before the first swap
     * @param swapping the same since, apart from documents that a kill held up
     * @param samples some of the lines, those after changes above all
     */
    record Seen(Tally tally, long wrongBytes, Latencies calm, Latencies swapping, List<LineImage> samples) {}

    private enum Phase {
        WARMING,
        CALM,
        SWAPPING
    }

    private final double linesPerSecond;
    private final Random random;
    private final Map<String, String> announced = new ConcurrentHashMap<>();
    private volatile Phase phase = Phase.WARMING;
    private volatile boolean isDisturbed;
    private volatile boolean isDown;

    // Of the reader's thread alone, until it has ended:
    private final Latencies calm = new Latencies();
    private final Latencies swapping = new Latencies();
    private final List<LineImage> samples = new ArrayList<>();
    private long disturbedUntilNanos = System.nanoTime();
    private String lastModel = "";
    private int samplesDue;
    private long wrongBytes;

    /** @param seed chooses the samples */
    SwapTraffic(Cluster cluster, Workload workload, double linesPerSecond, long seed) {
        super(cluster, workload, "swap-", linesPerSecond, 1);
        this.linesPerSecond = linesPerSecond;
        this.random = new Random(seed);
    }

    /** Says which bytes a version was announced with; before any line of it can come. */
    void announced(String id, String sha256) {
        announced.put(id, sha256);
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
        return firstLine((document, line) -> wanted.test(line));
    }

    /**
     * Waits until no document waits for long any more, or one has waited for {@code limit}, which is lost then.
     *
     * @throws IllegalStateException if that takes longer than {@code limit} though documents get on: more is sent than goes
     *     here
     */
    void awaitCaughtUp(Duration limit) {
        long oldest = oldestOpenNanos();
        if (!awaitWithin(AT_ONCE, limit) && oldestOpenNanos() != oldest) {
            throw new IllegalStateException("documents wait for longer and longer: " + Math.round(linesPerSecond)
                    + " lines/s are more than go here");
        }
    }

    /** Whether documents are held up by a kill, or were a moment ago. */
    boolean isDisturbed() {
        return isDisturbed;
    }

    /** Sends nothing more, waits for what is still to come, and says what was seen. */
    Seen end() throws InterruptedException {
        Tally tally = drain(DRAIN);
        return new Seen(tally, wrongBytes, calm, swapping, samples);
    }

    /** A kill is over when no document waits for long any more. */
    @Override
    protected synchronized void polled() {
        if (isDisturbed) {
            disturbedUntilNanos = System.nanoTime();
            isDisturbed = isDown || !isWithin(SOON);
        }
    }

    @Override
    protected void read(Sent document, LineImage line, long nowNanos) {
        String model = line.getProvenance().getModel();
        if (!line.getProvenance().getModelSha256().equals(announced.get(model))) {
            wrongBytes++;
        }
        sample(line, model);
        if (phase == Phase.CALM) {
            calm.add(nowNanos - document.dueNanos());
        } else if (phase == Phase.SWAPPING && !isDisturbed && document.dueNanos() - disturbedUntilNanos > 0) {
            swapping.add(nowNanos - document.dueNanos());
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
