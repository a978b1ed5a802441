package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** A whole installation that is given poison, and asked after each dose how it is. */
final class PoisonedStack implements AutoCloseable {
    /** The longest that anything healthy may take. */
    static final Duration WITHIN = Duration.ofSeconds(10);

    private static final String HEALTHY_TEXT = "Still here.";
    private static final int LONGEST_LOG_LINE = 8_000;
    private static final List<Part> OURS = List.of(Part.MODEL_SERVER, Part.TOPOLOGY);

    private final LocalInkstream inkstream;
    private final Cluster cluster;
    private final PoisonKitchen kitchen;
    private final PoisonLedger ledger;
    private final Map<Part, Long> logRead = new HashMap<>();
    private int policies;

    private PoisonedStack(LocalInkstream inkstream, ModelAnnouncement shipped) {
        this.inkstream = inkstream;
        this.cluster = inkstream.cluster();
        this.kitchen = new PoisonKitchen(cluster, inkstream.addresses().registryUrl(), shipped);
        this.ledger = new PoisonLedger(cluster);
    }

    /** Starts one that draws. */
    static PoisonedStack start(String name) throws Exception {
        LocalInkstream inkstream = new LocalInkstream(
                Distribution.current(),
                SharedInkstream.directory(name),
                Addresses.anyFree(),
                Map.of(
                        "inkstream.topology.id", PoisonControls.INSTANCE,
                        "inkstream.topology.heartbeat.interval", "1s",
                        "inkstream.topology.unknown.model.grace", "300ms",
                        "inkstream.model.server.id", PoisonControls.SERVER,
                        "inkstream.model.server.heartbeat.interval", "1s"));
        try {
            inkstream.startAll(SharedInkstream.LIMIT, part -> {});
            takeAnyTimestamp(inkstream.cluster());
            PoisonedStack stack = new PoisonedStack(
                    inkstream,
                    ModelFiles.publish(inkstream.cluster(), SharedInkstream.shippedModel())
                            .announced());
            for (Part part : OURS) {
                inkstream.awaitHealthy(part, SharedInkstream.LIMIT);
            }
            stack.policy(RolloutPolicy.newBuilder());
            return stack;
        } catch (Exception | AssertionError e) {
            inkstream.close();
            throw e;
        }
    }

    /** Brokers refuse the future by default; not everybody's do. */
    private static void takeAnyTimestamp(Cluster cluster) throws Exception {
        Map<ConfigResource, java.util.Collection<AlterConfigOp>> changes = new HashMap<>();
        for (Topic<?, ?> topic : Stream.of(
                        cluster.topics().texts(),
                        cluster.topics().models(),
                        cluster.topics().modelChunks(),
                        cluster.topics().rollouts(),
                        cluster.topics().modelStatus(),
                        cluster.topics().rolloutStatus(),
                        cluster.topics().glyphSamples())
                .toList()) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                    List.of(new AlterConfigOp(
                            new ConfigEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
                            AlterConfigOp.OpType.SET)));
        }
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    LocalInkstream inkstream() {
        return inkstream;
    }

    Cluster cluster() {
        return cluster;
    }

    PoisonKitchen kitchen() {
        return kitchen;
    }

    PoisonLedger ledger() {
        return ledger;
    }

    RawRecord healthyText() {
        return RawRecord.of(
                kitchen.newKey("healthy"),
                kitchen.document(TextDocument.newBuilder().setText(HEALTHY_TEXT).setSeed(7L)));
    }

    /** Fails unless the text of {@link #healthyText} is drawn in time. */
    void assertDrawn(RawRecord healthy) throws IOException {
        within(
                "a healthy text behind it is drawn",
                () -> ledger.lines(healthy.key())
                                .equals(ledger.lines(healthy.key()).stream()
                                        .filter(line ->
                                                line.count() == 1 && line.text().equals(HEALTHY_TEXT))
                                        .limit(1)
                                        .toList())
                        && !ledger.lines(healthy.key()).isEmpty());
    }

    /** Has a healthy text drawn. */
    void draw(int partition) throws Exception {
        RawRecord healthy = healthyText();
        kitchen.write(cluster.topics().texts().name(), partition, healthy);
        assertDrawn(healthy);
    }

    /** Writes a policy of the model that serves, and fails unless it comes into force; returns its revision. */
    String policy(RolloutPolicy.Builder policy) throws Exception {
        RawRecord record = policyRecord(policy);
        kitchen.write(cluster.topics().rollouts().name(), 0, record);
        assertInForce(policy.getRevision());
        return policy.getRevision();
    }

    RawRecord policyRecord(RolloutPolicy.Builder policy) throws Exception {
        policy.setRevision("healthy-" + policies++);
        return RawRecord.of(kitchen.servingName(), kitchen.framed(policy.build()));
    }

    void assertInForce(String revision) throws IOException {
        within("a healthy policy behind it is in force", () -> ledger.rolloutStatus(
                        PoisonControls.INSTANCE + "/" + kitchen.servingName())
                .filter(status -> status.getPolicyRevision().equals(revision))
                .filter(status -> status.getInForce().equals(revision))
                .isPresent());
    }

    /** Waits for what must come about, and fails with what the processes say of themselves. */
    void within(String what, BooleanSupplier condition) throws IOException {
        if (!ledger.await(condition, WITHIN)) {
            throw new AssertionError("not within " + WITHIN.toSeconds() + " s: " + what + ". " + say(Part.TOPOLOGY)
                    + " " + say(Part.MODEL_SERVER));
        }
    }

    /** Fails if a process has ended, one of its threads was replaced, or its log repeats what it was given. */
    void assertUnharmed() throws IOException {
        for (Part part : OURS) {
            Path log = inkstream.logs().resolve(part.label() + ".log");
            byte[] all = Files.readAllBytes(log);
            int from = logRead.getOrDefault(part, 0L).intValue();
            logRead.put(part, (long) all.length);
            String news = new String(all, from, all.length - from, StandardCharsets.UTF_8);
            assertThat(isAlive(part)).as("%s lives", part.label()).isTrue();
            assertThat(news)
                    .as("news in %s", log)
                    .doesNotContain("A stream thread died", "starting over", "OutOfMemoryError");
            assertThat(Arrays.stream(news.split("\n"))
                            .mapToInt(String::length)
                            .max()
                            .orElse(0))
                    .as("longest new line of %s", log)
                    .isLessThan(LONGEST_LOG_LINE);
        }
    }

    private boolean isAlive(Part part) {
        return ProcessHandle.of(inkstream.pid(part)).map(ProcessHandle::isAlive).orElse(false);
    }

    private String say(Part part) throws IOException {
        if (!isAlive(part)) {
            return "The " + part.label() + " has ended.";
        }
        String reason = inkstream.health(part, Duration.ofSeconds(2)).reason().strip();
        List<String> log = Files.readAllLines(inkstream.logs().resolve(part.label() + ".log"), StandardCharsets.UTF_8);
        String last = log.isEmpty() ? "" : log.get(log.size() - 1);
        String cause = log.stream()
                .filter(line -> line.startsWith("Caused by:") || line.contains("Exception: "))
                .reduce((first, second) -> second)
                .orElse(last);
        return "The " + part.label() + " says '" + cut(reason) + "', and its log: " + cut(cause);
    }

    private static String cut(String text) {
        return text.length() <= 400 ? text : text.substring(0, 400) + "…";
    }

    @Override
    public void close() {
        ledger.close();
        kitchen.close();
        inkstream.close();
    }
}
