package io.inkstream.ops.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README shows tested code: each example stands there as it is run. Links of all pages lead somewhere. */
class ReadmeTest {
    /** A link to a file of the project. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");

    private static final Path EXAMPLE = Path.of("src/test/java/io/inkstream/ops/examples/Example.java");

    @ParameterizedTest
    @ValueSource(strings = {"producer", "consumer"})
    void theExampleStandsInTheReadmeAsItIsTested(String region) throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md"))).contains(region(EXAMPLE, region));
    }

    @Test
    void everyLinkOfThePagesLeadsSomewhere() throws IOException {
        List<Path> pages = DocumentedCommands.pages();
        assertThat(pages).hasSizeGreaterThan(10);
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            String prose = Files.readString(page).replaceAll("(?s)```.*?```", "");
            for (Matcher link = LINK.matcher(prose); link.find(); ) {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(page + " links to " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
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
