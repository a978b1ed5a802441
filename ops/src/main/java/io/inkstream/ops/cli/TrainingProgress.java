package io.inkstream.ops.cli;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.report.TrainingListener;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Tells how a training goes on, a line for each event. */
final class TrainingProgress {
    private TrainingProgress() {}

    /** An event as programs read it; the names are fixed. */
    private record Said(String stage, long step, Map<String, Double> figures, String checkpoint) {}

    /** For commands of which a training is only a part: their result is another. */
    static TrainingListener beside(CommandSpec spec) {
        return event -> Printed.note(spec, "training: " + describe(event));
    }

    /** For trainings. */
    static TrainingListener to(ResultOptions results) {
        return event -> results.printNext(
                new Said(event.getStage(), event.getStep(), event.getFigures(), event.getCheckpoint()),
                "training: " + describe(event));
    }

    private static String describe(TrainingEvent event) {
        Map<String, Double> figures = event.getFigures();
        double step = figures.getOrDefault("recogniser_step", (double) event.getStep());
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%s step %.0f of %.0f", event.getStage(), step, figures.get("steps_planned")));
        figures.forEach((name, value) -> {
            if (!name.equals("steps_planned") && !name.equals("recogniser_step")) {
                text.append(String.format(Locale.ROOT, ", %s %.3f", name, value));
            }
        });
        if (event.getCheckpoint() != null) {
            text.append(", saved ").append(event.getCheckpoint());
        }
        return text.toString();
    }
}
