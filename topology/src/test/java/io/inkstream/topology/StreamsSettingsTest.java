package io.inkstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
    @Test
    void kafkasOwnKeysGoThroughAndWinOverOurDefaults() {
        Map<String, Object> config = StreamsSettings.streams(settings(Map.of(
                "num.stream.threads", "3",
                "state.dir", "/var/lib/inkstream",
                "main.consumer.session.timeout.ms", "9000",
                "security.protocol", "SSL")));

        assertThat(config)
                .containsEntry("num.stream.threads", "3")
                .containsEntry("state.dir", "/var/lib/inkstream")
                .containsEntry("main.consumer.session.timeout.ms", "9000")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("poll.ms", 5)
                .containsEntry("application.id", "inkstream-topology");
    }

    @Test
    void theConfigurationIsOneThatStreamsAccepts() {
        Map<String, Object> config = StreamsSettings.streams(settings(Map.of()));

        assertThat(new StreamsConfig(config).getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
                .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
    }

    @Test
    void whatExactlyOnceDependsOnCannotBeSet() {
        assertThatThrownBy(() -> StreamsSettings.streams(settings(Map.of("processing.guarantee", "at_least_once"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("processing.guarantee cannot be set");
        assertThatThrownBy(() -> StreamsSettings.streams(settings(Map.of("application.id", "mine"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("comes from inkstream.topology.application.id");
    }

    @Test
    void theRegistryIsAskedImpatientlyUnlessTheOperatorSaysOtherwise() {
        assertThat(StreamsSettings.serdes(settings(Map.of()))).containsEntry("max.retries", "0");
        assertThat(StreamsSettings.serdes(settings(Map.of("max.retries", "5")))).containsEntry("max.retries", "5");
    }

    @Test
    void theFollowerHasNoGroupAndReadsCommittedRecordsOnly() {
        assertThat(StreamsSettings.follower(settings(Map.of("group.id", "mine"))))
                .doesNotContainKey("group.id")
                .containsEntry("isolation.level", "read_committed");
    }

    @Test
    void theReporterWritesWithoutTransactionsAndNeverBlocksForLong() {
        assertThat(StreamsSettings.reporter(settings(Map.of("transactional.id", "mine")), "host:9102"))
                .doesNotContainKey("transactional.id")
                .containsEntry("max.block.ms", 5_000)
                .containsEntry("client.id", "inkstream-topology-host:9102");
    }

    @Test
    void aProcessIsNamedByItsHostAndPortUnlessToldOtherwise() {
        assertThat(StreamsSettings.instance(settings(Map.of()), "host", () -> "any"))
                .isEqualTo("host:9102");
        assertThat(StreamsSettings.instance(settings(Map.of("inkstream.topology.http.port", "0")), "host", () -> "any"))
                .isEqualTo("host:any");
        assertThat(StreamsSettings.instance(settings(Map.of("inkstream.topology.id", "mine")), "host", () -> "any"))
                .isEqualTo("mine");
    }

    @Test
    void everySettingReachesItsPlace() {
        Settings settings = settings(Map.of("inkstream.topology.application.id", "other"));

        assertThat(settings.get(TopologySettings.APPLICATION_ID)).isEqualTo("other");
        assertThat(StreamsSettings.streams(settings)).containsEntry("application.id", "other");
        assertThat(StreamsSettings.follower(settings)).containsEntry("client.id", "other-models");
    }

    private static Settings settings(Map<String, String> flags) {
        return Settings.of(TopologySettings.ALL, Map.of(), Map.of(), flags);
    }
}
