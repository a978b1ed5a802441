package io.inkstream.topology.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class StoreFormatTest {
    private static final List<Schema> TODAY = List.of(
            PendingDocument.getClassSchema(),
            PlannedLine.getClassSchema(),
            LineImage.getClassSchema(),
            TextDocument.getClassSchema());

    /** What stores of the first releases name their schemas by: a file that is edited reads nothing any more. */
    private static final List<List<Long>> FINGERPRINTS = List.of(
            List.of(-8764569263625748637L, -4528459088815858160L, 5691210230774194291L, -3891022794907561402L),
            List.of(-4324337755069024035L, -7307754757557178955L, 5691210230774194291L, -3891022794907561402L),
            List.of(-4324337755069024035L, -7307754757557178955L, -6776467293957327412L, 8647387388745550987L));

    /** A release that changes a schema adds a file with all four, and its name to the list: else the next cannot read it. */
    @Test
    void whatTodaysStoresHoldCanBeReadByEveryLaterRelease() throws IOException {
        String latest = StoreFormat.RELEASES.get(StoreFormat.RELEASES.size() - 1);
        Path today = Files.writeString(
                Files.createDirectories(Path.of("target")).resolve("today.avsc"),
                Schema.createUnion(TODAY).toString(true) + "\n");

        assertThat(fingerprints(StoreFormat.schemas(latest)))
                .as("copy %s to %s.avsc of the resources, or to a file of the next release", today, latest)
                .isEqualTo(fingerprints(TODAY));
    }

    @Test
    void theSchemasOfReleasesNeverChange() {
        assertThat(Stream.of("0.1.0", "0.2.0", "0.3.0")
                        .map(StoreFormat::schemas)
                        .map(StoreFormatTest::fingerprints)
                        .toList())
                .isEqualTo(FINGERPRINTS);
    }

    private static List<Long> fingerprints(List<Schema> schemas) {
        return schemas.stream().map(SchemaNormalization::parsingFingerprint64).toList();
    }
}
