package io.inkstream.schemas.serde;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads by somebody else's deserializer, and sorts its failures as ours are sorted: infrastructure trouble, unknown
 * schema, unreadable record. Knows what Confluent's throws without having its classes.
 */
final class ForeignDeserializer<T> implements Deserializer<T> {
    private static final String REST_EXCEPTION = "io.confluent.kafka.schemaregistry.client.rest.exceptions.";
    private static final Pattern MISSING = Pattern.compile("error code: (404\\d\\d)");

    private final Deserializer<T> deserializer;
    private final Class<T> type;

    ForeignDeserializer(Deserializer<T> deserializer, Class<T> type) {
        this.deserializer = deserializer;
        this.type = type;
    }

    @Override
    public T deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        Object record;
        try {
            record = deserializer.deserialize(topic, bytes);
        } catch (RuntimeException e) {
            throw sorted(e);
        }
        if (!type.isInstance(record)) {
            throw new UnreadableRecordException(
                    "a " + (record == null ? "null" : record.getClass().getName()) + " where a " + type.getName()
                            + " is expected");
        }
        return type.cast(record);
    }

    @Override
    public void close() {
        deserializer.close();
    }

    private static RuntimeException sorted(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String name = cause.getClass().getName();
            if (name.startsWith(REST_EXCEPTION)) {
                Matcher missing = MISSING.matcher(String.valueOf(cause.getMessage()));
                return missing.find()
                        ? new UnknownSchemaException(cause.getMessage())
                        : new RegistryUnavailableException(message(failure, cause), failure);
            }
            if (cause instanceof RetriableException || name.startsWith("java.net.") || name.startsWith("javax.net.")) {
                return new RegistryUnavailableException(message(failure, cause), failure);
            }
        }
        return new UnreadableRecordException("the record cannot be read: " + failure.getMessage(), failure);
    }

    private static String message(RuntimeException failure, Throwable cause) {
        return "the schema registry gives no usable answer: " + failure.getMessage() + ": " + cause;
    }
}
