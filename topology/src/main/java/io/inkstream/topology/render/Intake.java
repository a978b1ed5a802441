package io.inkstream.topology.render;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.UnknownSchemaException;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.topology.plan.Planner;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Headers;

/** Reads records of the topic of texts, and refuses those that no version could ever draw. */
final class Intake {
    private static final byte MAGIC = 0;
    private static final int SCHEMA_ID_END = 5;
    /** Where Confluent's serialiser puts the schema id if it is told to use headers. */
    private static final String SCHEMA_ID_HEADER = "__value_schema_id";

    private final Topic<String, TextDocument> texts;
    private final Planner planner;

    Intake(Topic<String, TextDocument> texts, Planner planner) {
        this.texts = texts;
        this.planner = planner;
    }

    /** Says what is wrong with a record, as far as the registry is not needed to know. */
    Optional<Refusal> fault(byte[] key, byte[] value, Headers headers) {
        if (key != null && key.length > Limits.DOCUMENT_ID_BYTES) {
            return refusal(
                    DeadLetterReason.RECORD_TOO_LARGE,
                    "the key has " + key.length + " bytes; a document id has at most " + Limits.DOCUMENT_ID_BYTES);
        }
        if (!isId(key)) {
            return refusal(DeadLetterReason.UNREADABLE_RECORD, "the key must be the document id, as UTF-8 text");
        }
        if (value == null) {
            return refusal(DeadLetterReason.UNREADABLE_RECORD, "the record has no value");
        }
        if (value.length < SCHEMA_ID_END || value[0] != MAGIC) {
            String hint = headers.lastHeader(SCHEMA_ID_HEADER) == null
                    ? "a value begins with a 0 and the four bytes of its schema id"
                    : "its schema id is in a header, where it is not looked for: let the producer set"
                            + " value.schema.id.serializer="
                            + "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer";
            return refusal(
                    DeadLetterReason.UNREADABLE_RECORD,
                    "the value is not in Confluent's wire format for Avro: " + hint);
        }
        return Optional.empty();
    }

    /**
     * Reads a value.
     *
     * @param read receives the document
     * @param refused receives the reason why it can never be drawn
     * @throws RetriableException if the registry does not answer: the same call may succeed later
     */
    void read(byte[] value, Consumer<TextDocument> read, Consumer<Refusal> refused) {
        TextDocument document;
        try {
            document = texts.value().deserializer().deserialize(texts.name(), value);
        } catch (UnknownSchemaException e) {
            refused.accept(new Refusal(DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage(), Optional.of(e)));
            return;
        } catch (RetriableException e) {
            throw e;
        } catch (RuntimeException e) {
            refused.accept(
                    new Refusal(DeadLetterReason.UNREADABLE_RECORD, String.valueOf(e.getMessage()), Optional.of(e)));
            return;
        }
        planner.fault(document)
                .ifPresentOrElse(
                        fault -> refused.accept(new Refusal(fault.reason(), fault.message())),
                        () -> read.accept(document));
    }

    private static boolean isId(byte[] key) {
        if (key == null || key.length == 0) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static Optional<Refusal> refusal(DeadLetterReason reason, String message) {
        return Optional.of(new Refusal(reason, message));
    }
}
