package io.inkstream.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.PlainAvro;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.language.LanguageConfig;
import io.inkstream.trainer.language.LanguageManifest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class ModelPublisherTest {
    private static final ModelId ID = ModelId.parse("hand:2");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Topic<String, ModelAnnouncement> models = PlainAvro.topic("models", ModelAnnouncement.class);
    private final Topic<String, ModelChunk> chunks = PlainAvro.topic("model-chunks", ModelChunk.class);
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final ModelPublisher publisher = new ModelPublisher(
            new TransactionalWriter(producer, "broker:9092"), models, chunks, InstantSource.fixed(NOON));
    private final ModelBundle bundle = BundleMaker.standard()
            .make(ID, Optional.of(ModelId.parse("hand:1")), TrainedModels.printableAscii(1_200_000));

    @Test
    void chunksPutTogetherAreTheBundle() throws Exception {
        publisher.publish(bundle);

        List<ProducerRecord<byte[], byte[]>> sent = producer.history();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (ProducerRecord<byte[], byte[]> record : sent.subList(0, sent.size() - 1)) {
            ModelChunk chunk = chunks.value().deserializer().deserialize(chunks.name(), record.value());
            byte[] data = new byte[chunk.getData().remaining()];
            chunk.getData().get(data);
            assertThat(data.length).isLessThanOrEqualTo(ModelPublisher.CHUNK_BYTES);
            assertThat(key(record)).isEqualTo(ID + ":" + chunk.getIndex());
            assertThat(chunk.getSha256()).isEqualTo(ModelBundle.sha256(bundle.toBytes()));
            whole.write(data);
        }
        assertThat(whole.toByteArray()).isEqualTo(bundle.toBytes());
    }

    @Test
    void announcementComesLastAndSaysWhatServersAndLayoutNeed() throws Exception {
        ModelAnnouncement returned = publisher.publish(bundle);

        List<ProducerRecord<byte[], byte[]>> sent = producer.history();
        ProducerRecord<byte[], byte[]> last = sent.get(sent.size() - 1);
        ModelAnnouncement announced = models.value().deserializer().deserialize(models.name(), last.value());
        assertThat(last.topic()).isEqualTo("models");
        assertThat(key(last)).isEqualTo("hand:2");
        assertThat(announced).isEqualTo(returned);
        assertThat(announced.getChunkCount()).isEqualTo(sent.size() - 1);
        assertThat(announced.getSizeBytes()).isEqualTo(bundle.toBytes().length);
        assertThat(announced.getParent()).isEqualTo("hand:1");
        assertThat(announced.getAnnouncedAt()).isEqualTo(NOON);
        assertThat(announced.getClasses())
                .extracting(ClassMetrics::getCharacter)
                .hasSize(94)
                .startsWith("!");
        assertThat(announced.getStyles().get(0).getName()).isEqualTo("natural");
        assertThat(ModelKind.HANDWRITING.is(announced)).isTrue();
        assertThat(announced.getCard()).containsEntry("cas_ratio", "0.96").doesNotContainKey("worst");
        assertThat(announced.getProvenance()).containsEntry("seed", "1").containsKey("license");
    }

    @Test
    void aModelThatWritesTextIsAnnouncedAsOneAndDrawsNothing() throws Exception {
        LanguageManifest manifest =
                new LanguageManifest(1, "text", "7", LanguageConfig.DEFAULTS, 1.9, 12, Map.of("text-1", "book.txt"));
        byte[] file = new byte[ModelPublisher.CHUNK_BYTES + 1];

        ModelAnnouncement announced = publisher.publish(file, manifest.announceable());

        assertThat(producer.history()).hasSize(3);
        assertThat(key(producer.history().get(2))).isEqualTo("text:7");
        assertThat(ModelKind.LANGUAGE.is(announced)).isTrue();
        assertThat(ModelKind.HANDWRITING.is(announced)).isFalse();
        assertThat(announced.getClasses()).isEmpty();
        assertThat(announced.getStyles()).isEmpty();
        assertThat(announced.getCard()).containsEntry("held_out_bits_per_character", "1.9");
        assertThat(announced.getProvenance())
                .containsEntry("text-1", "book.txt")
                .containsKey("recipe");
    }

    @Test
    void bundleThatLiesElsewhereIsAnnouncedWithItsLocationAndWithoutChunks() throws Exception {
        ModelAnnouncement announced =
                publisher.publish(bundle.toBytes(), Announceable.of(bundle), URI.create("https://host/hand-2.zip"));

        assertThat(producer.history()).hasSize(1);
        assertThat(announced.getLocation()).isEqualTo("https://host/hand-2.zip");
        assertThat(announced.getChunkCount()).isZero();
        assertThat(announced.getSizeBytes()).isEqualTo(bundle.toBytes().length);
        assertThat(announced.getSha256()).isEqualTo(ModelBundle.sha256(bundle.toBytes()));
    }

    @Test
    void everythingIsOneTransaction() throws Exception {
        publisher.publish(bundle);

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.transactionInFlight()).isFalse();
    }

    @Test
    void failureInTheMiddleShowsNothing() {
        producer.commitTransactionException = new KafkaException("disk full");

        assertThatThrownBy(() -> publisher.publish(bundle))
                .isInstanceOf(WriteFailedException.class)
                .hasMessageContaining("broker:9092")
                .hasMessageContaining("disk full");
        assertThat(producer.history()).isEmpty();
        assertThat(producer.transactionAborted()).isTrue();
    }

    @Test
    void commitWithoutAnAnswerIsNotAbortedAndSaidToBeUnconfirmed() {
        producer.commitTransactionException = new TimeoutException("no answer");

        assertThatThrownBy(() -> publisher.publish(bundle))
                .isInstanceOf(WriteFailedException.class)
                .hasMessageContaining("has not confirmed");
        assertThat(producer.transactionAborted()).isFalse();
    }

    @Test
    void unreachableBrokerIsOneSentence() {
        producer.initTransactionException = new TimeoutException("Timeout expired while awaiting InitProducerId");

        assertThatThrownBy(() -> publisher.publish(bundle))
                .isInstanceOf(WriteFailedException.class)
                .hasMessageStartingWith("the broker at broker:9092 does not answer");
    }

    @Test
    void withdrawingIsATombstoneUnderTheModelsKey() throws Exception {
        publisher.withdraw(ID);

        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("models");
            assertThat(key(record)).isEqualTo("hand:2");
            assertThat(record.value()).isNull();
        });
    }

    @Test
    void forgettingIsATombstoneForEachChunk() throws Exception {
        publisher.forget(ID, 3);

        List<String> keys = new ArrayList<>();
        producer.history().forEach(record -> keys.add(key(record)));
        assertThat(keys).containsExactly("hand:2:0", "hand:2:1", "hand:2:2");
        assertThat(producer.history())
                .allSatisfy(record -> assertThat(record.value()).isNull());
    }

    private static String key(ProducerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }
}
