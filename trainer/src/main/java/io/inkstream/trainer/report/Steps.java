package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Tells the figures of an event that count steps from those that measure something. */
final class Steps {
    /** Steps of the recogniser at hand; an event's own step counts the generator's, which a run is resumed by. */
    private static final String OF_RECOGNISER = "recogniser_step";

    private static final String PLANNED = "steps_planned";

    private Steps() {}

    /** Returns how many steps the network at hand has done. */
    static long done(TrainingEvent event) {
        Double ofRecogniser = event.getFigures().get(OF_RECOGNISER);
        return ofRecogniser == null ? event.getStep() : Math.round(ofRecogniser);
    }

    /** Returns how many steps it will do in all; 0 where the event does not say. */
    static long planned(TrainingEvent event) {
        return Math.round(event.getFigures().getOrDefault(PLANNED, 0.0));
    }

    /** Returns the figures that measure something, by name. */
    static NavigableMap<String, Double> measured(TrainingEvent event) {
        NavigableMap<String, Double> measured = new TreeMap<>(event.getFigures());
        measured.remove(OF_RECOGNISER);
        measured.remove(PLANNED);
        return measured;
    }
}
