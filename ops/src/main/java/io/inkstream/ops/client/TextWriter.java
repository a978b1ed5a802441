package io.inkstream.ops.client;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Publishes documents to topic {@code texts}, each at most once. Safe for use by many threads. */
public final class TextWriter implements AutoCloseable {
    private final String topic;
    private final Producer<String, TextDocument> producer;

    public TextWriter(Topics topics, Map<String, Object> clientConfig) {
        this.topic = topics.texts().name();
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        // A person waits: a topic that is missing, or a broker that is away, should show soon.
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        this.producer = new KafkaProducer<>(
                config,
                topics.texts().key().serializer(),
                topics.texts().value().serializer());
    }

    /**
     * Publishes one document and waits until the brokers have it.
     *
     * @throws KafkaException if they do not take it
     */
    public RecordMetadata write(String document, TextDocument text) {
        try {
            return producer.send(new ProducerRecord<>(topic, document, text)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Publishes one document without waiting for the brokers; blocks while the producer's memory is full.
     *
     * @param failed receives, on the producer's thread, a document that the brokers did not accept
     */
    public void send(String document, TextDocument text, Consumer<Exception> failed) {
        send(document, text, () -> {}, failed);
    }

    /**
     * The same.
     *
     * @param accepted is run, on the producer's thread, once the brokers have the document
     */
    // The callback is told what the future would be asked for.
    @SuppressWarnings("FutureReturnValueIgnored")
    public void send(String document, TextDocument text, Runnable accepted, Consumer<Exception> failed) {
        producer.send(new ProducerRecord<>(topic, document, text), (metadata, exception) -> {
            if (exception == null) {
                accepted.run();
            } else {
                failed.accept(exception);
            }
        });
    }

    /**
     * The same; the result is completed on the producer's thread, with the document's place or with the reason why it has none,
     * at the latest after the producer's {@code delivery.timeout.ms}.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    public CompletableFuture<RecordMetadata> send(String document, TextDocument text) {
        CompletableFuture<RecordMetadata> place = new CompletableFuture<>();
        try {
            producer.send(new ProducerRecord<>(topic, document, text), (metadata, exception) -> {
                if (exception == null) {
                    place.complete(metadata);
                } else {
                    place.completeExceptionally(exception);
                }
            });
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            place.completeExceptionally(e); // what cannot be written in its schema is thrown, all else is called back
        }
        return place;
    }

    @Override
    public void close() {
        producer.close();
    }
}
