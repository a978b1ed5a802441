package io.inkstream.schemas.topics;

/**
 * Why an input record became a dead letter, for programs to match; its name is the value of header {@code inkstream.reason},
 * and the label of the metric. The table of the README follows from this list.
 */
public enum DeadLetterReason {
    UNREADABLE_RECORD("The bytes are no record of the topic's kind in Avro's wire format."),
    UNKNOWN_SCHEMA("The registry has no schema of the record's id."),
    EMPTY_TEXT("The document has no text, or nothing to draw."),
    TEXT_TOO_LARGE("The text is longer than the limit."),
    INVALID_LAYOUT("A layout option cannot be met; the message names it."),
    UNKNOWN_FORMAT("The document asks for a format that is not known; the message names those that are."),
    UNKNOWN_STYLE("The model version has no such style."),
    UNKNOWN_MODEL("The document is pinned to a version that nobody serves."),
    RENDER_REJECTED("The model server says that the line can never be drawn."),
    RENDER_FAILED(
            "A line was asked for a stated number of times, and the model servers failed to draw it while they drew others."),
    RECORD_TOO_LARGE("The key or the value is larger than a document can be."),
    OUTPUT_TOO_LARGE("A line would be larger than the topic of lines takes.");

    private final String doc;

    DeadLetterReason(String doc) {
        this.doc = doc;
    }

    /** What has happened, in a sentence. */
    public String doc() {
        return doc;
    }
}
