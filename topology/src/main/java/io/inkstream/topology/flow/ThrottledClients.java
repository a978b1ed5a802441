package io.inkstream.topology.flow;

import io.inkstream.schemas.AdminClients;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's own clients, but the main consumer fetches nothing from partitions that a {@link Throttle} holds. Streams lets a
 * processor slow its source down in no other way than by blocking the thread, and with it the answers it waits for.
 */
public final class ThrottledClients implements KafkaClientSupplier {
    private final Throttle throttle;

    /** Obeys the throttle. */
    public ThrottledClients(Throttle throttle) {
        this.throttle = throttle;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return AdminClients.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new ThrottledConsumer(config, new PollGate(throttle));
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static final class ThrottledConsumer extends KafkaConsumer<byte[], byte[]> {
        private final PollGate gate;

        ThrottledConsumer(Map<String, Object> config, PollGate gate) {
            super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.gate = gate;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            super.pause(gate.shut(this));
            try {
                return super.poll(timeout);
            } finally {
                super.resume(gate.open(this));
            }
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            gate.paused(partitions);
            super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            gate.resumed(partitions);
            super.resume(partitions);
        }
    }
}
