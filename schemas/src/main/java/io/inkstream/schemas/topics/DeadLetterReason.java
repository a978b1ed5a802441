package io.inkstream.schemas.topics;

/** Why an input record became a dead letter, for programs to match; its name is the value of header {@code inkstream.reason}. */
public enum DeadLetterReason {
    /** The bytes are no record of the topic's kind in Avro's wire format. */
    UNREADABLE_RECORD,
    /** The registry has no schema of the record's id. */
    UNKNOWN_SCHEMA,
    /** The document has no text. */
    EMPTY_TEXT,
    /** The text is longer than the limit. */
    TEXT_TOO_LARGE,
    /** The layout options cannot be met. */
    INVALID_LAYOUT,
    /** The model version has no such style. */
    UNKNOWN_STYLE,
    /** The document is pinned to a version that nobody serves. */
    UNKNOWN_MODEL,
    /** The model server says that the line can never be drawn. */
    RENDER_REJECTED,
    /** A line was asked for a stated number of times, and the model servers failed to draw it while they drew others. */
    RENDER_FAILED,
    /** The key or the value is larger than a document can be. */
    RECORD_TOO_LARGE,
    /** A line would be larger than the topic of lines takes. */
    OUTPUT_TOO_LARGE
}
