package io.inkstream.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentFilesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\bINKSTREAM_[A-Z_]+\\b");
    private static final Path COMPOSE = Path.of("../docker-compose.yml");

    @ParameterizedTest
    @ValueSource(strings = {"../docker-compose.yml", "docker/Dockerfile"})
    void everySettingIsOneThatExists(String file) throws IOException {
        String reference = Files.readString(Path.of("docs/SETTINGS.md"));
        Set<String> named = new TreeSet<>();
        Matcher matcher = VARIABLE.matcher(Files.readString(Path.of(file)));
        while (matcher.find()) {
            named.add(matcher.group());
        }
        named.removeIf(DeploymentFilesTest::isKafkas);

        assertThat(named).isNotEmpty().allSatisfy(name -> assertThat(reference).contains("`" + name + "`"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker compose", "docker-compose"})
    void theComposeFileIsOneThatComposeTakes(String compose) throws Exception {
        assumeTrue(
                ended(compose + " version") == 0, compose + " is not installed: its own check of the file is skipped");

        assertThat(ended(compose + " -f ../docker-compose.yml config -q")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"apache/kafka, kafka.version", "apicurio/apicurio-registry-mem, apicurio.version"})
    void theImagesAreTheVersionsThatWeTestWith(String image, String property) throws IOException {
        Matcher version =
                Pattern.compile("<" + property + ">([^<]+)<").matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();

        assertThat(Files.readString(COMPOSE)
                        .lines()
                        .map(String::trim)
                        .filter(line -> line.startsWith("image: " + image)))
                .isNotEmpty()
                .containsOnly("image: " + image + ":" + version.group(1));
    }

    @Test
    void theImagesAreBuiltByEveryBuilder() throws IOException {
        assertThat(Files.readString(Path.of("docker/Dockerfile")))
                .as("flags that only BuildKit knows")
                .doesNotContain("--chmod", "--mount", "--link", "<<");
        assertThat(Path.of("docker/healthy")).isExecutable();
        assertThat(Path.of("docker/slim")).isExecutable();
    }

    /** A container without a bound of its memory or its log takes all that the machine has. */
    @Test
    void everyContainerIsBoundedAndGuarded() throws IOException {
        String file = Files.readString(COMPOSE);
        String services = file.substring(file.indexOf("\nservices:"), file.indexOf("\nvolumes:"));
        List<String> each = List.of(services.split("\n(?=  [a-z-]+:\n)"));

        assertThat(each).hasSizeGreaterThan(6);
        each.subList(1, each.size()).forEach(service -> assertThat(service)
                .contains("mem_limit:")
                .containsAnyOf("<<: *guarded", "<<: *inkstream", "cap_drop: [ALL]")
                .containsAnyOf("<<: *guarded", "<<: *inkstream", "logging: *logging"));
    }

    /** Whether it is a key of Kafka Streams or of its clients, which are not ours to list. */
    private static boolean isKafkas(String name) {
        String key =
                name.substring("INKSTREAM_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
        return StreamsConfig.configDef().names().contains(key) && !key.equals(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)
                || isIn(ConsumerConfig.configNames(), StreamsConfig.MAIN_CONSUMER_PREFIX, key)
                || isIn(ProducerConfig.configNames(), StreamsConfig.PRODUCER_PREFIX, key);
    }

    private static boolean isIn(Set<String> names, String prefix, String key) {
        return key.startsWith(prefix) && names.contains(key.substring(prefix.length()));
    }

    private static int ended(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command.split(" "))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }
}
