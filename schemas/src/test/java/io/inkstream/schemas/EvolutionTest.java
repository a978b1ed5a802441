package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What any release wrote, today's classes read. {@code src/test/resources/released} holds the schemas of each release. */
class EvolutionTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");

    static List<Path> releases() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void todaysClassesReadWhatTheReleaseWrote(Path release) {
        for (SpecificRecord record : Records.oneOfEach()) {
            Schema today = record.getSchema();
            Path file = release.resolve(today.getName() + ".avsc");
            if (Files.exists(file)) { // a younger record has no such past
                SchemaCompatibility.SchemaPairCompatibility found =
                        SchemaCompatibility.checkReaderWriterCompatibility(today, parse(file));
                assertThat(found.getType()).as(found.getDescription()).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
            }
        }
    }

    @Test
    void everyRecordOfTheFirstReleaseIsStillThere() throws IOException {
        List<String> names = Records.oneOfEach().stream()
                .map(record -> record.getSchema().getName() + ".avsc")
                .toList();
        try (Stream<Path> files = Files.list(releases().get(0))) {
            assertThat(names)
                    .containsAll(
                            files.map(file -> file.getFileName().toString()).toList());
        }
    }

    private static Schema parse(Path file) {
        try {
            return new Schema.Parser().parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
