package io.inkstream.ops.bench.speed;

import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.LoadRun;
import io.inkstream.ops.bench.Runs;
import io.inkstream.ops.bench.Times;
import io.inkstream.ops.bench.Workload;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Measures a fresh Inkstream: real broker, registry, model servers and topology, exactly-once. */
public final class SpeedBench {
    /** Open documents of ten lines, for each model server, that keep two cores busy; more only wait longer. */
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
    public SpeedBench(Duration measured, Consumer<String> progress) {
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
    public SpeedReport run(LocalInkstream inkstream, byte[] model, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException, InterruptedException {
        progress.accept("the predictor alone");
        PredictorSpeed predictor = PredictorSpeed.measure(ModelFiles.parse(model), Duration.ofSeconds(3));

        progress.accept("starting");
        Cluster cluster = Runs.start(inkstream, model, limit);
        int servers = inkstream.shape().modelServers();

        progress.accept("64 hands, as fast as it goes");
        Map<Part, Duration> before = new EnumMap<>(Part.class);
        LoadRun.Result known = LoadRun.saturate(
                cluster,
                Workload.knownHands(),
                "known-",
                OPEN_DOCUMENTS * servers,
                measured.dividedBy(2),
                measured,
                () -> before.putAll(cpu(inkstream)));
        Map<Part, Duration> after = cpu(inkstream);

        progress.accept("64 hands, steadily at " + Math.round(100 * STEADY_SHARE) + " % of that");
        LoadRun.Result steady = LoadRun.steady(
                cluster, Workload.knownHands(), "steady-", STEADY_SHARE * known.linesPerSecond(), warmUp(), measured);

        progress.accept("a new hand for every line");
        LoadRun.Result fresh = LoadRun.saturate(
                cluster, Workload.newHands(), "new-", OPEN_NEW_HANDS * servers, warmUp(), measured, () -> {});

        Map<String, Double> cpuSeconds = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            double seconds = after.get(part).minus(before.get(part)).toNanos() / 1e9;
            cpuSeconds.put(part.label(), seconds * 1000 / known.lines());
        }
        return new SpeedReport(
                known.linesPerSecond(),
                fresh.linesPerSecond(),
                Times.of(steady.latencies()),
                steady.linesPerSecond(),
                predictor.batched(),
                predictor.gain(),
                cpuSeconds,
                Runs.residentMib(inkstream),
                measured.toSeconds(),
                servers,
                Hardware.current());
    }

    /** After the first load, whose own is longer: there 64 hands have to be drawn, and all code compiled. */
    private Duration warmUp() {
        return measured.dividedBy(6);
    }

    private static Map<Part, Duration> cpu(LocalInkstream inkstream) {
        Map<Part, Duration> used = new EnumMap<>(Part.class);
        for (Member member : inkstream.shape().members()) {
            used.merge(member.part(), cpu(inkstream.pid(member)), Duration::plus);
        }
        return used;
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }
}
