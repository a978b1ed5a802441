package io.inkstream.schemas;

import io.inkstream.schemas.serde.AvroSerde;
import io.inkstream.schemas.serde.RegistryClient;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the value serdes of the topics: ours, or the one that the settings name as any Kafka user would name it, by
 * {@code default.value.serde}, or by {@code value.serializer} and {@code value.deserializer} together.
 */
final class ValueSerdes {
    private final Map<String, Object> configs;
    private RegistryClient registry;

    ValueSerdes(Map<String, ?> configs) {
        this.configs = new HashMap<>(configs);
        this.configs.put("specific.avro.reader", "true");
    }

    <T extends SpecificRecord> Serde<T> of(Class<T> type) {
        Object serde = configs.get("default.value.serde");
        if (serde != null && !isOurs(serde)) {
            return configured(make(serde, Serde.class));
        }
        Object serializer = configs.get("value.serializer");
        Object deserializer = configs.get("value.deserializer");
        if (serde == null && serializer != null && deserializer != null) {
            Serializer<T> writes = make(serializer, Serializer.class);
            Deserializer<T> reads = make(deserializer, Deserializer.class);
            return configured(Serdes.serdeFrom(writes, reads));
        }
        if (registry == null) {
            registry = RegistryClient.configuredBy(configs);
        }
        return new AvroSerde<>(type, registry, configs, false);
    }

    private <T> Serde<T> configured(Serde<T> serde) {
        serde.configure(configs, false);
        return serde;
    }

    private static boolean isOurs(Object serde) {
        return serde.equals(AvroSerde.class) || serde.equals(AvroSerde.class.getName());
    }

    @SuppressWarnings("unchecked")
    private static <S> S make(Object named, Class<?> kind) {
        try {
            Object made = named instanceof Class<?> type
                    ? Utils.newInstance(type)
                    : Utils.newInstance(named.toString(), kind);
            return (S) kind.cast(made);
        } catch (ClassNotFoundException e) {
            throw new ConfigException("the class " + named + " is not on the class path");
        }
    }
}
