package io.inkstream.ops.bench;

import io.inkstream.schemas.avro.TextDocument;

/** Ever more documents, and what must come of each. */
public interface Documents {
    /** The i-th, from 0; equal at every call. */
    TextDocument document(int i);

    /** Lines that come of the i-th each time it is sent; at most 64, and 0 if it can only be refused. */
    int lines(int i);

    /** How often the i-th is sent, one directly after the other. */
    default int copies(int i) {
        return 1;
    }

    /** Whether pages come of the i-th. */
    default boolean hasPages(int i) {
        return false;
    }
}
