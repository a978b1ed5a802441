package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.Health;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Member;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.stack.Shape;
import io.inkstream.schemas.AdminClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** A cluster whose administrator decides what a topic may look like. */
class ManagedClusterIT {
    private static final Member TOPOLOGY = Member.first(Part.TOPOLOGY);

    @Test
    void aRefusedInternalTopicIsNamedWithTheSettingsThatLetItBeMade() throws Exception {
        try (LocalInkstream inkstream = new LocalInkstream(
                        Distribution.current(),
                        SharedInkstream.directory("managed"),
                        new Shape(3, 1, 1),
                        Addresses.anyFree(new Shape(3, 1, 1)),
                        Map.of("inkstream.topic.replication", "3"))
                .withBrokers(
                        Map.of(
                                "create.topic.policy.class.name",
                                StrictTopicPolicy.class.getName(),
                                "default.replication.factor",
                                "1"),
                        List.of(testClasses()))) {
            for (Member broker : inkstream.shape().members(Part.BROKER)) {
                inkstream.start(broker);
            }
            for (Member broker : inkstream.shape().members(Part.BROKER)) {
                inkstream.awaitHealthy(broker, SharedInkstream.LIMIT);
            }
            try (Admin admin =
                    AdminClients.create(inkstream.cluster().settings().clientConfig())) {
                inkstream.cluster().topics().create(admin, 2, 3);
                inkstream.start(Part.REGISTRY);
                inkstream.start(TOPOLOGY);

                String refusal = awaitReason(inkstream, reason -> reason.contains("the brokers refuse"));
                assertThat(refusal)
                        .contains("-changelog", "segments are at least 52428800 bytes")
                        .contains("topic.segment.bytes=16777216", "replication.factor=-1");

                inkstream.stop(TOPOLOGY);
                inkstream.start(TOPOLOGY, Map.of("topic.segment.bytes", "52428800"));
                assertThat(awaitReason(inkstream, reason -> reason.contains("the brokers refuse")))
                        .contains("a topic has 3 replicas", "replication.factor");

                inkstream.stop(TOPOLOGY);
                inkstream.start(TOPOLOGY, Map.of("topic.segment.bytes", "52428800", "replication.factor", "3"));
                awaitReason(inkstream, reason -> !reason.contains("streams") && reason.contains("model"));
                Set<ConfigResource> internal = admin.listTopics().names().get().stream()
                        .filter(name -> name.endsWith("-changelog"))
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .collect(Collectors.toSet());
                assertThat(internal).hasSizeGreaterThanOrEqualTo(3);
                for (Config config : admin.describeConfigs(internal).all().get().values()) {
                    assertThat(config.get("segment.bytes").value()).isEqualTo("52428800");
                    assertThat(config.get("min.cleanable.dirty.ratio").value()).isEqualTo("0.2");
                }
            }
        }
    }

    /** Waits until the topology says why it is not ready, in words that are as wanted. */
    private static String awaitReason(LocalInkstream inkstream, Predicate<String> wanted) {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        String reason = "";
        while (System.nanoTime() < deadline) {
            Health.Report report = inkstream.health(TOPOLOGY, Duration.ofSeconds(2));
            reason = report.healthy() ? "ready" : report.reason();
            if (wanted.test(reason)) {
                return reason;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("the topology never said so, last: " + reason);
    }

    private static Path testClasses() throws Exception {
        return Path.of(StrictTopicPolicy.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
