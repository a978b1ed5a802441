package io.inkstream.ops.bench.faults;

import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Pause;
import io.inkstream.ops.bench.Redrawing;
import io.inkstream.ops.bench.Runs;
import io.inkstream.ops.bench.Times;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.topology.TopologySettings;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Disturbs a fresh Inkstream of two of everything again and again while documents flow, and looks whether any line suffers.
 * The same seed makes the same faults.
 */
public final class FaultBench {
    /** How long anything may take before the run is given up. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int REPORT_EVERY = 10;

    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<String, String> skipped = new TreeMap<>();
    private final Map<Member, StateDisk> disks = new LinkedHashMap<>();
    private final List<WireProxy> proxies = new ArrayList<>();

    /**
     * What to do.
     *
     * @param faults how many
     * @param kinds of them, at least one
     * @param linesPerSecond the steady load
     * @param hands that the documents are spread over
     * @param measured how long to measure the latency before the first fault
     * @param calm how long all processes are healthy before each fault; with none, restarted processes may still be cold
     * @param session after which a silent topology is considered dead: a frozen one sleeps longer
     */
    public record Plan(
            int faults,
            Set<FaultKind> kinds,
            double linesPerSecond,
            int hands,
            Duration measured,
            Duration calm,
            Duration session,
            long seed) {
        public Plan {
            kinds = Set.copyOf(kinds);
            if (faults < 1
                    || kinds.isEmpty()
                    || hands < 1
                    || !(linesPerSecond > 0)
                    || measured.isNegative()
                    || calm.isNegative()) {
                throw new IllegalArgumentException(
                        "need at least one fault, one kind, one hand, some load and no negative time, got "
                                + faults + ", " + kinds + ", " + hands + ", " + linesPerSecond + ", " + measured + ", "
                                + calm);
            }
        }
    }

    /** Makes the stack, which is not started yet. */
    public interface Stack {
        LocalInkstream with(Map<String, String> settings);
    }

    /** @param progress receives the progress */
    public FaultBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Starts, disturbs and leaves the stack running.
     *
     * @param at where the stack will listen
     * @param stack makes it
     * @param model the bundle file to draw with
     * @param limit for each process to become healthy
     */
    public FaultReport run(Addresses at, Stack stack, byte[] model, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException, IOException, InterruptedException {
        try (LyingServer liar = new LyingServer(plan.seed())) {
            for (int port : at.grpc()) {
                proxies.add(new WireProxy(port, liar.port()));
            }
            LocalInkstream inkstream = stack.with(Map.of(
                    TopologySettings.MODEL_SERVERS.key(),
                    proxies.stream().map(WireProxy::address).collect(Collectors.joining(","))));
            try {
                return run(inkstream, model, limit);
            } finally {
                for (Map.Entry<Member, StateDisk> disk : disks.entrySet()) {
                    inkstream.kill(disk.getKey());
                    disk.getValue().close();
                }
            }
        } finally {
            for (WireProxy proxy : proxies) {
                proxy.close();
            }
        }
    }

    private FaultReport run(LocalInkstream inkstream, byte[] modelFile, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException, IOException, InterruptedException {
        ModelBundle model = ModelFiles.parse(modelFile);
        progress.accept("seed " + plan.seed() + ", starting");
        if (plan.kinds().contains(FaultKind.FULL_STATE_DIRECTORY)) {
            makeDisks(inkstream);
        }
        Cluster cluster = Runs.start(inkstream, modelFile, limit);
        FaultTraffic traffic = new FaultTraffic(
                cluster,
                new KnownDocuments(plan.hands()),
                plan.linesPerSecond(),
                cluster.settings().get(CommonSettings.TOPIC_PARTITIONS));
        traffic.start();
        progress.accept("the latency at " + plan.linesPerSecond() + " lines/s");
        Pause.of(plan.measured());
        if (!traffic.awaitCaughtUp(PATIENCE)) {
            throw new IllegalStateException(
                    plan.linesPerSecond() + " lines/s are more than go here: " + traffic.oldest());
        }
        List<FaultKind> possible = Stream.of(FaultKind.values())
                .filter(kind -> plan.kinds().contains(kind) && !skipped.containsKey(kind.label()))
                .toList();
        List<Fault> script = Fault.script(plan.seed(), plan.faults(), possible, inkstream.shape());
        long start = System.nanoTime();
        FaultMaker maker;
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            maker = new FaultMaker(plan, inkstream, traffic, admin, proxies, disks, limit, progress);
            for (int i = 0; i < script.size(); i++) {
                maker.make(script.get(i));
                if ((i + 1) % REPORT_EVERY == 0) {
                    progress.accept((i + 1) + " of " + script.size() + " faults, " + traffic.lines() + " lines");
                }
            }
        }
        traffic.goesOn("the end");
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.accept("the last lines");
        FaultTraffic.Seen seen = traffic.end(PATIENCE);
        Map<String, Long> residentMib = Runs.residentMib(inkstream);
        progress.accept("drawing " + seen.originals().size() + " lines again");
        long drawnOtherwise = Redrawing.differing(model, id -> model.manifest(), seen.originals());
        Map<String, Integer> made = maker.made();
        return new FaultReport(
                made.values().stream().mapToInt(i -> i).sum(),
                made,
                skipped,
                seen.tally(),
                seen.differing() + drawnOtherwise,
                seen.originals().size(),
                Times.of(maker.takeovers()),
                maker.takeoversAmidBacklog(),
                Times.of(seen.calm()),
                Times.of(seen.disturbed()),
                seen.slowest(),
                plan.linesPerSecond(),
                seconds,
                plan.seed(),
                residentMib,
                Hardware.current());
    }

    private void makeDisks(LocalInkstream inkstream) throws IOException, InterruptedException {
        for (Member topology : inkstream.shape().members(Part.TOPOLOGY)) {
            Optional<StateDisk> disk = StateDisk.at(inkstream.data(topology).resolve("state"));
            if (disk.isEmpty()) {
                skipped.put(FaultKind.FULL_STATE_DIRECTORY.label(), "this process may not mount a small disk");
                return;
            }
            disks.put(topology, disk.get());
        }
    }
}
