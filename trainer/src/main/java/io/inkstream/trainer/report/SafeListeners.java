package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the failures of listeners away from the training and from each other. */
final class SafeListeners implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingListener.class);

    private final List<Guarded> listeners;

    SafeListeners(List<? extends TrainingListener> listeners) {
        this.listeners = listeners.stream().map(Guarded::new).toList();
    }

    @Override
    public void on(TrainingEvent event) {
        listeners.forEach(each -> each.on(event));
    }

    @Override
    public void close() {
        listeners.forEach(Guarded::close);
    }

    private static final class Guarded {
        private final TrainingListener listener;
        private boolean failing;

        Guarded(TrainingListener listener) {
            this.listener = listener;
        }

        void on(TrainingEvent event) {
            try {
                listener.on(event);
                failing = false;
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.warn(
                            "{} misses events from step {} on; the training continues",
                            listener.getClass().getSimpleName(),
                            event.getStep(),
                            e);
                }
                failing = true;
            }
        }

        void close() {
            try {
                listener.close();
            } catch (RuntimeException e) {
                LOG.warn("{} did not close cleanly", listener.getClass().getSimpleName(), e);
            }
        }
    }
}
