package io.inkstream.topology.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class StoreFormatTest {
    private static final List<Schema> TODAY = List.of(
            PendingDocument.getClassSchema(),
            PlannedLine.getClassSchema(),
            LineImage.getClassSchema(),
            TextDocument.getClassSchema());

    /** A release that changes a schema adds a folder with all four, and its name to the list: else the next cannot read it. */
    @Test
    void whatTodaysStoresHoldCanBeReadByEveryLaterRelease() {
        String latest = StoreFormat.RELEASES.get(StoreFormat.RELEASES.size() - 1);
        for (int i = 0; i < TODAY.size(); i++) {
            Schema kept = StoreFormat.schema(latest, StoreFormat.RECORDS.get(i));
            assertThat(fingerprint(kept)).as(StoreFormat.RECORDS.get(i)).isEqualTo(fingerprint(TODAY.get(i)));
        }
    }

    private static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }
}
