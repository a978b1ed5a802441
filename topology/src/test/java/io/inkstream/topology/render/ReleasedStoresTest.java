package io.inkstream.topology.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.serde.MemoryRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Takes over what release 0.1.0 left in its stores: a document with one of four lines out, a planned one, and one that waits
 * for a version. {@code released/0.1.0/stores.txt} has them as that release wrote them.
 */
class ReleasedStoresTest {
    private final ProcessorHarness harness = new ProcessorHarness();

    @BeforeEach
    void leaveStores() throws IOException {
        // The values of the topic name the schema that came first at the registry: that release's.
        try (InputStream file = getClass().getResourceAsStream("/released/0.1.0/TextDocument.avsc")) {
            MemoryRegistry.named(harness.registryUrl.substring("mock://".length()))
                    .register("t.texts-value", new Schema.Parser().parse(file));
        }
        try (InputStream file = getClass().getResourceAsStream("/released/0.1.0/stores.txt")) {
            new String(file.readAllBytes(), UTF_8).lines().forEach(line -> {
                String[] words = line.split(" ");
                var store = words[0].equals("documents") ? harness.documents : harness.lines;
                store.put(
                        Bytes.wrap(HexFormat.of().parseHex(words[1])),
                        Base64.getDecoder().decode(words[2]));
            });
        }
        harness.serve("base:1");
    }

    @Test
    void allOfItIsFinished() {
        harness.serve("other:1");
        harness.start();
        harness.tick();
        harness.drawEverything();

        assertThat(harness.emitted)
                .containsExactlyInAnyOrder(
                        "begun 1 three",
                        "begun 2 four five",
                        "begun 3 six e",
                        "planned 0 \"seven\"",
                        "planned 1 eight",
                        "waiting 0 nine");
        assertThat(harness.drawnBy).contains("waiting 0 other:1 document-pin");
        assertThat(harness.pages).containsExactly("begun 0");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void whatCannotBeFinishedBecomesADeadLetterWithItsBytes() {
        harness.withdraw("base:1");
        harness.state("base:1", ModelState.UNLOADED);
        harness.start();
        harness.tick();
        for (int i = 0; i < 8; i++) {
            while (!harness.client.waiting().isEmpty()) {
                harness.client.fail(0, "NOT_FOUND");
            }
            harness.tick();
            harness.pass(1_000);
        }

        assertThat(harness.deadLetters)
                .contains("UNKNOWN_MODEL: model base:1 was withdrawn, replaced or rejected by every live server when"
                        + " 1 of 4 lines were out");
        assertThat(harness.letterRecords.get(harness.refused.indexOf("begun")).value())
                .isNotEmpty();
        assertThat(harness.refused).contains("begun", "waiting").doesNotContain("planned");
    }
}
