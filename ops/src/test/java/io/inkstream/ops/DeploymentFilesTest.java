package io.inkstream.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentFilesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\bINKSTREAM_[A-Z_]+\\b");
    /** A key of Kafka Streams, which is not ours to list. */
    private static final String STREAMS_STATE = "INKSTREAM_STATE_DIR";

    @ParameterizedTest
    @ValueSource(strings = {"../docker-compose.yml", "docker/Dockerfile"})
    void everySettingIsOneThatExists(String file) throws IOException {
        String reference = Files.readString(Path.of("docs/SETTINGS.md"));
        Set<String> named = new TreeSet<>();
        Matcher matcher = VARIABLE.matcher(Files.readString(Path.of(file)));
        while (matcher.find()) {
            named.add(matcher.group());
        }
        named.remove(STREAMS_STATE);

        assertThat(named).isNotEmpty().allSatisfy(name -> assertThat(reference).contains("`" + name + "`"));
    }

    @Test
    void theComposeFileIsOneThatComposeTakes() throws Exception {
        assumeTrue(isOnPath("docker-compose"), "docker-compose is not installed: its own check of the file is skipped");

        Process check = new ProcessBuilder("docker-compose", "-f", "../docker-compose.yml", "config", "-q")
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
