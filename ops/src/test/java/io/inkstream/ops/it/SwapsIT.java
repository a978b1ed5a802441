package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code bench --swaps 1000 --kill}. */
class SwapsIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int SWAPS = Boolean.getBoolean("inkstream.long") ? 50 : 12;

    @TempDir
    Path directory;

    @Test
    void noLineSuffersWhileVersionsSwapAndModelServerTopologyAndPublisherAreKilled() throws Exception {
        try (Launcher bench = Launcher.start(
                directory,
                // Few lines of one hand, so that two cores have time to start what is killed; this seed kills all
                // three.
                ("bench --swaps " + SWAPS + " --kill --rate 20 --hands 1 --seconds 3 --seed 1 --json").split(" "))) {
            String output = bench.awaitEnd(LIMIT);
            assertThat(bench.process().exitValue()).as(output).isZero();

            JsonNode report = new JsonMapper().readTree(jsonAtTheEnd(output));
            assertThat(report.path("swaps").asInt()).isEqualTo(SWAPS);
            assertThat(report.path("killed").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("model-server", "topology", "publisher");
            assertThat(report.path("kinds").fieldNames()).toIterable().contains("published", "promoted", "rolled_back");
            for (String counter : "lost doubled reordered wrong_version mixed_documents".split(" ")) {
                assertThat(report.path(counter).asInt(-1)).as(counter).isZero();
            }
            assertThat(report.path("lines").asLong()).isPositive();
            assertThat(report.path("compared_lines").asLong()).isGreaterThan(SWAPS);
        }
    }

    /** The launcher's output is both streams: before the report there is progress, braces and all. */
    private static String jsonAtTheEnd(String output) {
        Matcher report = Pattern.compile("\\{\\s*\"swaps\"").matcher(output);
        assertThat(report.find()).as(output).isTrue();
        return output.substring(report.start());
    }
}
