package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.bench.faults.FaultKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code bench --faults 300}: each kind of fault once, over two of everything. Rolling restarts, which are
 * stops of each in turn, are made with {@code -Dinkstream.long=true}.
 */
class FaultsIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @Test
    void noDocumentSuffersFromAnyKindOfFaultInTwoOfEverything() throws Exception {
        Set<String> kinds =
                Stream.of(FaultKind.values()).map(FaultKind::label).collect(Collectors.toCollection(TreeSet::new));
        if (!Boolean.getBoolean("inkstream.long")) {
            kinds.removeIf(kind -> kind.startsWith("roll-"));
        }
        String command = "bench --faults " + kinds.size() + " --only " + String.join(",", kinds)
                + " --rate 14 --hands 1 --seconds 1 --seed 1 --json";
        try (Launcher bench = Launcher.start(directory, command.split(" "))) {
            String output = bench.awaitEnd(LIMIT);
            assertThat(bench.process().exitValue()).as(output).isZero();

            JsonNode report = new JsonMapper().readTree(jsonAtTheEnd(output));
            Set<String> skipped = new TreeSet<>();
            report.path("skipped").fieldNames().forEachRemaining(skipped::add);
            // A small disk can be made by root only.
            assertThat(skipped).isSubsetOf("full-state-directory");
            kinds.removeAll(skipped);
            assertThat(report.path("kinds").fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(kinds);
            for (String counter :
                    "lost doubled reordered mixed_documents byte_different lines_and_dead_letter".split(" ")) {
                assertThat(report.path(counter).asInt(-1)).as(counter).isZero();
            }
            // How many of them are measured depends on how fast this machine recovers from the faults before.
            assertThat(report.path("takeover_ms").path("count").asInt()
                            + report.path("takeovers_amid_backlog").asInt())
                    .isPositive();
            assertThat(report.path("lines").asLong()).isGreaterThan(500);
            assertThat(report.path("pages").asLong()).isPositive();
            assertThat(report.path("dead_letters").asLong()).isPositive();
        }
    }

    /** The launcher's output is both streams: before the report there is progress, braces and all. */
    private static String jsonAtTheEnd(String output) {
        Matcher report = Pattern.compile("\\{\\s*\"faults\"").matcher(output);
        assertThat(report.find()).as(output).isTrue();
        return output.substring(report.start());
    }
}
