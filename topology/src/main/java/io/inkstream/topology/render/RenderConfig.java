package io.inkstream.topology.render;

import io.inkstream.topology.flow.Backoff;
import java.time.Duration;

/**
 * Bounds on what one task holds, and how patiently it waits.
 *
 * @param maxOpenDocuments unfinished documents beyond which no more are fetched
 * @param maxOpenLines lines of unfinished documents beyond which no more documents are fetched
 * @param maxOpenBytes memory of unfinished documents, drawn lines included, beyond which no more documents are fetched
 * @param maxLinesAhead concurrent line requests of one document; the answers of one with more lines go to the store
 * @param maxTries failures of one line, while its version draws others, after which its document becomes a dead letter
 * @param unknownModelGrace how long a pin may name a model that is not announced, since topics are read at their own pace
 * @param areMarked whether images say that a machine drew them, and how
 * @param backoff between attempts on one document after a failure that says nothing about the document
 */
public record RenderConfig(
        int maxOpenDocuments,
        int maxOpenLines,
        long maxOpenBytes,
        int maxLinesAhead,
        int maxTries,
        Duration unknownModelGrace,
        boolean areMarked,
        Backoff backoff) {

    public RenderConfig {
        if (maxOpenDocuments < 1
                || maxOpenLines < 1
                || maxOpenBytes < 1
                || maxLinesAhead < 1
                || maxTries < 1
                || unknownModelGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "need at least one document, line, byte and try, and a grace of at least 0,"
                            + " got " + maxOpenDocuments + ", " + maxOpenLines + ", " + maxOpenBytes + ", "
                            + maxLinesAhead
                            + ", " + maxTries + ", " + unknownModelGrace);
        }
    }
}
