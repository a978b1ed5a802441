package io.inkstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.settings.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class RefusedTopicsTest {
    @Test
    void anAdministratorsRefusalIsToldWithTheSettingsThatChangeTheTopic() {
        RefusedTopics refused = new RefusedTopics(config(Map.of()));

        assertThat(refused.explain(new StreamsException(
                        "Could not create topic t-documents-changelog.",
                        new PolicyViolationException("segments are at least 50 MiB"))))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("t-documents-changelog", "segments are at least 50 MiB")
                        .contains("replication.factor=-1", "topic.segment.bytes=16777216"));
    }

    @Test
    void otherDeathsAreNotExplained() {
        RefusedTopics refused = new RefusedTopics(config(Map.of()));

        assertThat(refused.explain(new StreamsException("gone", new TimeoutException("late"))))
                .isEmpty();
        assertThat(refused.explain(new StreamsException((String) null))).isEmpty();
    }

    @Test
    void whatTheOperatorSetsReachesEveryInternalTopic() {
        Map<String, Object> config =
                config(Map.of("topic.segment.bytes", "52428800", "replication.factor", "3", "topic.retention.ms", "1"));

        assertThat(new RefusedTopics(config).explain(new PolicyViolationException("no")))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("replication.factor=3", "topic.segment.bytes=52428800", "topic.retention.ms=1"));
        assertThat(new StreamsConfig(config).originalsWithPrefix("topic.")).containsEntry("segment.bytes", "52428800");
    }

    @Test
    void olderTransactionsAreRemarkedOnWithWhatToDo() {
        assertThat(TransactionVersion.remark(2)).isEmpty();
        assertThat(List.of(0, 1)).allSatisfy(version -> assertThat(TransactionVersion.remark(version))
                .hasValueSatisfying(remark ->
                        assertThat(remark).contains("is " + version, "upgrade --feature transaction.version=2")));
    }

    private static Map<String, Object> config(Map<String, String> flags) {
        return StreamsSettings.streams(Settings.of(TopologySettings.ALL, Map.of(), Map.of(), flags));
    }
}
