package io.inkstream.topology.render;

import io.inkstream.schemas.topics.DeadLetterReason;
import java.util.Optional;

/**
 * Why a document becomes a dead letter.
 *
 * @param message one sentence for its author
 * @param cause the exception, where there was one
 */
record Refusal(DeadLetterReason reason, String message, Optional<Throwable> cause) {

    Refusal(DeadLetterReason reason, String message) {
        this(reason, message, Optional.empty());
    }
}
