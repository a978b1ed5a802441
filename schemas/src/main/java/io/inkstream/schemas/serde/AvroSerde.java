package io.inkstream.schemas.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes and reads generated Avro records exactly as Confluent's {@code SpecificAvroSerde} does, by the same settings.
 * Safe for use by many threads once configured. See {@link AvroSerializer} and {@link AvroDeserializer} for the settings
 * and for which exception means bad input and which one means waiting.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final AvroSerializer<T> serializer;
    private final AvroDeserializer<T> deserializer;

    /** For {@code default.value.serde}: Kafka calls {@link #configure}, and a record's class is its writer's. */
    public AvroSerde() {
        serializer = new AvroSerializer<>();
        deserializer = new AvroDeserializer<>();
    }

    /**
     * Reads every record as {@code type}. Needs no call of {@link #configure}.
     *
     * @param registry shared with other serdes, so that each schema is asked for once
     * @param configs Confluent's keys
     */
    public AvroSerde(Class<T> type, RegistryClient registry, Map<String, ?> configs, boolean isKey) {
        serializer = new AvroSerializer<>(registry);
        deserializer = new AvroDeserializer<>(registry, type);
        configure(configs, isKey);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        Map<String, Object> specific = new HashMap<>(configs);
        specific.put("specific.avro.reader", true);
        serializer.configure(specific, isKey);
        deserializer.configure(specific, isKey);
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }
}
