package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.publish.TrainedModel;
import java.util.function.Function;

/** How a training ended. */
public sealed interface TrainingOutcome {
    /** Returns what the function of the case at hand returns. */
    <T> T match(Function<Finished, T> finished, Function<Stopped, T> stopped, Function<Collapsed, T> collapsed);

    /** All steps are done and the model is judged. */
    record Finished(TrainedModel model) implements TrainingOutcome {
        public Finished {
            requireNonNull(model, "model");
        }

        @Override
        public <T> T match(
                Function<Finished, T> finished, Function<Stopped, T> stopped, Function<Collapsed, T> collapsed) {
            return finished.apply(this);
        }
    }

    /** Someone asked to stop; the next run in the same folder goes on after {@code step}. */
    record Stopped(long step) implements TrainingOutcome {
        @Override
        public <T> T match(
                Function<Finished, T> finished, Function<Stopped, T> stopped, Function<Collapsed, T> collapsed) {
            return stopped.apply(this);
        }
    }

    /** The networks are beyond repair since {@code step}; the checkpoints are from before. */
    record Collapsed(long step, String reason) implements TrainingOutcome {
        public Collapsed {
            requireNonNull(reason, "reason");
        }

        @Override
        public <T> T match(
                Function<Finished, T> finished, Function<Stopped, T> stopped, Function<Collapsed, T> collapsed) {
            return collapsed.apply(this);
        }
    }
}
