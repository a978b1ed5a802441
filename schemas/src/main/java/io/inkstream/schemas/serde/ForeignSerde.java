package io.inkstream.schemas.serde;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes and reads by somebody else's serde, and sorts its failures as ours are sorted: infrastructure trouble, unknown or
 * refused schema, unreadable record. Knows what Confluent's throws without having its classes.
 */
final class ForeignSerde<T> implements Serde<T> {
    private static final String REST_EXCEPTION = "io.confluent.kafka.schemaregistry.client.rest.exceptions.";
    private static final Pattern ERROR_CODE = Pattern.compile("error code: (\\d+)");

    private final Serde<T> serde;
    private final Class<T> type;

    ForeignSerde(Serde<T> serde, Class<T> type) {
        this.serde = serde;
        this.type = type;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        serde.configure(configs, isKey);
    }

    @Override
    public void close() {
        serde.close();
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, record) -> {
            try {
                return record == null ? null : serde.serializer().serialize(topic, record);
            } catch (RuntimeException e) {
                throw ofTheRegistry(e).orElse(e);
            }
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        return this::deserialize;
    }

    private T deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        Object record;
        try {
            record = serde.deserializer().deserialize(topic, bytes);
        } catch (RuntimeException e) {
            throw ofTheRegistry(e)
                    .orElseGet(() -> new UnreadableRecordException("the record cannot be read: " + e.getMessage(), e));
        }
        if (!type.isInstance(record)) {
            throw new UnreadableRecordException("a "
                    + (record == null ? "null" : record.getClass().getName()) + " where a " + type.getName()
                    + " is expected");
        }
        return type.cast(record);
    }

    /** Returns our exception for a failure that the registry or the way to it has caused. */
    private static Optional<RuntimeException> ofTheRegistry(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            if (name.startsWith(REST_EXCEPTION)) {
                return Optional.of(ofAnswer(failure, String.valueOf(cause.getMessage())));
            }
            if (cause instanceof RetriableException || name.startsWith("java.net.") || name.startsWith("javax.net.")) {
                return Optional.of(unavailable(failure, cause.toString()));
            }
        }
        return Optional.empty();
    }

    private static RuntimeException ofAnswer(RuntimeException failure, String answer) {
        Matcher matcher = ERROR_CODE.matcher(answer);
        int code = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        if (code / 100 == 404) {
            return new UnknownSchemaException(answer);
        }
        if (code == 409 || code / 100 == 422) {
            return new RefusedSchemaException(answer);
        }
        return unavailable(failure, answer);
    }

    private static RegistryUnavailableException unavailable(RuntimeException failure, String why) {
        return new RegistryUnavailableException("the schema registry gave no usable answer: " + why, failure);
    }
}
