package io.inkstream.schemas.serde;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inkstream.schemas.Limits;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads Avro records in Confluent's wire format; null stays null. For {@code key.deserializer} and
 * {@code value.deserializer}. Safe for use by many threads once configured.
 *
 * <p>With {@code specific.avro.reader=true} a record becomes an object of the generated class that bears its writer's
 * name, otherwise a generic record, as with Confluent's deserializer. Reads the keys of {@link RegistryConfig} too.
 */
public final class AvroDeserializer<T extends IndexedRecord> implements Deserializer<T> {
    private static final int CACHED = 1_000;

    private final Cache<Integer, DatumReader<T>> readers =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Class<T> type;
    private RegistryClient registry;
    private boolean specific;

    /** For Kafka, which calls {@link #configure}. */
    public AvroDeserializer() {
        this(null, null);
    }

    /** Reads records of the name of {@code type} as that, and refuses others; null stands for the writer's own. */
    AvroDeserializer(RegistryClient registry, Class<T> type) {
        this.registry = registry;
        this.type = type;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (registry == null) {
            registry = RegistryClient.configuredBy(configs);
        }
        specific = type != null || RegistryConfig.flag(configs, "specific.avro.reader", false);
    }

    /**
     * Reads one record, resolving its writer's schema to ours.
     *
     * @throws UnknownSchemaException if the registry has no schema of the record's id: bad input
     * @throws UnreadableRecordException if the bytes are no such record: bad input
     * @throws RegistryUnavailableException if the registry gives no usable answer; the same call may succeed later
     */
    @Override
    public T deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        DatumReader<T> reader = readers.get(Wire.schemaId(bytes), id -> reader(registry.byId(id)));
        BoundedDecoder decoder = new BoundedDecoder(bytes, Wire.HEADER);
        T record;
        try {
            record = reader.read(null, decoder);
        } catch (IOException | RuntimeException e) {
            throw new UnreadableRecordException("the record does not follow its schema: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new UnreadableRecordException("the record is nested too deeply", e);
        }
        if (decoder.remaining() > 0) {
            throw new UnreadableRecordException(decoder.remaining() + " bytes follow the record");
        }
        return record;
    }

    private DatumReader<T> reader(Schema writer) {
        if (writer.getType() != Schema.Type.RECORD) {
            throw new UnreadableRecordException(
                    "the schema is of a " + writer.getType().getName() + ", not a record");
        }
        if (!specific) {
            return new GenericDatumReader<>(writer);
        }
        Class<?> target = type != null ? type : SpecificData.get().getClass(writer);
        if (target == null || !SpecificRecord.class.isAssignableFrom(target)) {
            throw new UnreadableRecordException("there is no generated class for " + writer.getFullName());
        }
        Schema own = SpecificData.get().getSchema(target);
        if (!writer.getFullName().equals(own.getFullName())) {
            // Fields that happen to be called alike do not make one record another.
            throw new UnreadableRecordException("the record is a "
                    + Limits.cut(writer.getFullName(), Limits.QUOTED_CHARS) + ", not a " + own.getFullName());
        }
        return new SpecificDatumReader<>(writer, own);
    }
}
