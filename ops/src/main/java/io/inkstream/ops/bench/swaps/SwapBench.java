package io.inkstream.ops.bench.swaps;

import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Latencies;
import io.inkstream.ops.bench.LoadRun;
import io.inkstream.ops.bench.Pause;
import io.inkstream.ops.bench.Runs;
import io.inkstream.ops.bench.Times;
import io.inkstream.ops.bench.Workload;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.rollout.Garbage;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.NextPolicy;
import io.inkstream.ops.rollout.RefusedChangeException;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.rollout.Revisions;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Swaps the serving version of a fresh Inkstream again and again while documents flow, if asked with {@code kill -9} in
 * between, and looks whether any line suffers. It chooses by its seed among what is READY.
 */
public final class SwapBench {
    private static final int OPEN_DOCUMENTS = 48;
    private static final double STEADY_SHARE = 0.7;
    private static final Duration SILENCE = Duration.ofSeconds(15);
    /** How long a swap may take, kills and restarts included, before the run is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);
    /** Versions that stay announced, to go back to. */
    private static final int KEPT = 4;

    private static final int COLLECT_EVERY = 40;
    private static final int REPORT_EVERY = 25;
    /** One swap in so many is disturbed by a kill. */
    private static final int KILL_EVERY = 8;

    private static final double LATE_AFTER_MS = 500;

    private final Plan plan;
    private final Consumer<String> progress;
    private final Random random;
    /** Apart from the other choices, so that a seed's kills do not depend on how fast the machine is. */
    private final Random kills;

    private final List<Victim> round = new ArrayList<>();
    private final InstantSource clock = InstantSource.system();
    private final Revisions revisions;

    private final Map<SwapKind, Integer> kinds = new EnumMap<>(SwapKind.class);
    private final Map<String, Integer> killed = new TreeMap<>();
    private final Latencies publishing = new Latencies();
    private final Latencies promoting = new Latencies();
    private final Latencies rollingBack = new Latencies();
    /** Announced versions, the oldest first, each with the moment from which nothing new was given to it. */
    private final Map<String, Long> leftAtNanos = new LinkedHashMap<>();

    private int published;
    private String serving = "";

    /**
     * What to do.
     *
     * @param swaps how many changes of the serving version
     * @param kill whether to kill processes in between
     * @param linesPerSecond the steady load; empty measures what goes, and takes 70 % of it
     * @param hands that the documents are spread over
     * @param measured how long to measure what goes, and the latency before the first swap
     */
    public record Plan(
            int swaps, boolean kill, Optional<Double> linesPerSecond, int hands, Duration measured, long seed) {
        public Plan {
            if (swaps < 1 || hands < 1 || measured.isNegative() || measured.isZero()) {
                throw new IllegalArgumentException("need at least one swap, one hand and some time to measure, got "
                        + swaps + ", " + hands + ", " + measured);
            }
            linesPerSecond.filter(rate -> !(rate > 0)).ifPresent(rate -> {
                throw new IllegalArgumentException("the load must be above 0 lines a second, got " + rate);
            });
        }
    }

    private enum Victim {
        MODEL_SERVER,
        TOPOLOGY,
        PUBLISHER
    }

    /** What a swap waits for: the first line of it, and what its time counts as. */
    private record Expected(String serving, CompletableFuture<Long> firstLine, long sinceNanos, Latencies counts) {}

