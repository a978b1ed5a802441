package io.inkstream.ops.bench;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.replay.LineArtist;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.topology.TopologySettings;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Tokeniser;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Disturbs a fresh Inkstream of two of everything again and again while documents flow, and looks whether any line suffers.
 * The same seed makes the same faults.
 */
public final class FaultBench {
    /** How long anything may take before the run is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** What a broker may be silent for, and a little: see {@link LocalInkstream}. */
    private static final Duration BROKER_SESSION = Duration.ofMillis(3_500);

    private static final Duration MARGIN = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(25);
    private static final int REPORT_EVERY = 10;
    private static final int LONGEST_DELAY_MS = 250;

    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<FaultKind, Integer> kinds = new EnumMap<>(FaultKind.class);
    private final Map<String, String> skipped = new TreeMap<>();
    private final Latencies takeovers = new Latencies();
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
     * @param calm how long all are well before each fault: none, and it may begin while restarted processes are still cold
     * @param session after which a silent topology is taken for dead: the frozen one sleeps longer
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

    /** @param progress hears how it goes */
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
        inkstream.startAll(limit, part -> {});
        Cluster cluster = inkstream.cluster();
        ModelFiles.publish(cluster, modelFile);
        for (Part part : List.of(Part.MODEL_SERVER, Part.TOPOLOGY)) {
            for (Member member : inkstream.shape().members(part)) {
                inkstream.awaitHealthy(member, limit);
            }
        }
        FaultTraffic traffic = new FaultTraffic(
                cluster,
                new KnownDocuments(plan.hands()),
                plan.linesPerSecond(),
                cluster.settings().get(CommonSettings.TOPIC_PARTITIONS));
        traffic.start();
        progress.accept("the latency at " + plan.linesPerSecond() + " lines/s");
        pause(plan.measured().toMillis());
        if (!traffic.awaitCaughtUp(PATIENCE)) {
            throw new IllegalStateException(
                    plan.linesPerSecond() + " lines/s are more than go here: " + traffic.oldest());
        }
        List<FaultKind> possible = Stream.of(FaultKind.values())
                .filter(kind -> plan.kinds().contains(kind) && !skipped.containsKey(kind.label()))
                .toList();
        List<Fault> script = Fault.script(plan.seed(), plan.faults(), possible, inkstream.shape());
        long start = System.nanoTime();
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            for (int i = 0; i < script.size(); i++) {
                make(script.get(i), inkstream, traffic, admin, limit);
                if ((i + 1) % REPORT_EVERY == 0) {
                    progress.accept((i + 1) + " of " + script.size() + " faults, " + traffic.lines() + " lines");
                }
            }
        }
        traffic.goesOn("the end");
        double seconds = (System.nanoTime() - start) / 1e9;
        progress.accept("the last lines");
        FaultTraffic.Seen seen = traffic.end(PATIENCE);
        Map<String, Long> residentMib = new LinkedHashMap<>();
        for (Member member : inkstream.shape().members()) {
            residentMib.put(member.label(), Hardware.residentMib(inkstream.pid(member)));
        }
        progress.accept("drawing " + seen.originals().size() + " lines again");
        long drawnOtherwise = drawnOtherwise(model, modelFile, seen.originals());
        Map<String, Integer> named = new LinkedHashMap<>();
        kinds.forEach((kind, count) -> named.put(kind.label(), count));
        return new FaultReport(
                kinds.values().stream().mapToInt(i -> i).sum(),
                named,
                skipped,
                seen.lost(),
                seen.doubled(),
                seen.reordered(),
                seen.mixed(),
                seen.differing() + drawnOtherwise,
                seen.both(),
                seen.documents(),
                seen.lines(),
                seen.pages(),
                seen.deadLetters(),
                seen.originals().size(),
                FaultReport.Times.of(takeovers),
                FaultReport.Times.of(seen.calm()),
                FaultReport.Times.of(seen.disturbed()),
                seen.slowest(),
                plan.linesPerSecond(),
                seconds,
                plan.seed(),
                residentMib,
                seen.problems(),
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

    private void make(Fault fault, LocalInkstream inkstream, FaultTraffic traffic, Admin admin, Duration limit)
            throws StartException, IOException, InterruptedException {
        traffic.check();
        pause(fault.pauseMs());
        if (fault.victim().part() == Part.BROKER) {
            // Two of three must be there, or nobody can write.
            awaitReplicas(inkstream, admin);
        }
        Member victim = fault.victim();
        if (victim.part() == Part.TOPOLOGY || victim.part() == Part.MODEL_SERVER) {
            // A fault befalls what is well: one that is still about to start would notice nothing.
            inkstream.awaitHealthy(victim, limit);
        }
        if (fault.kind() == FaultKind.KILL_TOPOLOGY) {
            for (Member each : inkstream.shape().members(Part.TOPOLOGY)) {
                inkstream.awaitHealthy(each, limit); // there must be one to take over
            }
        }
        pause(plan.calm().toMillis());
        traffic.goesOn(fault.kind().label());
        switch (fault.kind()) {
            case KILL_TOPOLOGY -> killTopology(victim, inkstream, traffic, admin);
            case KILL_MODEL_SERVER, KILL_BROKER, KILL_REGISTRY -> {
                inkstream.kill(victim);
                pause(fault.lengthMs());
                inkstream.start(victim);
            }
            case STOP_TOPOLOGY, STOP_MODEL_SERVER, STOP_BROKER -> {
                inkstream.stop(victim, STOP_GRACE);
                inkstream.start(victim);
            }
            case PAUSE_TOPOLOGY, PAUSE_BROKER -> {
                inkstream.pause(victim);
                pause(longerThanASession(victim) + fault.lengthMs());
                inkstream.resume(victim);
            }
            case PAUSE_MODEL_SERVER -> {
                inkstream.pause(victim);
                pause(fault.lengthMs());
                inkstream.resume(victim);
            }
            case ROLL_TOPOLOGIES, ROLL_MODEL_SERVERS -> {
                for (Member each : inkstream.shape().members(victim.part())) {
                    inkstream.awaitHealthy(each, limit);
                }
                for (Member each : inkstream.shape().members(victim.part())) {
                    inkstream.stop(each, STOP_GRACE);
                    inkstream.start(each);
                    inkstream.awaitHealthy(each, limit);
                }
            }
            case DELAY_CALLS -> {
                proxies.get(victim.index()).delay(1 + fault.lengthMs() % LONGEST_DELAY_MS);
                pause(fault.lengthMs());
                proxies.get(victim.index()).mend();
            }
            case CUT_CALLS -> {
                proxies.get(victim.index()).cut();
                pause(fault.lengthMs());
                proxies.get(victim.index()).mend();
            }
            case GARBAGE_ANSWERS -> {
                proxies.get(victim.index()).fool();
                pause(fault.lengthMs());
                proxies.get(victim.index()).mend();
            }
            case FULL_STATE_DIRECTORY -> fillDisk(fault, inkstream);
        }
        kinds.merge(fault.kind(), 1, Integer::sum);
        if (fault.isAlone() && !traffic.awaitCaughtUp(CATCH_UP)) {
            progress.accept("after " + fault + " still waits " + traffic.oldest());
        }
    }

    private long longerThanASession(Member victim) {
        Duration session = victim.part() == Part.BROKER ? BROKER_SESSION : plan.session();
        return session.plus(MARGIN).toMillis();
    }

    /** It does not come back before the other has drawn for each of its partitions. */
    private void killTopology(Member chosen, LocalInkstream inkstream, FaultTraffic traffic, Admin admin)
            throws StartException, IOException, InterruptedException {
        Member victim = chosen;
        Set<Integer> partitions = partitionsOf(victim, inkstream, admin);
        for (long end = System.nanoTime() + PATIENCE.toNanos();
                partitions.isEmpty() && System.nanoTime() < end;
                partitions = partitionsOf(victim, inkstream, admin)) {
            // One that has none leaves nothing to take over; the others may still be sharing them out.
            victim = new Member(
                    Part.TOPOLOGY, (victim.index() + 1) % inkstream.shape().count(Part.TOPOLOGY));
            pause(RETRY.toMillis());
        }
        // What an earlier fault still holds up would be counted as this one's.
        boolean isMeasured = traffic.hasCaughtUp();
        inkstream.kill(victim);
        long killed = System.nanoTime();
        List<CompletableFuture<Long>> lines =
                partitions.stream().map(traffic::nextLine).toList();
        try {
            for (CompletableFuture<Long> line : lines) {
                long tookNanos = line.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) - killed;
                if (isMeasured) {
                    takeovers.add(tookNanos);
                }
            }
        } catch (TimeoutException e) {
            traffic.check();
            progress.accept("nobody took over partitions " + partitions + " of " + victim.label());
        } catch (ExecutionException e) {
            throw new AssertionError("nobody fails a watch", e);
        }
        inkstream.start(victim);
    }

    private void fillDisk(Fault fault, LocalInkstream inkstream)
            throws StartException, IOException, InterruptedException {
        StateDisk disk = disks.get(fault.victim());
        disk.fill();
        try {
            pause(fault.lengthMs());
            inkstream.kill(fault.victim());
            inkstream.start(fault.victim());
            pause(longerThanASession(fault.victim()) + fault.lengthMs());
        } finally {
            disk.empty();
        }
        if (!inkstream.isAlive(fault.victim())) {
            inkstream.start(fault.victim());
        }
    }

    /** Partitions of topic {@code texts} that the process works on. */
    private static Set<Integer> partitionsOf(Member topology, LocalInkstream inkstream, Admin admin)
            throws IOException, InterruptedException {
        String group = TopologySettings.APPLICATION_ID.defaultValue();
        String process = processId(inkstream.data(topology).resolve("state").resolve(group));
        try {
            ConsumerGroupDescription described =
                    admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            return described.members().stream()
                    .filter(member -> member.clientId().contains(process))
                    .map(MemberDescription::assignment)
                    .flatMap(assignment -> assignment.topicPartitions().stream())
                    .map(TopicPartition::partition)
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "cannot see who works on what: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static String processId(Path state) throws IOException {
        String metadata = Files.readString(state.resolve("kafka-streams-process-metadata"));
        return metadata.replaceAll("(?s).*\"processId\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    private static void awaitReplicas(LocalInkstream inkstream, Admin admin) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get();
                Map<String, TopicDescription> topics =
                        admin.describeTopics(names).allTopicNames().get();
                boolean isWhole = topics.values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition ->
                                partition.isr().size() == partition.replicas().size());
                if (isWhole
                        && admin.describeCluster().nodes().get().size()
                                == inkstream.shape().brokers()) {
                    return;
                }
            } catch (ExecutionException e) {
                // Asked again.
            }
            pause(100);
        }
        throw new IllegalStateException("the brokers' replicas are not together after " + PATIENCE.toSeconds() + " s");
    }

    /** How many of the lines the model draws otherwise, with no pipeline at all. */
    private static long drawnOtherwise(ModelBundle model, byte[] file, List<LineImage> lines)
            throws InvalidBundleException {
        Tokeniser tokeniser = new Tokeniser(
                model.manifest().classes().stream().map(ClassSpec::character).toList());
        long differing = 0;
        try (Predictor predictor = OnnxPredictor.open(model, 1);
                LineArtist artist = new OfflineArtist(predictor, ModelBundle.sha256(file), model.manifest())) {
            for (LineImage line : lines) {
                byte[] png = new byte[line.getPng().remaining()];
                line.getPng().duplicate().get(png);
                byte[] again = artist.draw(
                                LineRequests.of(line, line.getProvenance().getModel(), tokeniser))
                        .png();
                differing += Arrays.equals(png, again) ? 0 : 1;
            }
        } catch (LineArtist.NotDrawnException e) {
            throw new IllegalStateException("a line cannot be drawn again", e);
        }
        return differing;
    }

    private static void pause(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
