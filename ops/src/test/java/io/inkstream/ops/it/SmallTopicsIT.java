package io.inkstream.ops.it;

import static io.inkstream.ops.it.RawRecord.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.it.PoisonLedger.Refusal;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.Health;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Clusters that somebody else runs: topics that take less than a record needs, schemas unknown or unfit, offsets gone. */
@EnabledIfSystemProperty(
        named = "inkstream.long",
        matches = "true",
        disabledReason = "it starts five installations of its own")
class SmallTopicsIT {
    private static final String SERVER = "small-server";
    private static final String INSTANCE = "small-topology";
    private static final String GROUP = "inkstream-topology";
    private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Map<String, String> SETTINGS = Map.of(
            "inkstream.topology.id", INSTANCE,
            "inkstream.topology.heartbeat.interval", "1s",
            "inkstream.model.server.id", SERVER);

    private LocalInkstream inkstream;
    private Cluster cluster;
    private PoisonLedger ledger;
    private PoisonKitchen kitchen;

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
            kitchen.close();
        }
        inkstream.close();
    }

    @Test
    void whatIsTooLargeForItsTopicIsSaidAndTheOthersGoOn() throws Exception {
        begin("small-topics", true);
        createSmallTopics();
        startTheRest(true);

        RawRecord wide = document("wide", "Too wide for its topic. ".repeat(30), l -> l.setLineHeightPx(256)
                .setLineWidthPx(16_384));
        RawRecord paged = document(
                "paged", "A line.\n".repeat(150), l -> narrow(l).setPages(true).setLinesPerPage(200));
        RawRecord garbage = RawRecord.of("garbage", new byte[10_000]);
        RawRecord longKey = RawRecord.of("k".repeat(3_990), new byte[10_000]);
        RawRecord after = document("after", "After.", SmallTopicsIT::narrow);
        for (RawRecord record : List.of(wide, paged, garbage, longKey, after)) {
            writeText(record);
        }

        await("the last one is drawn", () -> ledger.lines(after.key()).size() == 1);
        await("the wide one is refused", () -> refusal(0).isPresent());
        assertThat(refusal(0).get().letter().reason()).isEqualTo("OUTPUT_TOO_LARGE");
        assertThat(refusal(0).get().letter().message())
                .contains(cluster.topics().lines().name());
        assertThat(ledger.lines(wide.key())).isEmpty();

        await(
                "the lines of the page are there",
                () -> !ledger.lines(paged.key()).isEmpty()
                        && ledger.lines(paged.key()).size()
                                == ledger.lines(paged.key()).get(0).count());
        await("the page says what is wrong", () -> !ledger.pages(paged.key()).isEmpty());
        assertThat(ledger.pages(paged.key())).singleElement().satisfies(page -> {
            assertThat(page.getPng().hasRemaining()).isFalse();
            assertThat(page.getProblem()).contains(cluster.topics().pages().name());
        });

        await("the unreadable one is refused", () -> refusal(2).isPresent());
        assertThat(refusal(2).get().leavesValueOut()).isTrue();
        assertThat(refusal(2).get().letter().key()).isEqualTo(garbage.key());
        await("the one with a long key is refused", () -> refusal(3).isPresent());
        assertThat(refusal(3).get().leavesValueOut()).isTrue();
        assertThat(refusal(3).get().leavesKeyOut()).isTrue();
    }

    @Test
    void whatIsSaidOfVersionsAndPoliciesIsCutToItsTopic() throws Exception {
        begin("small-status", true);
        createSmallTopics();
        startTheRest(true);
        String name = kitchen.servingName();

        await("the version is READY", () -> ledger.modelStatus(SERVER + "/" + kitchen.servingId())
                .filter(status -> status.getState() == ModelState.READY)
                .isPresent());

        // What is held names every version that nobody has: more than the topic takes.
        Map<String, String> pins = IntStream.range(0, 200)
                .boxed()
                .collect(Collectors.toMap(i -> "document-" + i, i -> name + ":no-such-version-" + i));
        RolloutPolicy policy = RolloutPolicy.newBuilder()
                .setRevision("pins")
                .setDocumentPins(pins)
                .build();
        kitchen.write(cluster.topics().rollouts().name(), 0, RawRecord.of(name, kitchen.framed(policy)));

        await("what is made of the policy", () -> ledger.rolloutStatus(INSTANCE + "/" + name)
                .filter(status -> status.getPolicyRevision().equals("pins"))
                .isPresent());
        assertThat(ledger.rolloutStatus(INSTANCE + "/" + name).orElseThrow().getHeld())
                .contains("pins");

        // Every line has its report, and no report fits.
        byte[] second = Bundles.version(SharedInkstream.shippedModel(), name, "second", 0.1)
                .toBytes();
        ModelFiles.publish(cluster, second);
        RolloutPolicy shadow = RolloutPolicy.newBuilder()
                .setRevision("shadow")
                .setStable(kitchen.servingId())
                .setShadow("second")
                .setShadowPercent(100)
                .build();
        kitchen.write(cluster.topics().rollouts().name(), 0, RawRecord.of(name, kitchen.framed(shadow)));
        await("the shadow is in force", () -> ledger.rolloutStatus(INSTANCE + "/" + name)
                .filter(status ->
                        status.getInForce().equals("shadow") && status.getHeld().isEmpty())
                .isPresent());
        for (int i = 0; i < 20; i++) {
            writeText(document("shadowed-" + i, "In a shadow.", SmallTopicsIT::narrow));
        }
        await("all are drawn", () -> IntStream.range(0, 20)
                .allMatch(i -> ledger.lines(utf8("shadowed-" + i)).size() == 1));
        assertThat(inkstream.health(Part.TOPOLOGY, Duration.ofSeconds(5)).healthy())
                .isTrue();
    }

    @Test
    void aSchemaThatTheRegistryRefusesIsWaitedForAndNamed() throws Exception {
        begin("unfit-schema", true);
        cluster.createTopics();
        String subject = cluster.topics().pages().name() + "-value";
        awaitRegistry();
        inkstream.requireBackwardCompatibility();
        assertThat(
                        registry(
                                "POST",
                                "/subjects/" + subject + "/versions",
                                "{\"schema\":\"{\\\"type\\\":\\\"record\\\","
                                        + "\\\"name\\\":\\\"Other\\\",\\\"fields\\\":[{\\\"name\\\":\\\"index\\\",\\\"type\\\":\\\"string\\\"}]}\"}"))
                .isEqualTo(200);
        startTheRest(true);

        assertAPageIsWaitedForUntil(() -> {
            registry("DELETE", "/subjects/" + subject, "");
            registry("DELETE", "/subjects/" + subject + "?permanent=true", "");
        });
    }

    @Test
    void aSchemaThatTheRegistryDoesNotHaveIsWaitedForAndNamed() throws Exception {
        begin("unknown-schema", false);
        cluster.createTopics();
        awaitRegistry();
        inkstream.requireBackwardCompatibility();
        cluster.topics().registerSchemas();
        String subject = cluster.topics().pages().name() + "-value";
        registry("DELETE", "/subjects/" + subject, "");
        registry("DELETE", "/subjects/" + subject + "?permanent=true", "");
        startTheRest(false);

        assertAPageIsWaitedForUntil(() -> {
            // A client of its own, since the one before remembers that it has registered everything.
            inkstream.cluster().topics().registerSchemas();
        });
    }

    @Test
    void whatWasDrawnIsNotDrawnAgainWhenTheBrokerHasForgottenHowFarItWas() throws Exception {
        begin("offsets", true);
        startTheRest(true);
        for (int i = 0; i < 20; i++) {
            writeText(document("before-" + i, "Before.", SmallTopicsIT::narrow));
        }
        await("all are drawn", () -> IntStream.range(0, 20)
                .allMatch(i -> ledger.lines(utf8("before-" + i)).size() == 1));
        inkstream.stop(Part.TOPOLOGY);
        // What the broker does by itself after offsets.retention.minutes without a member.
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            await("the group is empty, and deleted", () -> isDeleted(GROUP, admin));
        }

        inkstream.start(Part.TOPOLOGY);
        RawRecord after = document("after", "After.", SmallTopicsIT::narrow);
        writeText(after);

        await("it goes on", () -> ledger.lines(after.key()).size() == 1);
        ledger.await(() -> false, Duration.ofSeconds(2));
        assertThat(IntStream.range(0, 20)
                        .map(i -> ledger.lines(utf8("before-" + i)).size()))
                .as("lines of each text of before")
                .containsOnly(1);
    }

    /** A member that has ended without leaving counts until its session is over. */
    private static boolean isDeleted(String group, Admin admin) {
        try {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(GroupNotEmptyException.class);
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private interface Mending {
        void mend() throws Exception;
    }

    private void assertAPageIsWaitedForUntil(Mending mending) throws Exception {
        String pages = cluster.topics().pages().name();
        RawRecord paged = document("paged", "On a page.", l -> l.setPages(true));
        writeText(paged);
        await("it says what it waits for", () -> {
            Health.Report report = inkstream.health(Part.TOPOLOGY, Duration.ofSeconds(5));
            return !report.healthy() && report.reason().contains(pages);
        });
        assertThat(ledger.pages(paged.key())).isEmpty();

        mending.mend();

        await("the page comes", () -> ledger.pages(paged.key()).size() == 1);
        assertThat(ledger.lines(paged.key())).hasSize(1);
        inkstream.awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);
    }

    // The stack ----------------------------------------------------------------------------------------------------

    /** Starts broker and registry. */
    private void begin(String name, boolean registersSchemas) throws Exception {
        Map<String, String> settings = new java.util.HashMap<>(SETTINGS);
        settings.put("auto.register.schemas", Boolean.toString(registersSchemas));
        inkstream = new LocalInkstream(
                Distribution.current(), SharedInkstream.directory(name), Addresses.anyFree(), settings);
        cluster = inkstream.cluster();
        inkstream.start(Part.BROKER);
        inkstream.start(Part.REGISTRY);
        inkstream.awaitHealthy(Part.BROKER, SharedInkstream.LIMIT);
    }

    private void awaitRegistry() throws Exception {
        inkstream.awaitHealthy(Part.REGISTRY, SharedInkstream.LIMIT);
    }

    /** As an administrator makes them who knows no image. */
    private void createSmallTopics() throws Exception {
        var topics = cluster.topics();
        Stream<NewTopic> small =
                Stream.of(topics.lines(), topics.pages(), topics.deadLetters()).map(topic -> small(topic, 4, "4000"));
        Stream<NewTopic> one =
                Stream.of(topics.modelStatus(), topics.rolloutStatus()).map(topic -> small(topic, 1, "4000"));
        // A report has some 150 bytes.
        Stream<NewTopic> reports = Stream.of(small(topics.shadowReports(), 4, "100"));
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            admin.createTopics(
                            Stream.of(small, one, reports).flatMap(all -> all).toList())
                    .all()
                    .get();
        }
    }

    private static NewTopic small(Topic<?, ?> topic, int partitions, String bytes) {
        return new NewTopic(topic.name(), Optional.of(partitions), Optional.empty())
                .configs(Map.of("cleanup.policy", topic.cleanup().policy(), "max.message.bytes", bytes));
    }

    private void startTheRest(boolean publishes) throws Exception {
        cluster.createTopics();
        inkstream.start(Part.MODEL_SERVER);
        inkstream.start(Part.TOPOLOGY);
        awaitRegistry();
        inkstream.requireBackwardCompatibility();
        ModelAnnouncement shipped =
                ModelFiles.publish(cluster, SharedInkstream.shippedModel()).announced();
        kitchen = new PoisonKitchen(cluster, inkstream.addresses().registryUrl(), shipped);
        ledger = new PoisonLedger(cluster);
        inkstream.awaitHealthy(Part.MODEL_SERVER, SharedInkstream.LIMIT);
        inkstream.awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);
    }

    /** Lines that are a fraction of what the small topics take. */
    private static LayoutOptions.Builder narrow(LayoutOptions.Builder layout) {
        return layout.setLineHeightPx(32).setLineWidthPx(512);
    }

    private RawRecord document(String key, String text, Consumer<LayoutOptions.Builder> options) {
        LayoutOptions.Builder layout = LayoutOptions.newBuilder();
        options.accept(layout);
        TextDocument.Builder document =
                TextDocument.newBuilder().setText(text).setSeed(7L).setLayout(layout.build());
        return RawRecord.of(key, kitchen.document(document));
    }

    /** To partition 0, so that the offsets are 0, 1, … */
    private void writeText(RawRecord record) throws Exception {
        kitchen.write(cluster.topics().texts().name(), 0, record);
    }

    private Optional<Refusal> refusal(long offset) {
        return ledger.refusals(0, offset).stream().findFirst();
    }

    private void await(String what, BooleanSupplier condition) {
        if (!ledger.await(condition, SharedInkstream.LIMIT)) {
            throw new AssertionError("never: " + what + "; the topology says "
                    + inkstream.health(Part.TOPOLOGY, Duration.ofSeconds(5)).reason());
        }
    }

    private int registry(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(inkstream.addresses().registryUrl() + path))
                .header("Content-Type", JSON_TYPE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
