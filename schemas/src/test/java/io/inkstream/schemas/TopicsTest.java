package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.settings.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
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
                .containsExactly("x.models", "x.model-chunks", "x.rollouts", "x.model-status", "x.glyph-samples");
    }

    @Test
    void onlyTopicsWhoseOrderIsByKeyAreSpreadOverPartitions() {
        Map<String, Integer> partitions = topics.definitions(6, -1).stream()
                .collect(java.util.stream.Collectors.toMap(NewTopic::name, NewTopic::numPartitions));

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
