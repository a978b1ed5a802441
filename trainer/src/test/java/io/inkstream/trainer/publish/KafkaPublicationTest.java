package io.inkstream.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaPublicationTest {
    private static final String GROUP = KafkaPublication.groupOf("hand");
    private static final TopicPartition ZERO = new TopicPartition("glyph-samples", 0);
    private static final TopicPartition ONE = new TopicPartition("glyph-samples", 1);
    private static final Learned LEARNED = new Learned("hand:2", "sha256:2", 12, Map.of(0, 7L, 1, 5L));

    private final ModelBundle bundle = BundleMaker.standard()
            .make(ModelId.parse("hand:2"), Optional.empty(), TrainedModels.printableAscii(1_200_000));
    private MockProducer<byte[], byte[]> producer = producer();
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();
    private final KafkaPublication publication = new KafkaPublication(
            new Topics("", Map.of("schema.registry.url", "mock://publication")),
            GROUP,
            InstantSource.fixed(Instant.EPOCH),
            this::consumer,
            () -> new TransactionalWriter(producer, "broker:9092"));

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Test
    void modelAndWhatItHasLearnedFromAreOneTransaction() throws Exception {
        assertThat(publication.publish(bundle.toBytes(), bundle, LEARNED)).isEqualTo(LEARNED);

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).hasSize(4); // three chunks and the announcement
        Map<TopicPartition, OffsetAndMetadata> offsets =
                producer.consumerGroupOffsetsHistory().get(0).get(GROUP);
        assertThat(offsets).containsOnlyKeys(ZERO, ONE);
        assertThat(offsets.get(ZERO).offset()).isEqualTo(7);
    }

    @Test
    void whatWasCommittedIsReadBack() throws Exception {
        publication.publish(bundle.toBytes(), bundle, LEARNED);
        committed = producer.consumerGroupOffsetsHistory().get(0).get(GROUP);

        assertThat(publication.last()).hasValue(LEARNED);
    }

    @Test
    void sameSamplesArePublishedOnceWhateverTheModelIsCalled() throws Exception {
        publication.publish(bundle.toBytes(), bundle, LEARNED);
        committed = producer.consumerGroupOffsetsHistory().get(0).get(GROUP);
        producer = producer(); // a writer closes its own

        Learned last = publication.publish(
                bundle.toBytes(), bundle, new Learned("hand:3", "sha256:2", 12, Map.of(0, 8L, 1, 5L)));

        assertThat(last).isEqualTo(LEARNED);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void failureInTheMiddleShowsNeitherModelNorOffsets() {
        producer.commitTransactionException = new KafkaException("disk full");

        assertThatThrownBy(() -> publication.publish(bundle.toBytes(), bundle, LEARNED))
                .isInstanceOf(WriteFailedException.class);
        assertThat(producer.history()).isEmpty();
        assertThat(producer.consumerGroupOffsetsHistory()).isEmpty();
    }

    @Test
    void clusterThatDoesNotAnswerIsOneSentence() {
        KafkaPublication away = new KafkaPublication(
                new Topics("", Map.of("schema.registry.url", "mock://publication")),
                GROUP,
                InstantSource.fixed(Instant.EPOCH),
                () -> {
                    throw new TimeoutException("no answer");
                },
                () -> new TransactionalWriter(producer, "broker:9092"));

        assertThatThrownBy(away::last).isInstanceOf(WriteFailedException.class).hasMessageContaining(GROUP);
        assertThatThrownBy(() -> away.publish(bundle.toBytes(), bundle, LEARNED))
                .isInstanceOf(WriteFailedException.class);
    }

    @Test
    void offsetsThatSomebodyElseHasWrittenMeanNothing() throws Exception {
        for (String note :
                List.of("", "null", "[]", "{}", "{\"model\":7,\"digest\":[]}", "\u0000", "{".repeat(4_000))) {
            committed = Map.of(ZERO, new OffsetAndMetadata(3, note));
            assertThat(publication.last()).as(note).isEmpty();
        }
    }

    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.updatePartitions(
                "glyph-samples",
                Stream.of(ZERO, ONE)
                        .map(partition -> new PartitionInfo(partition.topic(), partition.partition(), null, null, null))
                        .toList());
        consumer.assign(List.of(ZERO, ONE));
        if (!committed.isEmpty()) {
            consumer.commitSync(committed);
        }
        return consumer;
    }
}
