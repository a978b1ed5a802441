package io.inkstream.ops.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README shows tested code: each example stands there as it is run. */
class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/io/inkstream/ops/examples/Example.java");

    @ParameterizedTest
    @ValueSource(strings = {"producer", "consumer"})
    void theExampleStandsInTheReadmeAsItIsTested(String region) throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md"))).contains(region(EXAMPLE, region));
    }

    /** The lines between the marks, moved to the left margin. */
    private static String region(Path file, String name) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int from = indexOf(lines, "// README: " + name, 0);
        int to = indexOf(lines, "// README: end", from);
        int indent = lines.get(from).indexOf('/');
        return lines.subList(from + 1, to).stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .collect(Collectors.joining("\n"));
    }

    private static int indexOf(List<String> lines, String mark, int from) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(mark)) {
                return i;
            }
        }
        throw new AssertionError("no mark '" + mark + "'");
    }
}
