package io.inkstream.trainer;

import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that a training made.
 *
 * @param file where the bundle lies
 * @param objections of the quality gate, a sentence each; empty when it is worth publishing
 */
public record TrainedBundle(ModelBundle bundle, Path file, List<String> objections) {
    public TrainedBundle {
        objections = List.copyOf(objections);
    }
}
