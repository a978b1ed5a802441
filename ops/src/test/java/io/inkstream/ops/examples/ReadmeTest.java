package io.inkstream.ops.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.schemas.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages show tested code: each example stands there as it is run. Links of all pages lead somewhere. */
class ReadmeTest {
    /** A link to a file of the project. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\((?!https?:)([^)#\\s]*)(#[^)\\s]+)?\\)");

    private static final Path EXAMPLE = Path.of("src/test/java/io/inkstream/ops/examples/Example.java");

    @ParameterizedTest
    @CsvSource({
        "producer, README.md",
        "consumer-config, README.md",
        "consumer, README.md",
        "careful-consumer, ops/docs/CLIENTS.md"
    })
    void theExampleStandsInThePageAsItIsTested(String region, String page) throws IOException {
        assertThat(Files.readString(Path.of("..").resolve(page))).contains(region(EXAMPLE, region));
    }

    @ParameterizedTest
    @ValueSource(strings = {"schemas/README.md", "ops/docs/OPERATIONS.md"})
    void theTableOfTopicsNamesAllOfThem(String page) throws IOException {
        List<String> names = new Topics("", Map.of("schema.registry.url", "mock://readme"))
                .all().stream().map(topic -> "`" + topic.name() + "`").toList();

        assertThat(Files.readString(Path.of("..").resolve(page))).contains(names);
    }

    @Test
    void thePageOfOperationsKnowsWhatToDoOfEveryDeadLetter() throws IOException {
        String page = Files.readString(Path.of("..").resolve("ops/docs/OPERATIONS.md"));

        for (DeadLetterReason reason : DeadLetterReason.values()) {
            assertThat(page).contains("`" + reason + "`");
        }
    }

    @Test
    void everyLinkOfThePagesLeadsSomewhere() throws IOException {
        List<Path> pages = DocumentedCommands.pages();
        assertThat(pages).hasSizeGreaterThan(10);
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            String prose = Files.readString(page).replaceAll("(?s)```.*?```", "");
            for (Matcher link = LINK.matcher(prose); link.find(); ) {
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                if (!Files.exists(target)
                        || (link.group(2) != null && !anchors(target).contains(link.group(2)))) {
                    broken.add(page + " links to " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** What GitHub calls the headings of a page. */
    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> "#"
                        + line.replaceFirst("#+ ", "")
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\p{L}\\d _-]", "")
                                .replace(' ', '-'))
                .toList();
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
