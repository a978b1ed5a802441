package io.inkstream.schemas.topics;

/** Names of the headers of a dead letter; every value is UTF-8 text. */
public final class DeadLetterHeaders {
    /** Why: the name of a {@link DeadLetterReason}. */
    public static final String REASON = "inkstream.reason";
    /** Why, in a sentence for people. */
    public static final String MESSAGE = "inkstream.message";
    /** Where in the pipeline: the name of the topology's node. */
    public static final String STAGE = "inkstream.stage";
    /** Class of the exception, where there was one. */
    public static final String EXCEPTION = "inkstream.exception";
    /** Topic that the record was read from. */
    public static final String TOPIC = "inkstream.topic";
    /** Partition that it was read from, in decimal digits. */
    public static final String PARTITION = "inkstream.partition";
    /** Its offset there, in decimal digits. */
    public static final String OFFSET = "inkstream.offset";
    /** Bytes of the value, in decimal digits, where it is left out because the dead letter would outgrow its topic. */
    public static final String VALUE_OMITTED = "inkstream.value.omitted";
    /** Bytes of the key, in decimal digits, where it is left out likewise. */
    public static final String KEY_OMITTED = "inkstream.key.omitted";
    /** Bytes of the text's own headers, in decimal digits, where they are too many to be handed on; on lines and pages too. */
    public static final String HEADERS_OMITTED = "inkstream.headers.omitted";

    private DeadLetterHeaders() {}
}