    /** @param progress receives the progress */
    public SwapBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        random = new Random(plan.seed());
        kills = new Random(plan.seed());
        revisions = new Revisions(clock, random);
    }

    /**
     * Starts, swaps and leaves the stack running.
     *
     * @param inkstream not started yet
     * @param model the bundle file whose versions are swapped
     * @param limit for each process to become healthy
     */
    public SwapReport run(LocalInkstream inkstream, byte[] model, Duration limit)
            throws StartException, InvalidBundleException, WriteFailedException, IOException, RefusedChangeException,
                    InterruptedException {
        SwapVersions versions = new SwapVersions(ModelFiles.parse(model));
        progress.accept("starting");
        SwapVersions.Version first = versions.version(published++);
        Cluster cluster = Runs.start(inkstream, first.file(), limit);
        BoundedTopics.bound(cluster);
        serving = first.id();
        leftAtNanos.put(serving, Long.MAX_VALUE);

        Workload workload = Workload.hands(plan.hands());
        Optional<Double> capacity = Optional.empty();
        if (plan.linesPerSecond().isEmpty()) {
            progress.accept("capacity, in " + plan.hands() + " hands");
            capacity = Optional.of(LoadRun.saturate(
                            cluster, workload, "capacity-", OPEN_DOCUMENTS, plan.measured(), plan.measured(), () -> {})
                    .linesPerSecond());
        }
        double rate = plan.linesPerSecond().orElse(STEADY_SHARE * capacity.orElse(0.0));

        SwapTraffic traffic = new SwapTraffic(cluster, workload, rate, plan.seed());
        traffic.announced(first.id(), first.sha256());
        CompletableFuture<Long> firstLine = traffic.firstLine(line -> true);
        traffic.start();
        progress.accept("the latency at " + Math.round(rate) + " lines/s");
        await(new Expected(serving, firstLine, System.nanoTime(), new Latencies()), "the first", traffic);
        Pause.of(plan.measured().dividedBy(4)); // hands are drawn, and code is compiled
        traffic.awaitCaughtUp(PATIENCE);
        CompletableFuture<Long> calmLine = traffic.firstLine(line -> true);
        traffic.calmBegins();
        Pause.of(plan.measured());
        await(new Expected(serving, calmLine, System.nanoTime(), new Latencies()), "the first", traffic);
        traffic.swapsBegin();
        progress.accept(plan.swaps() + " swaps");
        long start = System.nanoTime();
        try (RolloutDesk desk = new RolloutDesk(cluster, SILENCE, clock, System::nanoTime)) {
            for (int swap = 0; swap < plan.swaps(); swap++) {
                traffic.check();
                if (!plan.kill()) {
                    traffic.awaitCaughtUp(PATIENCE); // what is late is late because of one swap, not of several
                }
                swap(inkstream, desk, versions, traffic, limit);
                tidy(cluster, desk, traffic, swap);
                if ((swap + 1) % REPORT_EVERY == 0) {
                    progress.accept((swap + 1) + " of " + plan.swaps() + " swaps, kills " + killed);
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.accept("the last lines");
        SwapTraffic.Seen seen = traffic.end();
        Map<String, Long> residentMib = Runs.residentMib(inkstream);
        long diskMib = Hardware.bytesBelow(inkstream.data()) >> 20;
        progress.accept("drawing " + seen.samples().size() + " lines again");
        long drawnOtherwise = versions.drawnOtherwise(seen.samples());
        double lateAfter = seen.calm().quantileMillis(0.99) + LATE_AFTER_MS;
        return new SwapReport(
                kinds.values().stream().mapToInt(i -> i).sum(),
                named(kinds),
                killed.values().stream().mapToInt(i -> i).sum(),
                killed,
                seen.tally(),
                seen.wrongBytes() + drawnOtherwise,
                seen.samples().size(),
                Times.of(publishing),
                Times.of(promoting),
                Times.of(rollingBack),
                Times.of(seen.calm()),
                seen.swapping().beyondMillis(lateAfter),
                seen.swapping().quantileMillis(1),
                rate,
                capacity.orElse(null),
                plan.hands(),
                model.length,
                seconds,
                plan.seed(),
                residentMib,
                diskMib,
                Hardware.current());
    }

    private void swap(
            LocalInkstream inkstream, RolloutDesk desk, SwapVersions versions, SwapTraffic traffic, Duration limit)
            throws StartException, WriteFailedException, IOException, RefusedChangeException, InterruptedException {
        Optional<Victim> victim = plan.kill() ? victim() : Optional.empty();
        Duration untilKill = Duration.ofNanos(random.nextLong(LONGEST_PAUSE.toNanos()));
        if (victim.equals(Optional.of(Victim.PUBLISHER))) {
            killPublisher(inkstream, versions);
        }
        Situation situation = desk.situation();
        SwapChoice choice = new SwapChoice(situation, serving, leftAtNanos.keySet());
        SwapKind kind = choice.kind(random, victim.equals(Optional.of(Victim.PUBLISHER)));
        traffic.goesOn(kind.label());
        Expected expected = begin(kind, inkstream.cluster(), desk, choice, versions, traffic);
        Part part = victim.equals(Optional.of(Victim.MODEL_SERVER))
                ? Part.MODEL_SERVER
                : victim.equals(Optional.of(Victim.TOPOLOGY)) ? Part.TOPOLOGY : null;
        if (part != null) {
            Pause.of(untilKill);
            traffic.killed();
            inkstream.kill(part);
            inkstream.start(part);
            killed.merge(part.label(), 1, Integer::sum);
        }
        long firstLine = await(expected, kind.label(), traffic);
        if (part != null) {
            inkstream.awaitHealthy(part, limit);
            traffic.restarted();
        } else if (!traffic.isDisturbed()) {
            expected.counts().add(firstLine - expected.sinceNanos());
        }
        leftAtNanos.put(serving, firstLine);
        leftAtNanos.put(expected.serving(), Long.MAX_VALUE);
        serving = expected.serving();
        kinds.merge(kind, 1, Integer::sum);
        Pause.of(Duration.ofNanos(random.nextLong(LONGEST_PAUSE.toNanos())));
    }

    /** Who is killed in the next swap, if anybody; every process once before one comes again. */
    private Optional<Victim> victim() {
        if (kills.nextInt(KILL_EVERY) > 0) {
            return Optional.empty();
        }
        if (round.isEmpty()) {
            round.addAll(List.of(Victim.values()));
            Collections.shuffle(round, kills);
        }
        return Optional.of(round.remove(round.size() - 1));
    }

    private Expected begin(
            SwapKind kind,
            Cluster cluster,
            RolloutDesk desk,
            SwapChoice choice,
            SwapVersions versions,
            SwapTraffic traffic)
            throws WriteFailedException, RefusedChangeException {
        switch (kind) {
            case PUBLISHED -> {
                SwapVersions.Version version = versions.version(published++);
                traffic.announced(version.id(), version.sha256());
                CompletableFuture<Long> first =
                        traffic.firstLine(line -> model(line).equals(version.id()));
                long since = System.nanoTime();
                publish(cluster, version);
                return new Expected(version.id(), first, since, publishing);
            }
            case PUBLISHED_AND_PROMOTED -> {
                SwapVersions.Version version = versions.version(published++);
                traffic.announced(version.id(), version.sha256());
                publish(cluster, version);
                awaitReady(desk, version);
                ModelId id = ModelId.parse(version.id());
                return write(desk, traffic, "promote", next -> next.promote(id, false), version.id(), promoting);
            }
            case PROMOTED -> {
                List<String> others = choice.others();
                String id = others.get(random.nextInt(others.size()));
                return write(desk, traffic, "promote", next -> next.promote(ModelId.parse(id), false), id, promoting);
            }
            case ROLLED_BACK -> {
                String id = choice.rollbackTo();
                return write(desk, traffic, "rollback", NextPolicy::rollback, id, rollingBack);
            }
            case NEWEST -> {
                return write(desk, traffic, "newest", NextPolicy::newest, choice.newest(), promoting);
            }
        }
        throw new AssertionError(kind);
    }

    private static void awaitReady(RolloutDesk desk, SwapVersions.Version version) {
        Optional<String> obstacle = desk.await(Goal.ready(version.id(), version.sha256()), PATIENCE)
                .match(ready -> Optional.empty(), failed -> Optional.of(failed.why()), late -> Optional.of(late.why()));
        obstacle.ifPresent(why -> {
            throw new IllegalStateException(why);
        });
    }

    private Expected write(
            RolloutDesk desk, SwapTraffic traffic, String command, RolloutDesk.Edit edit, String id, Latencies counts)
            throws RefusedChangeException {
        String revision = revisions.next(command);
        CompletableFuture<Long> first = traffic.firstLine(
                line -> line.getProvenance().getPolicyRevision().equals(revision)
                        && model(line).equals(id));
        long since = System.nanoTime();
        desk.change(Situation.nameOf(serving), false, revision, "by the benchmark", edit);
        return new Expected(id, first, since, counts);
    }

    private static long await(Expected expected, String what, SwapTraffic traffic) throws InterruptedException {
        try {
            return expected.firstLine().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a watch never fails", e);
        } catch (TimeoutException e) {
            traffic.check();
            throw new IllegalStateException("no line of " + expected.serving() + ", which was " + what
                    + ", came within " + PATIENCE.toSeconds() + " s; the logs of model server and topology say why");
        }
    }

    /** Starts the real command slowed down to a crawl, and kills it when part of its transaction is on the topic. */
    private void killPublisher(LocalInkstream inkstream, SwapVersions versions)
            throws StartException, IOException, InterruptedException {
        SwapVersions.Version next = versions.version(published);
        Path file = Files.write(inkstream.data().resolve("publisher.zip"), next.file());
        if (HalfPublication.killed(inkstream, file, next.bundle().manifest().id(), PATIENCE)) {
            killed.merge("publisher", 1, Integer::sum);
        }
    }

    /** Withdraws what cannot be needed any more, as soon as nothing can be on its way to be drawn by it. */
    private void tidy(Cluster cluster, RolloutDesk desk, SwapTraffic traffic, int swap) throws WriteFailedException {
        if (traffic.isDisturbed()) {
            return;
        }
        long settled = Math.min(traffic.oldestOpenNanos(), System.nanoTime())
                - Duration.ofSeconds(1).toNanos();
        List<String> old = new ArrayList<>(leftAtNanos.keySet());
        for (String id : old.subList(0, Math.max(0, old.size() - KEPT))) {
            if (leftAtNanos.get(id) < settled) {
                desk.withdraw(id);
                leftAtNanos.remove(id);
            }
        }
        if (swap % COLLECT_EVERY == COLLECT_EVERY - 1) {
            Collection<Garbage.Chunk> chunks = Garbage.chunksOf(cluster);
            Garbage garbage =
                    Garbage.find(desk.situation(), chunks, new Garbage.Rule(Integer.MAX_VALUE, Duration.ZERO, false));
            try (TransactionalWriter writer =
                    TransactionalWriter.ofGarbage(cluster.settings().clientConfig())) {
                garbage.delete(cluster.topics(), writer);
            }
        }
    }

    private void publish(Cluster cluster, SwapVersions.Version version) throws WriteFailedException {
        ModelFiles.publish(cluster, version.file(), version.bundle());
        leftAtNanos.put(version.id(), Long.MAX_VALUE);
    }

    private static String model(LineImage line) {
        return line.getProvenance().getModel();
    }

    private static Map<String, Integer> named(Map<SwapKind, Integer> kinds) {
        Map<String, Integer> named = new LinkedHashMap<>();
        kinds.forEach((kind, count) -> named.put(kind.label(), count));
        return named;
    }
}
