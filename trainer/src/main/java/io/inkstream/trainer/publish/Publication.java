package io.inkstream.trainer.publish;

import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.util.Optional;

/** Publishes models of one name so that the same samples are published once, whoever asks and however often. */
public interface Publication {
    /**
     * Returns what was published last, as far as the cluster remembers.
     *
     * @throws WriteFailedException if it does not answer
     */
    Optional<Learned> last() throws WriteFailedException;

    /**
     * Publishes a model together with what it has learned from, both or neither; nothing where what was published last has
     * learned from the same.
     *
     * @param file the bundle as it lies on disk
     * @param bundle the same, parsed
     * @return what was published last now: {@code learned}, or what has learned from the same
     * @throws WriteFailedException if the cluster does not take it, or has not confirmed; the same call tells
     */
    Learned publish(byte[] file, ModelBundle bundle, Learned learned) throws WriteFailedException;
}
