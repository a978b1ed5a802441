package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Every input that cannot be used gets its reason, its bytes and its place; the stream goes on around it. */
class BadInputIT {
    private record Bad(String reason, byte[] value) {}

    @Test
    void everyBadInputBecomesADeadLetterAndTheStreamGoesOn() throws Exception {
        Cluster cluster = SharedInkstream.ready().cluster();
        Map<String, Bad> inputs = inputs(cluster);
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            writer.write("before-bad", document("Before.").build());
            Map<String, RecordMetadata> sent = send(cluster, inputs);
            writer.write("after-bad", document("After.").build());

            Set<String> all = new java.util.HashSet<>(inputs.keySet());
            all.addAll(Set.of("before-bad", "after-bad"));
            Lines arrived = Lines.await(reader, all, false, SharedInkstream.LIMIT);

            assertThat(arrived.of("before-bad")).hasSize(1);
            assertThat(arrived.of("after-bad")).hasSize(1);
            inputs.forEach((document, bad) -> {
                assertThat(arrived.of(document)).as(document).isEmpty();
                DeadLetter letter = arrived.refusalOf(document).letter();
                assertThat(letter.reason()).as(document).isEqualTo(bad.reason());
                assertThat(letter.message()).as(document).isNotBlank();
                assertThat(letter.stage()).as(document).isNotBlank();
                assertThat(letter.value()).as("original bytes of %s", document).isEqualTo(bad.value());
                RecordMetadata at = sent.get(document);
                assertThat(letter.topic()).isEqualTo(at.topic());
                assertThat(letter.partition()).isEqualTo(at.partition());
                assertThat(letter.offset()).isEqualTo(at.offset());
            });
        }
    }

    private static Map<String, Bad> inputs(Cluster cluster) {
        Map<String, Bad> inputs = new LinkedHashMap<>();
        inputs.put("bad-not-avro", new Bad("UNREADABLE_RECORD", "just text".getBytes(StandardCharsets.UTF_8)));
        inputs.put("bad-no-bytes", new Bad("UNREADABLE_RECORD", new byte[0]));
        byte[] good = serialized(cluster, document("x"));
        byte[] unknown = good.clone();
        unknown[1] = 0x7f;
        inputs.put("bad-unknown-schema", new Bad("UNKNOWN_SCHEMA", unknown));
        inputs.put("bad-cut-off", new Bad("UNREADABLE_RECORD", java.util.Arrays.copyOf(good, good.length - 3)));
        add(inputs, cluster, "bad-empty", "EMPTY_TEXT", document(""));
        add(inputs, cluster, "bad-too-large", "TEXT_TOO_LARGE", document("word ".repeat(14_000)));
        add(inputs, cluster, "bad-style", "UNKNOWN_STYLE", document("x").setStyle("no-such-style"));
        add(inputs, cluster, "bad-model", "UNKNOWN_MODEL", document("x").setModel("no-such-model:1"));
        add(inputs, cluster, "bad-height-0", "INVALID_LAYOUT", layout(options().setLineHeightPx(0)));
        add(
                inputs,
                cluster,
                "bad-height-10000",
                "INVALID_LAYOUT",
                layout(options().setLineHeightPx(10_000)));
        add(inputs, cluster, "bad-width", "INVALID_LAYOUT", layout(options().setLineWidthPx(3)));
        add(inputs, cluster, "bad-overlap", "INVALID_LAYOUT", layout(options().setMaxOverlap(0.34)));
        add(
                inputs,
                cluster,
                "bad-overlap-nan",
                "INVALID_LAYOUT",
                layout(options().setMaxOverlap(Double.NaN)));
        return inputs;
    }

    private static Map<String, RecordMetadata> send(Cluster cluster, Map<String, Bad> inputs) throws Exception {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        Map<String, RecordMetadata> sent = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Map.Entry<String, Bad> input : inputs.entrySet()) {
                byte[] key = input.getKey().getBytes(StandardCharsets.UTF_8);
                sent.put(
                        input.getKey(),
                        producer.send(new ProducerRecord<>(
                                        cluster.topics().texts().name(),
                                        key,
                                        input.getValue().value()))
                                .get());
            }
        }
        return sent;
    }

    private static void add(
            Map<String, Bad> inputs, Cluster cluster, String document, String reason, TextDocument.Builder text) {
        inputs.put(document, new Bad(reason, serialized(cluster, text)));
    }

    private static byte[] serialized(Cluster cluster, TextDocument.Builder text) {
        return cluster.topics()
                .texts()
                .value()
                .serializer()
                .serialize(cluster.topics().texts().name(), text.build());
    }

    private static TextDocument.Builder document(String text) {
        return TextDocument.newBuilder().setText(text);
    }

    private static TextDocument.Builder layout(LayoutOptions.Builder layout) {
        return document("x").setLayout(layout.build());
    }

    private static LayoutOptions.Builder options() {
        return LayoutOptions.newBuilder();
    }
}
