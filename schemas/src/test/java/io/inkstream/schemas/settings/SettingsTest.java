package io.inkstream.schemas.settings;

import static io.inkstream.schemas.settings.CommonSettings.BOOTSTRAP_SERVERS;
import static io.inkstream.schemas.settings.CommonSettings.TOPIC_PREFIX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final Setting<Integer> PORT =
            Setting.integer("inkstream.topology.http.port", 9102, 0, 65_535, "Port of the health page.");
    private static final Setting<Duration> DELAY =
            Setting.duration("inkstream.topology.delay", "4ms", Duration.ZERO, "How long to wait.");
    private static final List<Setting<?>> KNOWN = List.of(PORT, DELAY);
    private static final Map<String, String> NONE = Map.of();

    @Test
    void flagsWinOverTheEnvironmentOverTheFileOverTheDefault() {
        Map<String, String> file = Map.of(PORT.key(), "1");
        Map<String, String> environment = Map.of("INKSTREAM_TOPOLOGY_HTTP_PORT", "2");
        Map<String, String> flags = Map.of(PORT.key(), "3");

        assertThat(Settings.of(KNOWN, NONE, NONE, NONE).get(PORT)).isEqualTo(9102);
        assertThat(Settings.of(KNOWN, file, NONE, NONE).get(PORT)).isEqualTo(1);
        assertThat(Settings.of(KNOWN, file, environment, NONE).get(PORT)).isEqualTo(2);
        assertThat(Settings.of(KNOWN, file, environment, flags).get(PORT)).isEqualTo(3);
    }

    private enum Source {
        FILE,
        ENVIRONMENT,
        FLAG
    }

    @Property
    void theLastSourceThatSaysSomethingWins(@ForAll("said") Map<Source, Integer> said) {
        Map<Source, Map<String, String>> sources = new HashMap<>();
        for (Source source : Source.values()) {
            String key = source == Source.ENVIRONMENT ? Settings.environmentName(PORT.key()) : PORT.key();
            sources.put(source, said.containsKey(source) ? Map.of(key, "" + said.get(source)) : NONE);
        }
        int expected = said.getOrDefault(
                Source.FLAG, said.getOrDefault(Source.ENVIRONMENT, said.getOrDefault(Source.FILE, 9102)));

        Settings settings =
                Settings.of(KNOWN, sources.get(Source.FILE), sources.get(Source.ENVIRONMENT), sources.get(Source.FLAG));

        assertThat(settings.get(PORT)).isEqualTo(expected);
        assertThat(settings.isSet(PORT)).isEqualTo(!said.isEmpty());
    }

    @Provide
    Arbitrary<Map<Source, Integer>> said() {
        return Arbitraries.maps(
                Arbitraries.of(Source.class), Arbitraries.integers().between(0, 65_535));
    }

    @Test
    void keysThatAreNotOursReachTheClientsUntouched() {
        Settings settings = Settings.of(
                KNOWN,
                Map.of("sasl.jaas.config", " x required; ", PORT.key(), "1"),
                Map.of("INKSTREAM_SASL_MECHANISM", "PLAIN", "INKSTREAM_BOOTSTRAP_SERVERS", "a:1,b:2", "PATH", "/bin"),
                Map.of("schema.registry.url", "http://r:1"));

        assertThat(settings.clientConfig())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "sasl.jaas.config", " x required; ",
                        "sasl.mechanism", "PLAIN",
                        "bootstrap.servers", "a:1,b:2",
                        "schema.registry.url", "http://r:1"));
        assertThat(settings.get(BOOTSTRAP_SERVERS)).containsExactly("a:1", "b:2");
    }

    @Test
    void clientsAlwaysGetAddresses() {
        assertThat(Settings.of(KNOWN, NONE, NONE, NONE).clientConfig())
                .containsEntry("bootstrap.servers", "127.0.0.1:9092")
                .containsEntry("schema.registry.url", "http://127.0.0.1:8081/apis/ccompat/v7");
    }

    @Test
    void whatKafkaCallsASettingOfATopicIsItsOwnInTheEnvironmentToo() {
        Settings settings = Settings.of(
                KNOWN,
                NONE,
                Map.of("INKSTREAM_TOPIC_SEGMENT_BYTES", "52428800", "INKSTREAM_TOPIC_PREFIX", "mine."),
                NONE);

        assertThat(settings.clientConfig()).containsEntry("topic.segment.bytes", "52428800");
        assertThat(settings.get(TOPIC_PREFIX)).isEqualTo("mine.");
    }

    @Test
    void anUnknownKeyOfOursNamesTheNearest() {
        assertThatThrownBy(() -> Settings.of(KNOWN, Map.of("inkstream.topolgy.http.port", "1"), NONE, NONE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("inkstream.topolgy.http.port")
                .hasMessageContaining("did you mean inkstream.topology.http.port");
        assertThatThrownBy(() -> Settings.of(KNOWN, NONE, Map.of("INKSTREAM_TOPIC_PREFX", "x"), NONE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("did you mean inkstream.topic.prefix");
        assertThatThrownBy(() -> Settings.of(KNOWN, NONE, Map.of("INKSTREAM_TOPOLOGY_HTTP_PRT", "1"), NONE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("did you mean inkstream.topology.http.port");
    }

    @Test
    void oneFileMayServeAllProcesses() {
        Settings settings = Settings.of(
                KNOWN,
                Map.of("inkstream.model.server.grpc.port", "1", "inkstream.trainer.anything", "2"),
                Map.of("INKSTREAM_OPS_PAGE_PORT", "3"),
                NONE);

        assertThat(settings.clientConfig()).containsOnlyKeys("bootstrap.servers", "schema.registry.url");
    }

    @Test
    void everyWrongValueIsNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> Settings.of(
                        KNOWN, Map.of(PORT.key(), "70000", DELAY.key(), "soon", "bootstrap.servers", ","), NONE, NONE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("inkstream.topology.http.port = '70000': expected a whole number, 0 to 65535")
                .hasMessageContaining("inkstream.topology.delay = 'soon': expected a time such as")
                .hasMessageContaining("bootstrap.servers = ','");
    }

    @Property
    void anyTextIsAValueOrNamedAsWrong(@ForAll String text) {
        try {
            Settings settings = Settings.of(KNOWN, Map.of(PORT.key(), text, DELAY.key(), text), NONE, NONE);
            assertThat(settings.get(PORT)).isBetween(0, 65_535);
        } catch (SettingsException e) {
            assertThat(e).hasMessageContaining("inkstream.topology.");
        }
    }

    @Test
    void secretsStayOutOfTheLog() {
        Settings settings = Settings.of(
                KNOWN,
                Map.of(
                        "basic.auth.user.info",
                        "ann:hush",
                        "sasl.jaas.config",
                        "hush",
                        "ssl.key.password",
                        "hush",
                        "schema.registry.url",
                        "http://ann:hush@r:1",
                        PORT.key(),
                        "5"),
                NONE,
                NONE);

        assertThat(settings.toString())
                .contains("inkstream.topology.http.port = 5")
                .doesNotContain("hush");
    }

    @Test
    void aProcessTakesAFileAndSingleSettings(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("inkstream.properties"), "inkstream.topic.prefix = grüße.\nacks=1\nlinger.ms=20\n");

        Settings settings =
                Settings.ofProcess(KNOWN, List.of("--config", file.toString(), "-X", "acks=all", "-X", "a=b=c"), NONE);

        assertThat(settings.get(TOPIC_PREFIX)).isEqualTo("grüße.");
        assertThat(settings.clientConfig())
                .containsEntry("acks", "all")
                .containsEntry("linger.ms", "20")
                .containsEntry("a", "b=c");
        assertThat(Settings.ofProcess(KNOWN, List.of(), NONE).get(PORT)).isEqualTo(9102);
        for (List<String> wrong : List.of(
                List.of("--config"),
                List.of("--config", folder.resolve("missing").toString()),
                List.of("-X", "novalue"),
                List.of("--verbose", "x"),
                List.of("--config", folder.toString()))) {
            assertThatThrownBy(() -> Settings.ofProcess(KNOWN, wrong, NONE)).isInstanceOf(SettingsException.class);
        }
    }

    @Property
    void anyNearMissOfAKeyIsNoticed(@ForAll @Size(1) List<Character> extra) {
        String key = PORT.key() + extra.get(0);

        assertThatThrownBy(() -> Settings.of(KNOWN, Map.of(key, "1"), NONE, NONE))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("did you mean " + PORT.key());
    }

    @Test
    void theReferenceHasARowForEverySetting() {
        Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();
        groups.put("Everywhere", CommonSettings.ALL);
        groups.put("Topology", KNOWN);

        assertThat(SettingsReference.markdown(groups))
                .startsWith("## Everywhere\n\n| key, environment | default | meaning |\n|---|---|---|\n")
                .contains("| `bootstrap.servers`<br>`INKSTREAM_BOOTSTRAP_SERVERS` | `127.0.0.1:9092` | Brokers of")
                .contains("\n\n## Topology\n")
                .contains("| `inkstream.topology.http.port`<br>`INKSTREAM_TOPOLOGY_HTTP_PORT` | `9102` | "
                        + "Port of the health page. Expected: a whole number, 0 to 65535. |\n");
    }
}
