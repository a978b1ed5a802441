package io.inkstream.schemas.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes value serdes of the class that the settings name, as any Kafka user names it: by {@code default.value.serde}, or
 * by {@code value.serializer} and {@code value.deserializer} together; {@link AvroSerde} where they name none. All of
 * them throw the same exceptions and share one registry client where they can.
 */
public final class ValueSerdes {
    private static final String SERDE = "default.value.serde";
    private static final String SERIALIZER = "value.serializer";
    private static final String DESERIALIZER = "value.deserializer";

    private final Map<String, Object> configs;
    private RegistryClient registry;

    /** @param configs Confluent's keys, and those above */
    public ValueSerdes(Map<String, ?> configs) {
        this.configs = new HashMap<>(configs);
        this.configs.put("specific.avro.reader", "true");
    }

    /**
     * Returns a serde that reads every record as {@code type}.
     *
     * @throws ConfigException if the settings name a class that is not there or is no serde
     */
    @SuppressWarnings("unchecked") // what a foreign class makes of the bytes is checked record by record
    public <T extends SpecificRecord> Serde<T> of(Class<T> type) {
        Object serde = configs.get(SERDE);
        if (serde != null && !isOurs(serde)) {
            return foreign(make(SERDE, serde, Serde.class), type);
        }
        Object serializer = configs.get(SERIALIZER);
        Object deserializer = configs.get(DESERIALIZER);
        if (serde == null && serializer != null && deserializer != null) {
            Serializer<T> writes = make(SERIALIZER, serializer, Serializer.class);
            Deserializer<T> reads = make(DESERIALIZER, deserializer, Deserializer.class);
            return foreign(Serdes.serdeFrom(writes, reads), type);
        }
        return new AvroSerde<>(type, registry(), configs, false);
    }

    /**
     * Registers the schema of {@code type} for the values of a topic, whoever writes them.
     *
     * @throws RefusedSchemaException if the registry finds it incompatible with what the topic has
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    public void register(String topic, Class<? extends SpecificRecord> type) {
        Schema schema = SpecificData.get().getSchema(type);
        registry().register(SubjectNaming.configuredBy(configs, false).subject(topic, false, schema), schema);
    }

    private synchronized RegistryClient registry() {
        if (registry == null) {
            registry = RegistryClient.configuredBy(configs);
        }
        return registry;
    }

    private <T> Serde<T> foreign(Serde<T> serde, Class<T> type) {
        Serde<T> sorted = new ForeignSerde<>(serde, type);
        sorted.configure(configs, false);
        return sorted;
    }

    private static boolean isOurs(Object serde) {
        return serde.equals(AvroSerde.class) || serde.equals(AvroSerde.class.getName());
    }

    private static <S> S make(String key, Object named, Class<S> kind) {
        Object made;
        try {
            made = named instanceof Class<?> type
                    ? Utils.newInstance(type)
                    : Utils.newInstance(named.toString().trim(), Object.class);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(key, named, "there is no such class on the class path");
        }
        if (!kind.isInstance(made)) {
            throw new ConfigException(key, named, "expected a " + kind.getName());
        }
        return kind.cast(made);
    }
}
