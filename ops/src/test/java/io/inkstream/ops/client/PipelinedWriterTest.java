package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** By brokers that acknowledge what the test says, when it says so. */
class PipelinedWriterTest {
    private static final TextDocument TEXT =
            TextDocument.newBuilder().setText("Hello").build();

    private final Map<String, CompletableFuture<RecordMetadata>> underWay = new LinkedHashMap<>();
    private final List<String> reported = new ArrayList<>();
    private final PipelinedWriter writer = new PipelinedWriter(this::send, 2, new PipelinedWriter.Report() {
        @Override
        public void written(String document, TextDocument text, RecordMetadata at) {
            reported.add(document + "@" + at.offset());
        }

        @Override
        public void failed(String document, Exception reason) {
            reported.add(document + " " + reason.getMessage());
        }
    });
    /** Asked for when as many are in flight as may be: the next to be waited for. */
    private Runnable whenFull = () -> {};

    private CompletableFuture<RecordMetadata> send(String document, TextDocument text) {
        CompletableFuture<RecordMetadata> place = new CompletableFuture<>();
        underWay.put(document, place);
        assertThat(underWay.values().stream().filter(one -> !one.isDone())).hasSizeLessThanOrEqualTo(2);
        whenFull.run();
        return place;
    }

    private void acknowledge(String document, long offset) {
        underWay.get(document).complete(new RecordMetadata(new TopicPartition("texts", 0), offset, 0, 0, 0, 0));
    }

    @Test
    void whatWasAcknowledgedOutOfOrderIsReportedInOrder() {
        writer.write("a", TEXT);
        writer.write("b", TEXT);
        acknowledge("b", 2);
        acknowledge("a", 1);
        writer.finish();

        assertThat(reported).containsExactly("a@1", "b@2");
        assertThat(writer.written()).isEqualTo(2);
        assertThat(writer.failed()).isZero();
    }

    @Test
    void noMoreAreInFlightThanMayBe() {
        whenFull = () -> {
            if (underWay.size() >= 2) {
                // The oldest that is not done: without it the writer would wait for ever.
                underWay.entrySet().stream()
                        .filter(one -> !one.getValue().isDone())
                        .findFirst()
                        .ifPresent(one -> acknowledge(one.getKey(), 0));
            }
        };
        for (int i = 0; i < 50; i++) {
            assertThat(writer.write("d" + i, TEXT)).isTrue();
        }
        underWay.forEach((document, place) -> acknowledge(document, 0));
        writer.finish();

        assertThat(reported).hasSize(50).startsWith("d0@0").endsWith("d49@0");
    }

    @Test
    void aDocumentThatNoTopicTakesLeavesTheOthersAlone() {
        writer.write("large", TEXT);
        underWay.get("large").completeExceptionally(new RecordTooLargeException("too large"));

        assertThat(writer.write("small", TEXT)).isTrue();
        acknowledge("small", 7);
        writer.finish();

        assertThat(reported).containsExactly("large too large", "small@7");
        assertThat(writer.firstFailure().orElseThrow()).isInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void brokersThatDoNotAnswerEndTheSendingAndWhatIsUnderWayIsWaitedFor() {
        writer.write("a", TEXT);
        writer.write("b", TEXT);
        underWay.get("a").completeExceptionally(new TimeoutException("no answer"));
        acknowledge("b", 3);

        assertThat(writer.write("c", TEXT)).isFalse();
        writer.finish();

        assertThat(underWay).doesNotContainKey("c");
        assertThat(reported).containsExactly("a no answer", "b@3");
        assertThat(writer.sent()).isEqualTo(2);
    }

    @Test
    void aRegistryThatIsAwayEndsTheSending() {
        writer.write("a", TEXT);
        underWay.get("a").completeExceptionally(new RegistryUnavailableException("away"));

        assertThat(writer.write("b", TEXT)).isFalse();
    }
}
