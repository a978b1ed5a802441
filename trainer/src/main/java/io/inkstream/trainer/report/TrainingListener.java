package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.util.List;

/**
 * Is told what a training does, event by event in the order of their steps, by the training's own thread; so it returns
 * soon. An event is shared between listeners and not to be changed.
 */
@FunctionalInterface
public interface TrainingListener extends AutoCloseable {
    /** Takes notice of one event. */
    void on(TrainingEvent event);

    /** Lets go of files and threads, within seconds; there are no events afterwards. */
    @Override
    default void close() {}

    /**
     * Returns a listener that tells all of the given ones. One that fails is logged, once for each run of failures, and
     * told of the next event again: a full disk or an absent broker must not cost hours of training.
     */
    static TrainingListener ofAll(List<? extends TrainingListener> listeners) {
        return new SafeListeners(listeners);
    }
}
