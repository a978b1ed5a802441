package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers are those that the README of the shipped samples gives. */
class DatasetStatsCommandTest {
    @Test
    void tellsPeopleSplitsSourcesWritersAndCharacters() {
        List<String> lines = stats().lines().toList();

        assertThat(lines)
                .contains(
                        "samples: 16637, 2742 test, 13895 train",
                        "source: emnist 5580 samples, 4650 train, 930 test, 0 writers, 5580 without writer",
                        "source: unipen 11057 samples, 9245 train, 1812 test, 269 writers, 0 without writer",
                        "  &  91 train, 9 test");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("writers: "))
                .singleElement()
                .asString()
                .startsWith("writers: 269 with ")
                .endsWith("; 0 in both splits; 5580 samples without writer");
        assertThat(lines).filteredOn(line -> line.startsWith("writer: unipen/")).hasSize(10);
        assertThat(lines).filteredOn(line -> line.startsWith("  ")).hasSize(94);
    }

    @Test
    void tellsProgramsTheSame() throws Exception {
        JsonNode stats = new JsonMapper().readTree(stats("--json"));

        assertThat(stats.at("/bySplit/TEST").asInt()).isEqualTo(2742);
        assertThat(stats.at("/bySource/unipen/writers").asInt()).isEqualTo(269);
        assertThat(stats.at("/bySource/emnist/withoutWriter").asInt()).isEqualTo(5580);
        assertThat(stats.at("/byCharacter/&/test").asInt()).isEqualTo(9);
        assertThat(stats.at("/writers/known").asInt()).isEqualTo(269);
        List<Integer> first = new ArrayList<>();
        stats.at("/writers/first")
                .forEach(writer -> first.add(writer.path("samples").asInt()));
        assertThat(first).hasSize(10).isSortedAccordingTo((a, b) -> b - a);
        assertThat(first.get(0)).isEqualTo(stats.at("/writers/most").asInt());
    }

    private static String stats(String... more) {
        List<String> line = new ArrayList<>(List.of("dataset", "stats", "--from", "../trainer/samples"));
        line.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), line.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }
}
