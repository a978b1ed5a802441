package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** Measures a fresh Inkstream: real broker, registry, model server and topology, exactly-once. */
public final class Bench {
    /** Open documents of ten lines that keep two cores busy; more only wait longer. */
    private static final int OPEN_DOCUMENTS = 48;

    private static final int OPEN_NEW_HANDS = 32;
    /** Share of what it can do at which latency is measured: at the full rate it is the length of the queue. */
    private static final double STEADY_SHARE = 0.7;

    private final Duration measured;
    private final Consumer<String> progress;

    /**
     * @param measured time for each of the three loads
     * @param progress receives what is measured now
     */
    public Bench(Duration measured, Consumer<String> progress) {
        this.measured = measured;
        this.progress = progress;
    }

    /**
     * Starts, measures and leaves the stack running.
     *
     * @param inkstream not started yet
     * @param model the bundle file to draw with
     * @param limit for each process to become healthy
     */
    public BenchReport run(LocalInkstream inkstream, byte[] model, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException {
        progress.accept("the predictor alone");
        PredictorSpeed predictor = PredictorSpeed.measure(ModelFiles.parse(model), Duration.ofSeconds(3));

        progress.accept("starting");
        inkstream.startAll(limit, part -> {});
        Cluster cluster = inkstream.cluster();
        ModelFiles.publish(cluster, model);
        inkstream.awaitHealthy(Part.MODEL_SERVER, limit);
        inkstream.awaitHealthy(Part.TOPOLOGY, limit);

        progress.accept("64 hands, as fast as it goes");
        Map<Part, Duration> before = new EnumMap<>(Part.class);
        LoadRun.Result known = new LoadRun(cluster, Workload.knownHands(), "known")
                .saturate(OPEN_DOCUMENTS, measured.dividedBy(2), measured, () -> before.putAll(cpu(inkstream)));
        Map<Part, Duration> after = cpu(inkstream);

        progress.accept("64 hands, steadily at " + Math.round(100 * STEADY_SHARE) + " % of that");
        LoadRun.Result steady = new LoadRun(cluster, Workload.knownHands(), "steady")
                .steady(STEADY_SHARE * known.linesPerSecond(), warmUp(), measured);

        progress.accept("a new hand for every line");
        LoadRun.Result fresh =
                new LoadRun(cluster, Workload.newHands(), "new").saturate(OPEN_NEW_HANDS, warmUp(), measured, () -> {});

        Map<String, Double> cpuSeconds = new java.util.LinkedHashMap<>();
        Map<String, Long> residentMib = new java.util.LinkedHashMap<>();
        for (Part part : Part.values()) {
            double seconds = after.get(part).minus(before.get(part)).toNanos() / 1e9;
            cpuSeconds.put(part.label(), seconds * 1000 / known.lines());
            residentMib.put(part.label(), Hardware.residentMib(inkstream.pid(part)));
        }
        return new BenchReport(
                known.linesPerSecond(),
                fresh.linesPerSecond(),
                new BenchReport.Latency(
                        steady.latencies().quantileMillis(0.5),
                        steady.latencies().quantileMillis(0.95),
                        steady.latencies().quantileMillis(0.99)),
                steady.linesPerSecond(),
                predictor.batched(),
                predictor.gain(),
                cpuSeconds,
                residentMib,
                measured.toSeconds(),
                Hardware.current());
    }

    /** After the first load, whose own is longer: there 64 hands have to be drawn, and all code compiled. */
    private Duration warmUp() {
        return measured.dividedBy(6);
    }

    private static Map<Part, Duration> cpu(LocalInkstream inkstream) {
        Map<Part, Duration> used = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            used.put(
                    part,
                    ProcessHandle.of(inkstream.pid(part))
                            .flatMap(process -> process.info().totalCpuDuration())
                            .orElse(Duration.ZERO));
        }
        return used;
    }
}
