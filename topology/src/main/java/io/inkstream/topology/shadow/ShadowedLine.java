package io.inkstream.topology.shadow;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.routing.Version;

/**
 * A line that was emitted and is to be drawn once more.
 *
 * @param documentId key of the report
 * @param image as it was emitted
 * @param drawn the answer that it was made of
 * @param shadow draws it once more
 */
record ShadowedLine(String documentId, LineImage image, Answer.Drawn drawn, Version shadow) {

    /** What it takes of memory while it waits, nearly. */
    int bytes() {
        return drawn.response().getImage().size();
    }
}
