package io.inkstream.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.Records;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.serde.MemoryRegistry;
import io.inkstream.schemas.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.MockAdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final Topics topics = new Topics("x.", Map.of("schema.registry.url", "mock://topics"));

    @Test
    void namesBeginWithThePrefix() {
        assertThat(topics.all().stream().map(Topic::name))
                .containsExactly(
                        "x.texts",
                        "x.lines",
                        "x.pages",
                        "x.dead-letters",
                        "x.models",
                        "x.model-chunks",
                        "x.rollouts",
                        "x.model-status",
                        "x.rollout-status",
                        "x.shadow-reports",
                        "x.glyph-samples",
                        "x.training-runs");
        assertThat(Topics.of(Settings.of(List.of(), Map.of(), Map.of(), Map.of()))
                        .texts()
                        .name())
                .isEqualTo("inkstream.texts");
    }

    @Test
    void stateIsCompactedAndTrafficExpires() {
        assertThat(topics.all().stream()
                        .filter(topic -> topic.cleanup() == Topic.Cleanup.COMPACT)
                        .map(Topic::name))
                .containsExactly(
                        "x.models",
                        "x.model-chunks",
                        "x.rollouts",
                        "x.model-status",
                        "x.rollout-status",
                        "x.glyph-samples");
    }

    @Test
    void onlyTopicsWhoseOrderIsByKeyAreSpreadOverPartitions() {
        Map<String, Integer> partitions =
                topics.definitions(6, -1).stream().collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions));

        assertThat(partitions)
                .containsEntry("x.texts", 6)
                .containsEntry("x.glyph-samples", 6)
                .containsEntry("x.models", 1)
                .containsEntry("x.rollouts", 1);
    }

    @Test
    void definitionsCarryPolicySizeAndReplicas() {
        NewTopic models = topics.definitions(6, 3).get(4);

        assertThat(models.replicationFactor()).isEqualTo((short) 3);
        assertThat(models.configs())
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("max.message.bytes", "" + Topics.MAX_MESSAGE_BYTES);
        assertThat(topics.definitions(6, -1).get(4).replicationFactor()).isEqualTo((short) -1);
    }

    @Test
    void whatCarriesHeartbeatsIsCompactedSoon() {
        assertThat(topics.definitions(6, -1).stream()
                        .filter(topic -> topic.configs().containsKey("segment.ms"))
                        .map(NewTopic::name))
                .containsExactly("x.model-status", "x.rollout-status");
    }

    @Test
    void missingTopicsAreCreatedAndExistingOnesStay() throws Exception {
        try (MockAdminClient cluster = cluster()) {
            cluster.createTopics(List.of(new NewTopic("x.lines", 9, (short) 1)))
                    .all()
                    .get();

            assertThat(topics.create(cluster, 3, -1)).hasSize(11).doesNotContain("x.lines");
            assertThat(topics.create(cluster, 3, -1)).isEmpty();

            Map<String, TopicDescription> found = cluster.describeTopics(
                            topics.all().stream().map(Topic::name).toList())
                    .allTopicNames()
                    .get();
            assertThat(found.get("x.lines").partitions()).hasSize(9);
            assertThat(found.get("x.texts").partitions()).hasSize(3);
            assertThat(found.get("x.models").partitions()).hasSize(1);
        }
    }

    @Test
    void topicsThatWouldForgetModelsAreFound() throws Exception {
        try (MockAdminClient cluster = cluster()) {
            cluster.createTopics(List.of(
                            new NewTopic("x.models", 1, (short) 1).configs(Map.of("cleanup.policy", "delete")),
                            new NewTopic("x.rollouts", 1, (short) 1)
                                    .configs(Map.of("cleanup.policy", "compact,delete")),
                            new NewTopic("x.texts", 1, (short) 1).configs(Map.of("cleanup.policy", "delete"))))
                    .all()
                    .get();
            Set<String> created = topics.create(cluster, 3, -1);

            assertThat(topics.forgetful(cluster, created)).containsExactly("x.models");
        }
    }

    @Test
    void aClusterThatRefusesIsNamedWithTheTopic() {
        try (MockAdminClient cluster = cluster()) {
            cluster.timeoutNextRequest(1);

            assertThatThrownBy(() -> topics.create(cluster, 3, -1))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("x.");
        }
    }

    @Test
    void allSchemasCanBeRegisteredAhead() {
        topics.registerSchemas();

        MemoryRegistry registry = MemoryRegistry.named("topics");
        assertThat(registry.latest("x.texts-value").schema()).isEqualTo(TextDocument.getClassSchema());
        assertThat(registry.latest("x.training-runs-value").schema()).isEqualTo(TrainingEvent.getClassSchema());
    }

    private static MockAdminClient cluster() {
        return new MockAdminClient.Builder()
                .numBrokers(1)
                .defaultPartitions((short) 1)
                .defaultReplicationFactor(1)
                .build();
    }

    @Test
    void aRecordGoesThroughItsTopicsSerdes() {
        byte[] bytes = topics.texts().value().serializer().serialize("x.texts", Records.text());

        assertThat(topics.texts().value().deserializer().deserialize("x.texts", bytes))
                .isEqualTo(Records.text());
    }

    @Test
    void aRegistryAddressIsNeeded() {
        assertThatThrownBy(() -> new Topics("x.", Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
    }

    @Test
    void theVersionOfTheCodeIsFilledIn() {
        assertThat(CodeVersion.current()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
