package io.inkstream.ops.client;

import static io.inkstream.ops.client.WrittenRecords.line;
import static io.inkstream.ops.client.WrittenRecords.pageWithout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private static final Duration LIMIT = Duration.ofMillis(1);

    private final Topics topics = new Topics("", Map.of("schema.registry.url", "mock://event-reader"));
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final List<EventReader.PassedOver> passedOver = new ArrayList<>();
    private final Map<String, Long> ends = new HashMap<>();

    @Test
    void whatCannotBeReadIsNamedAndPassedOverAndTheRestComes() {
        EventReader reader = reader();
        put("lines", utf8("good-1"), bytes(topics.lines(), line()));
        put("lines", utf8("no Avro"), new byte[] {9, 9});
        put(
                "lines",
                utf8("a schema that is gone"),
                ByteBuffer.allocate(9).put((byte) 0).putInt(123_456).array());
        put("lines", utf8("no value"), null);
        put("lines", new byte[] {(byte) 0xff, (byte) 0xfe}, bytes(topics.lines(), line()));
        put(
                "lines",
                utf8("another kind"),
                bytes(topics.texts(), TextDocument.newBuilder().setText("x").build()));
        put("pages", utf8("a line"), bytes(topics.lines(), line()));
        put("lines", utf8("cut off"), Arrays.copyOf(bytes(topics.lines(), line()), 9));
        put("lines", utf8("good-2"), bytes(topics.lines(), line()));
        put("pages", utf8("good-3"), bytes(topics.pages(), pageWithout("too large")));

        List<DocumentEvent> events = reader.poll(LIMIT);

        assertThat(events).extracting(DocumentEvent::document).containsExactlyInAnyOrder("good-1", "good-2", "good-3");
        assertThat(passedOver).hasSize(7);
        assertThat(passedOver)
                .extracting(EventReader.PassedOver::toString)
                .anyMatch(text -> text.startsWith("lines-0@2: ") && text.contains("123456"))
                .anyMatch(text -> text.startsWith("pages-0@0: "));
    }

    @Test
    void anythingAtAllIsADeadLetter() {
        EventReader reader = reader();
        put("dead-letters", null, null);
        put("dead-letters", new byte[] {(byte) 0xff}, new byte[] {1});
        ConsumerRecord<byte[], byte[]> record = record("dead-letters", utf8("d"), null);
        record.headers()
                .add(DeadLetterHeaders.OFFSET, utf8("-12"))
                .add(DeadLetterHeaders.PARTITION, utf8("99999999999999999999"))
                .add(DeadLetterHeaders.MESSAGE, new byte[5_000_000])
                .add(DeadLetterHeaders.REASON, null);
        consumer.addRecord(record);

        assertThat(reader.poll(LIMIT)).hasSize(3).last().satisfies(event -> {
            DeadLetter letter = ((DocumentEvent.Refused) event).letter();
            assertThat(letter.offset()).isEqualTo(-1);
            assertThat(letter.message()).hasSizeLessThanOrEqualTo(1_000);
            assertThat(letter.describe()).hasSizeLessThanOrEqualTo(1_000).doesNotContain("\0");
        });
        assertThat(passedOver).isEmpty();
    }

    @Test
    void recordsWaitWhileTheRegistryIsAwayAndComeInOrderWhenItIsBack() throws IOException {
        AtomicBoolean isBack = new AtomicBoolean();
        HttpServer registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        registry.createContext("/", exchange -> {
            byte[] answer = utf8(
                    isBack.get()
                            ? new ObjectNode(JsonNodeFactory.instance)
                                    .put("schema", LineImage.SCHEMA$.toString())
                                    .toString()
                            : "");
            exchange.sendResponseHeaders(isBack.get() ? 200 : 503, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        try {
            Topics real = new Topics(
                    "",
                    Map.of(
                            "schema.registry.url",
                            "http://127.0.0.1:" + registry.getAddress().getPort(),
                            "max.retries",
                            "0"));
            EventReader reader = reader(real);
            put("dead-letters", utf8("first"), null);
            put("lines", utf8("second"), bytes(topics.lines(), line()));
            put("lines", utf8("third"), bytes(topics.lines(), line()));

            List<String> seen = new ArrayList<>(documents(reader));
            assertThatThrownBy(() -> seen.addAll(documents(reader))).isInstanceOf(RegistryUnavailableException.class);
            isBack.set(true);
            seen.addAll(documents(reader));

            assertThat(seen)
                    .containsExactlyInAnyOrder("first", "second", "third")
                    .containsSubsequence("second", "third");
            assertThat(passedOver).isEmpty();
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void aReaderThatWaitsForTheRegistryCanBeEnded() {
        EventReader reader =
                reader(new Topics("", Map.of("schema.registry.url", "http://127.0.0.1:1", "max.retries", "0")));
        put("lines", utf8("d"), bytes(topics.lines(), line()));
        assertThatThrownBy(() -> reader.poll(LIMIT)).isInstanceOf(RegistryUnavailableException.class);

        reader.wakeup();

        assertThatThrownBy(() -> reader.poll(LIMIT)).isInstanceOf(WakeupException.class);
    }

    private static List<String> documents(EventReader reader) {
        return reader.poll(LIMIT).stream().map(DocumentEvent::document).toList();
    }

    private EventReader reader() {
        return reader(topics);
    }

    private EventReader reader(Topics read) {
        for (Topic<?, ?> topic : List.of(topics.lines(), topics.pages(), topics.deadLetters())) {
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            consumer.updatePartitions(topic.name(), List.of(new PartitionInfo(topic.name(), 0, null, null, null)));
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, 0L));
        }
        return new EventReader(read, consumer, EventReader.From.BEGINNING, passedOver::add);
    }

    private void put(String topic, byte[] key, byte[] value) {
        consumer.addRecord(record(topic, key, value));
    }

    private ConsumerRecord<byte[], byte[]> record(String topic, byte[] key, byte[] value) {
        return new ConsumerRecord<>(topic, 0, ends.merge(topic, 1L, Long::sum) - 1, key, value);
    }

    private static <V> byte[] bytes(Topic<String, V> topic, V value) {
        return topic.value().serializer().serialize(topic.name(), value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
