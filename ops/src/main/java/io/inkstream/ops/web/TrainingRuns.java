package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.TrainingEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the latest training runs have said: curves, pictures, texts and evaluation, thinned so that any number of events fits.
 * Not thread-safe.
 */
final class TrainingRuns {
    private static final int RUNS = 24;
    private static final int POINTS = 1_000;
    private static final int FIGURES = 64;
    private static final int GRIDS = 48;
    private static final int GRID_BYTES = 1 << 20;
    private static final int TEXTS = 48;
    private static final int TEXT_CHARS = 2_000;

    /** Steps of the recogniser at hand; an event's own step counts the generator's. */
    private static final String OF_RECOGNISER = "recogniser_step";

    private static final String PLANNED = "steps_planned";
    private static final String EVALUATION = "evaluation";

    private final LinkedHashMap<String, Run> runs = new LinkedHashMap<>();

    private static final class Run {
        private final Map<String, NavigableMap<Long, Double>> curves = new TreeMap<>();
        private final NavigableMap<Long, byte[]> grids = new TreeMap<>();
        private final NavigableMap<Long, String> texts = new TreeMap<>();
        private final Map<String, Double> card = new TreeMap<>();
        private String stage = "";
        private long step;
        private long planned;
        private long begunMillis;
        private long atMillis;
        private long events;
    }

    /** Takes the next event of a run; where steps come again, what was said later counts. */
    void take(String id, TrainingEvent event) {
        // The run that spoke last is the last to be forgotten.
        Run known = runs.remove(id);
        Run run = known == null ? new Run() : known;
        runs.put(id, run);
        while (runs.size() > RUNS) {
            runs.remove(runs.keySet().iterator().next());
        }
        long at = event.getAt().toEpochMilli();
        run.begunMillis = run.events == 0 ? at : run.begunMillis;
        run.events++;
        run.atMillis = at;
        run.stage = Limits.cut(event.getStage(), Limits.QUOTED_CHARS);
        Map<String, Double> figures = event.getFigures();
        run.step = Math.round(figures.getOrDefault(OF_RECOGNISER, (double) event.getStep()));
        run.planned = Math.round(figures.getOrDefault(PLANNED, 0.0));
        figures.forEach((name, value) -> {
            if (!Double.isFinite(value) || name.equals(OF_RECOGNISER) || name.equals(PLANNED)) {
                return;
            }
            if (run.stage.equals(EVALUATION) && run.card.size() < FIGURES) {
                run.card.put(name, value);
            }
            if (run.curves.containsKey(name) || run.curves.size() < FIGURES) {
                put(run.curves.computeIfAbsent(name, unused -> new TreeMap<>()), run.step, value, POINTS);
            }
        });
        if (event.getSampleGridPng() != null && event.getSampleGridPng().remaining() <= GRID_BYTES) {
            byte[] png = BufferBytes.of(event.getSampleGridPng());
            put(run.grids, run.step, png, GRIDS);
        }
        if (event.getSampleText() != null) {
            put(run.texts, run.step, Limits.cut(event.getSampleText(), TEXT_CHARS), TEXTS);
        }
    }

    /** Every second of the older ones goes when there are too many; the first and the last stay. */
    private static <T> void put(NavigableMap<Long, T> values, long step, T value, int most) {
        values.put(step, value);
        if (values.size() > most) {
            long last = values.lastKey();
            boolean goes = false;
            for (Iterator<Long> steps = values.keySet().iterator(); steps.hasNext(); goes = !goes) {
                if (steps.next() != last && goes) {
                    steps.remove();
                }
            }
        }
    }

    /** All runs, the latest first. */
    ArrayNode all() {
        ArrayNode all = Json.object().putArray("runs");
        runs.forEach((id, run) -> all.insert(0, summary(id, run)));
        return all;
    }

    /** All that is kept of a run but its pictures, which are named by their steps. */
    Optional<ObjectNode> of(String id) {
        return Optional.ofNullable(runs.get(id)).map(run -> {
            ObjectNode json = summary(id, run);
            ObjectNode curves = json.putObject("curves");
            run.curves.forEach((name, points) -> {
                ArrayNode curve = curves.putArray(name);
                points.forEach((step, value) -> curve.addArray().add(step).add(value));
            });
            ArrayNode grids = json.putArray("grids");
            run.grids.keySet().forEach(grids::add);
            ArrayNode texts = json.putArray("texts");
            run.texts.forEach((step, text) -> texts.addArray().add(step).add(text));
            ObjectNode card = json.putObject("card");
            run.card.forEach(card::put);
            return json;
        });
    }

    /** The picture of a step, as it came. */
    Optional<byte[]> grid(String id, long step) {
        return Optional.ofNullable(runs.get(id)).map(run -> run.grids.get(step));
    }

    private static ObjectNode summary(String id, Run run) {
        return Json.object()
                .put("run", id)
                .put("stage", run.stage)
                .put("step", run.step)
                .put("planned", run.planned)
                .put("begun", run.begunMillis)
                .put("at", run.atMillis)
                .put("events", run.events);
    }
}
