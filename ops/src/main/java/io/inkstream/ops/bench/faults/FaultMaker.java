package io.inkstream.ops.bench.faults;

import io.inkstream.ops.bench.Latencies;
import io.inkstream.ops.bench.Pause;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.StartException;
import io.inkstream.topology.TopologySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Makes the faults of a run, one after the other, and measures how soon a killed topology's work is taken over. */
final class FaultMaker {
    private static final Duration PATIENCE = FaultBench.PATIENCE;
    /** What a broker may be silent for, and a little: see {@link LocalInkstream}. */
    private static final Duration BROKER_SESSION = Duration.ofMillis(3_500);

    private static final Duration MARGIN = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(25);
    private static final int LONGEST_DELAY_MS = 250;

    private final FaultBench.Plan plan;
    private final LocalInkstream inkstream;
    private final FaultTraffic traffic;
    private final Admin admin;
    private final List<WireProxy> proxies;
    private final Map<Member, StateDisk> disks;
    private final Duration limit;
    private final Consumer<String> progress;
    private final Map<FaultKind, Integer> kinds = new EnumMap<>(FaultKind.class);
    private final Latencies takeovers = new Latencies();
    private int takeoversAmidBacklog;

    /**
     * Nothing is made yet.
     *
     * @param proxies before the model servers
     * @param disks of the topologies' states, where they may be mounted
     * @param limit for each process to become healthy
     * @param progress receives unexpected observations
     */
    FaultMaker(
            FaultBench.Plan plan,
            LocalInkstream inkstream,
            FaultTraffic traffic,
            Admin admin,
            List<WireProxy> proxies,
            Map<Member, StateDisk> disks,
            Duration limit,
            Consumer<String> progress) {
        this.plan = plan;
        this.inkstream = inkstream;
        this.traffic = traffic;
        this.admin = admin;
        this.proxies = proxies;
        this.disks = disks;
        this.limit = limit;
        this.progress = progress;
    }

    /** How many were made of each kind, by its label. */
    Map<String, Integer> made() {
        Map<String, Integer> made = new LinkedHashMap<>();
        kinds.forEach((kind, count) -> made.put(kind.label(), count));
        return made;
    }

    /** From each kill of a topology, with nothing else held up, to the first line of each of its partitions. */
    Latencies takeovers() {
        return takeovers;
    }

    /** Partitions that were taken over while an earlier fault still held something up. */
    int takeoversAmidBacklog() {
        return takeoversAmidBacklog;
    }

    /** Makes a fault, and waits for what it held up if nothing is to overlap it. */
    void make(Fault fault) throws StartException, IOException, InterruptedException {
        traffic.check();
        Pause.ofMillis(fault.pauseMs());
        if (fault.victim().part() == Part.BROKER) {
            // Two of three must be there, or nobody can write.
            awaitReplicas();
        }
        Member victim = fault.victim();
        if (victim.part() == Part.TOPOLOGY || victim.part() == Part.MODEL_SERVER) {
            // Faults hit healthy processes only: one that is still starting would not notice.
            inkstream.awaitHealthy(victim, limit);
        }
        if (fault.kind() == FaultKind.KILL_TOPOLOGY) {
            for (Member each : inkstream.shape().members(Part.TOPOLOGY)) {
                inkstream.awaitHealthy(each, limit); // there must be one to take over
            }
        }
        Pause.of(plan.calm());
        traffic.goesOn(fault.kind().label());
        switch (fault.kind()) {
            case KILL_TOPOLOGY -> killTopology(victim);
            case KILL_MODEL_SERVER, KILL_BROKER, KILL_REGISTRY -> {
                inkstream.kill(victim);
                Pause.ofMillis(fault.lengthMs());
                inkstream.start(victim);
            }
            case STOP_TOPOLOGY, STOP_MODEL_SERVER, STOP_BROKER -> {
                inkstream.stop(victim, STOP_GRACE);
                inkstream.start(victim);
            }
            case PAUSE_TOPOLOGY, PAUSE_BROKER, PAUSE_MODEL_SERVER -> {
                inkstream.pause(victim);
                Pause.ofMillis(longerThanASession(victim) + fault.lengthMs());
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
            case DELAY_CALLS -> disturb(fault, proxy -> proxy.delay(1 + fault.lengthMs() % LONGEST_DELAY_MS));
            case CUT_CALLS -> disturb(fault, WireProxy::cut);
            case GARBAGE_ANSWERS -> disturb(fault, WireProxy::fool);
            case FULL_STATE_DIRECTORY -> fillDisk(fault);
        }
        kinds.merge(fault.kind(), 1, Integer::sum);
        if (fault.isAlone() && !traffic.awaitCaughtUp(CATCH_UP)) {
            progress.accept("after " + fault + " still waits " + traffic.oldest());
        }
    }

    private void disturb(Fault fault, Consumer<WireProxy> trouble) {
        WireProxy proxy = proxies.get(fault.victim().index());
        trouble.accept(proxy);
        Pause.ofMillis(fault.lengthMs());
        proxy.mend();
    }

    /** In ms; 0 for what has no session. */
    private long longerThanASession(Member victim) {
        return switch (victim.part()) {
            case BROKER -> BROKER_SESSION.plus(MARGIN).toMillis();
            case TOPOLOGY -> plan.session().plus(MARGIN).toMillis();
            case MODEL_SERVER, REGISTRY -> 0;
        };
    }

    /** It does not come back before the other has drawn for each of its partitions. */
    private void killTopology(Member chosen) throws StartException, IOException, InterruptedException {
        Member victim = chosen;
        Set<Integer> partitions = partitionsOf(victim);
        for (long end = System.nanoTime() + PATIENCE.toNanos();
                partitions.isEmpty() && System.nanoTime() < end;
                partitions = partitionsOf(victim)) {
            // One that has none leaves nothing to take over; the others may still be sharing them out.
            victim = new Member(
                    Part.TOPOLOGY, (victim.index() + 1) % inkstream.shape().count(Part.TOPOLOGY));
            Pause.of(RETRY);
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
                } else {
                    takeoversAmidBacklog++;
                }
            }
        } catch (TimeoutException e) {
            traffic.check();
            progress.accept("nobody took over partitions " + partitions + " of " + victim.label());
        } catch (ExecutionException e) {
            throw new AssertionError("a watch never fails", e);
        }
        inkstream.start(victim);
    }

    private void fillDisk(Fault fault) throws StartException, IOException, InterruptedException {
        StateDisk disk = disks.get(fault.victim());
        disk.fill();
        try {
            Pause.ofMillis(fault.lengthMs());
            inkstream.kill(fault.victim());
            inkstream.start(fault.victim());
            Pause.ofMillis(longerThanASession(fault.victim()) + fault.lengthMs());
        } finally {
            disk.empty();
        }
        if (!inkstream.isAlive(fault.victim())) {
            inkstream.start(fault.victim());
        }
    }

    /** Partitions of topic {@code texts} that the process works on. */
    private Set<Integer> partitionsOf(Member topology) throws IOException, InterruptedException {
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

    private void awaitReplicas() throws InterruptedException {
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
            Pause.of(RETRY);
        }
        throw new IllegalStateException("the brokers' replicas are not together after " + PATIENCE.toSeconds() + " s");
    }
}
