package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.Goal.Progress;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.FileNames;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A careful rollout from beginning to end, by the commands that operators type: each step begins where the last ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutIT {
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final String TIMEOUT = Long.toString(SharedInkstream.LIMIT.toSeconds());

    private LocalInkstream inkstream;
    private Cluster cluster;
    private Cli cli;
    private byte[] shipped;
    private String name;
    private String first;
    private String second;
    private Path bundle;
    private int documents;
    private final Map<String, List<LineImage>> lines = new HashMap<>();

    @BeforeAll
    void freezeAndPublish(@TempDir Path directory) throws Exception {
        inkstream = SharedInkstream.ready();
        cluster = inkstream.cluster();
        cli = new Cli(inkstream.addresses());
        shipped = SharedInkstream.shippedModel();
        ModelId id = ModelBundle.parse(shipped, 64 << 20).manifest().id();
        name = id.name();
        first = id.toString();
        second = name + ":rollout-it";
        bundle = Files.write(
                directory.resolve("second.zip"),
                Bundles.version(shipped, name, "rollout-it", 0.1).toBytes());

        done("models", "promote", name, "--freeze");
        JsonNode published = done("models", "publish", bundle.toString());

        assertThat(published.path("ready").asBoolean()).isTrue();
        assertThat(published.path("servers").path(0).path("state").asText()).isEqualTo("READY");
        assertThat(drawnBy(draw(1)))
                .as("a frozen policy lets nothing new take over")
                .containsExactly(first);
    }

    /** The tests after this one count on the shipped model alone. */
    @AfterAll
    void leaveItAsItWas() {
        cli.run("models", "promote", name, "--newest");
        cli.run("models", "withdraw", second, "--force");
    }

    @Test
    @Order(1)
    void aShadowIsComparedAndNeverEmitted() throws Exception {
        done("models", "shadow", second, "--percent", "100");

        Set<String> ids = draw(4);

        assertThat(drawnBy(ids)).containsExactly(first);
        List<ShadowReport> reports = awaitReports(ids);
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.getModel()).isEqualTo(first);
            assertThat(report.getShadow()).isEqualTo(second);
            assertThat(report.getFailure()).isEmpty();
            assertThat(report.getPixelDifference()).isPositive();
        });
        done("models", "shadow", second, "--percent", "0");
    }

    @Test
    @Order(2)
    void aCandidateDrawsItsShareOfWholeDocuments() throws Exception {
        JsonNode policy = done("models", "candidate", second, "--percent", "50");

        Set<String> ids = draw(40);

        assertThat(drawnBy(ids)).containsExactlyInAnyOrder(first, second);
        assertThat(linesOf(ids))
                .allSatisfy(line -> assertThat(line.getProvenance().getPolicyRevision())
                        .isEqualTo(policy.path("revision").asText()));
        assertThat(ids).allSatisfy(id -> assertThat(linesOf(Set.of(id)))
                .extracting(line -> line.getProvenance().getModel())
                .containsOnly(linesOf(Set.of(id)).get(0).getProvenance().getModel()));
        awaitShare(second);
    }

    @Test
    @Order(3)
    void aCandidateThatIsSlowerThanItsBoundIsHaltedAndSaidAndItsDocumentsGoBackToStable(@TempDir Path directory)
            throws Exception {
        // Nothing is drawn and sent within a millisecond.
        String revision = cli.run("models", "candidate", second, "--percent", "100", "--max-latency-ms", "1", "--json")
                .json()
                .path("revision")
                .asText();
        String reason = awaitHalt(revision);

        assertThat(reason).isNotBlank();
        assertThat(drawnBy(draw(4))).containsExactly(first);
        Cli.Result list = cli.run("models", "list", "--canaries", directory.toString());
        assertThat(list.out()).contains("halted").contains(reason);
        try (Stream<Path> canaries = Files.walk(directory)) {
            assertThat(canaries.filter(file -> file.endsWith(FileNames.of(second) + ".png")))
                    .singleElement()
                    .satisfies(file ->
                            assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(100));
        }
    }

    @Test
    @Order(4)
    void aPromotedVersionServesAndARollbackBringsTheOneBeforeBack() throws Exception {
        done("models", "promote", second);
        assertThat(drawnBy(draw(2))).containsExactly(second);

        JsonNode back = done("models", "rollback", name);
        assertThat(back.path("stable").asText()).isEqualTo(first);
        assertThat(drawnBy(draw(2))).containsExactly(first);
    }

    @Test
    @Order(5)
    void aPinHoldsAgainstWhatServes() throws Exception {
        done("models", "pin", second, "--style", "neat");
        write("rollout-pinned", "neat");
        assertThat(drawnBy(Set.of("rollout-pinned"))).containsExactly(second);

        done("models", "pin", name, "--style", "neat", "--remove");
        write("rollout-untied", "neat");
        assertThat(drawnBy(Set.of("rollout-untied"))).containsExactly(first);
    }

    @Test
    @Order(6)
    void aLineIsDrawnAgainFromItsOwnImage(@TempDir Path directory) throws Exception {
        Set<String> ids = draw(1);
        Path image = new ImageFiles(directory)
                .save(ids.iterator().next(), linesOf(ids).get(0));
        Path model = Files.write(directory.resolve("first.zip"), shipped);

        assertThat(cli.run("replay", "--from-image", image.toString(), "--bundle", model.toString()))
                .satisfies(
                        offline -> assertThat(offline.code()).as(offline.err()).isZero());
        JsonNode online = cli.run(
                        "replay",
                        "--from-image",
                        image.toString(),
                        "--server",
                        inkstream.addresses().grpcTarget(),
                        "--json")
                .json();
        assertThat(online.path("equal").asBoolean()).isTrue();
        assertThat(online.path("compared").asText()).isEqualTo("bytes");
        assertThat(cli.run("replay", "--from-image", image.toString(), "--bundle", bundle.toString()))
                .satisfies(other -> {
                    assertThat(other.code()).isEqualTo(1);
                    assertThat(other.err()).contains("SHA-256");
                });
    }

    @Test
    @Order(7)
    void whatWouldBreakServingIsRefused() {
        assertThat(cli.run("models", "withdraw", first).code()).isEqualTo(5);
        assertThat(cli.run("models", "promote", name + ":no-such").code()).isEqualTo(2);
        assertThat(cli.run("models", "publish", bundle.toString(), "--location", "file:///no/such/file.zip")
                        .code())
                .isEqualTo(5);
    }

    @Test
    @Order(8)
    void aRolloutInStepsEndsWithItsPromotion() throws Exception {
        JsonNode policy = done("models", "candidate", second, "--steps", "50:4s,100:4s");
        assertThat(policy.path("steps").size()).isEqualTo(2);
        Set<String> during = draw(20);

        JsonNode promoted = awaitPolicy(second);
        assertThat(promoted.path("comment").asText()).startsWith("by topology ").contains("all 2 steps");
        assertThat(promoted.path("candidate").isNull()).isTrue();
        assertThat(promoted.path("earlier").path(0).asText()).isEqualTo(first);
        assertThat(drawnBy(draw(4))).containsExactly(second);
        assertThat(drawnBy(during)).contains(second);
        done("models", "rollback", name);
    }

    @Test
    @Order(9)
    void aPromotedVersionThatDoesNotKeepToItsBoundsGoesBackByItself() throws Exception {
        // Nothing is drawn and sent within a millisecond.
        done("models", "promote", second, "--bake", "10m", "--max-latency-ms", "1");
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        while (!policy().path("stable").asText().equals(first) && System.nanoTime() < deadline) {
            draw(10);
        }

        JsonNode back = awaitPolicy(first);
        assertThat(back.path("comment").asText())
                .startsWith("by topology ")
                .contains("back from " + second + " to " + first, "took longer than 1 ms");
        assertThat(back.path("bake_seconds").asInt()).isZero();
        assertThat(drawnBy(draw(2))).containsExactly(first);
    }

    @Test
    @Order(10)
    void aWithdrawnVersionLeavesTheServersAndItsChunksGoWithTheGarbage() throws Exception {
        JsonNode withdrawn = done("models", "withdraw", second, "--force");
        assertThat(withdrawn.path("gone").asBoolean()).isTrue();

        JsonNode planned =
                cli.run("models", "gc", "--grace", "0", "--dry-run", "--json").json();
        JsonNode freed = cli.run("models", "gc", "--grace", "0", "--json").json();
        JsonNode again = cli.run("models", "gc", "--grace", "0", "--json").json();

        assertThat(planned.path("chunks_of")).anyMatch(id -> id.asText().equals(second));
        assertThat(freed.path("chunk_bytes").asLong())
                .isEqualTo(planned.path("chunk_bytes").asLong())
                .isPositive();
        assertThat(again.path("chunks").asInt()).isZero();
        assertThat(drawnBy(draw(1))).containsExactly(first);
    }

    /** Runs a command that changes something, and waits until it is in force. */
    private JsonNode done(String... args) throws Exception {
        String[] all = Arrays.copyOf(args, args.length + 4);
        System.arraycopy(new String[] {"--wait", "--timeout", TIMEOUT, "--json"}, 0, all, args.length, 4);
        Cli.Result result = cli.run(all);
        assertThat(result.code())
                .as(String.join(" ", args) + ": " + result.err())
                .isZero();
        return result.json();
    }

    private Set<String> draw(int count) {
        Set<String> ids = new LinkedHashSet<>();
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            for (int i = 0; i < count; i++) {
                String id = "rollout-" + documents++;
                ids.add(id);
                writer.write(
                        id,
                        TextDocument.newBuilder()
                                .setText("Document " + id + ",\nand its second line.")
                                .setSeed(5L)
                                .build());
            }
            Lines arrived = Lines.await(reader, ids, false, SharedInkstream.LIMIT);
            ids.forEach(id -> lines.put(id, arrived.of(id)));
        }
        return ids;
    }

    private void write(String id, String style) {
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            writer.write(
                    id,
                    TextDocument.newBuilder().setText("Pinned.").setStyle(style).build());
            lines.put(
                    id,
                    Lines.await(reader, Set.of(id), false, SharedInkstream.LIMIT)
                            .of(id));
        }
    }

    private List<LineImage> linesOf(Set<String> ids) {
        return ids.stream().flatMap(id -> lines.get(id).stream()).toList();
    }

    private Set<String> drawnBy(Set<String> ids) {
        return linesOf(ids).stream()
                .map(line -> line.getProvenance().getModel())
                .collect(Collectors.toSet());
    }

    private List<ShadowReport> awaitReports(Set<String> ids) {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            // One record a line, the last of each document is enough.
            var reports = TopicSnapshot.read(
                    cluster.topics().shadowReports(), cluster.settings().clientConfig(), ids::contains);
            if (reports.keySet().containsAll(ids)) {
                return List.copyOf(reports.values());
            }
        }
        throw new AssertionError("the shadow was never reported");
    }

    private JsonNode policy() throws Exception {
        for (JsonNode policy : cli.run("models", "list", "--json").json().path("policies")) {
            if (policy.path("model").asText().equals(name)) {
                return policy;
            }
        }
        throw new AssertionError("no policy of " + name);
    }

    /** Waits until the topology has made the version stable by a record of its own, and routes by it. */
    private JsonNode awaitPolicy(String stable) throws Exception {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        JsonNode policy = policy();
        while (System.nanoTime() < deadline) {
            boolean isInForce = policy.path("instances")
                    .path(0)
                    .path("in_force")
                    .asText()
                    .equals(policy.path("revision").asText());
            if (policy.path("stable").asText().equals(stable) && isInForce) {
                return policy;
            }
            policy = policy();
        }
        throw new AssertionError("the topology has not made " + stable + " stable: " + policy);
    }

    /** What was routed is told with the next heartbeat of the topology. */
    private void awaitShare(String id) throws Exception {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode model : cli.run("models", "list", "--json").json().path("models")) {
                if (model.path("model").asText().equals(id)
                        && model.path("share").asDouble() > 0) {
                    return;
                }
            }
        }
        throw new AssertionError("no share of the documents is listed for " + id);
    }

    /** Feeds the candidate until it is halted; returns the reason. */
    private String awaitHalt(String revision) {
        try (RolloutDesk desk = new RolloutDesk(cluster, SILENCE, InstantSource.system(), System::nanoTime)) {
            Goal halted = situation -> situation.liveInstances(name).stream()
                    .filter(instance -> revision.equals(instance.getHaltedRevision()))
                    .map(RolloutStatus::getHaltReason)
                    .<Progress>map(Progress.Missed::new)
                    .findFirst()
                    .orElse(new Progress.Open("it is not halted"));
            long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
            while (System.nanoTime() < deadline) {
                draw(10);
                String reason = desk.await(halted, Duration.ofMillis(200))
                        .match(never -> "", missed -> missed.why(), late -> "");
                if (!reason.isEmpty()) {
                    return reason;
                }
            }
        }
        throw new AssertionError("the candidate was never halted");
    }
}
