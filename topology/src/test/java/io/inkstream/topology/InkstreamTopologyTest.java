package io.inkstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.LineImage;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class InkstreamTopologyTest {
    @Test
    void aDocumentBecomesItsLinesInOrderThoughTheyAreDrawnBackwards() {
        try (TopologyHarness harness = new TopologyHarness().serving("base:1")) {
            harness.send("doc", "one two three four five");
            harness.client.drawAllBackwards();
            harness.tick();

            List<KeyValue<String, LineImage>> lines = harness.lines();
            assertThat(lines).extracting(line -> line.key).containsOnly("doc");
            assertThat(lines).extracting(line -> line.value.getText()).containsExactly("one two", "three", "four five");
            assertThat(lines).extracting(line -> line.value.getIndex()).containsExactly(0, 1, 2);
            assertThat(lines).extracting(line -> line.value.getCount()).containsOnly(3);
            assertThat(harness.entries(InkstreamTopology.DOCUMENTS)).isZero();
            assertThat(harness.entries(InkstreamTopology.LINES)).isZero();
        }
    }
}
