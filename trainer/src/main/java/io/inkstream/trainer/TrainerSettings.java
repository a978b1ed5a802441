package io.inkstream.trainer;

import io.inkstream.schemas.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the trainer may be told. */
public final class TrainerSettings {
    public static final Setting<Path> FOLDER = Setting.path(
            "inkstream.trainer.folder",
            "trainer-work",
            "Working folder: local copy of the samples, checkpoints and models.");
    public static final Setting<String> MODEL_NAME = Setting.name(
            "inkstream.trainer.model.name", "trained", "Name of the models; their version is the time of training.");
    public static final Setting<Duration> BUDGET = Setting.duration(
            "inkstream.trainer.budget", "60m", Duration.ofSeconds(30), "Time budget of a training from scratch.");
    public static final Setting<Duration> REFINE_BUDGET = Setting.duration(
            "inkstream.trainer.refine.budget",
            "30m",
            Duration.ofSeconds(30),
            "Time budget of training the published model further.");
    public static final Setting<Integer> WORKERS = new Setting<>(
            "inkstream.trainer.workers",
            "2",
            "1, 2, 4 or 8",
            "Threads that share a step, at most one per core; the number of threads changes the model, not its quality.",
            text -> {
                int workers = Integer.parseInt(text);
                if (workers < 1 || workers > 8 || Integer.bitCount(workers) != 1) {
                    throw new IllegalArgumentException();
                }
                return workers;
            });
    public static final Setting<Integer> SEED = Setting.integer(
            "inkstream.trainer.seed", 1, Integer.MIN_VALUE, Integer.MAX_VALUE, "Random seed of a training.");
    public static final Setting<Integer> MIN_SAMPLES = Setting.integer(
            "inkstream.trainer.min.samples",
            5000,
            256,
            Integer.MAX_VALUE,
            "Samples that the topic must hold before the first training.");
    public static final Setting<Integer> MIN_NEW_SAMPLES = Setting.integer(
            "inkstream.trainer.min.new.samples",
            2000,
            1,
            Integer.MAX_VALUE,
            "How many samples must have been added or removed before the next training; 100 replaced by 100 others count as 200.");
    public static final Setting<Duration> POLL_INTERVAL = Setting.duration(
            "inkstream.trainer.poll.interval",
            "30s",
            Duration.ofSeconds(1),
            "Interval of polling the topic for new samples.");
    public static final Setting<String> HTTP_HOST = Setting.name(
            "inkstream.trainer.http.host",
            "127.0.0.1",
            "Address that health and metrics listen on; 0.0.0.0 accepts other machines.");
    public static final Setting<Integer> HTTP_PORT = Setting.integer(
            "inkstream.trainer.http.port",
            9103,
            0,
            65_535,
            "Port of /health/live, /health/ready and /metrics; 0 is any free one.");
    public static final Setting<Double> GATE_MIN_CAS_RATIO = Setting.decimal(
            "inkstream.trainer.gate.min.cas.ratio",
            0.9,
            0,
            2,
            "Minimum CAS ratio: accuracy on real glyphs of a recogniser trained on the model's glyphs, relative to one trained on real glyphs.");
    public static final Setting<Double> GATE_MAX_FRECHET_EXCESS = Setting.decimal(
            "inkstream.trainer.gate.max.frechet.excess",
            0.4,
            0,
            1000,
            "Upper limit of a model's Fréchet distance to real glyphs minus that of real to real glyphs.");
    public static final Setting<Double> GATE_MIN_DEVIATION_RATIO = Setting.decimal(
            "inkstream.trainer.gate.min.deviation.ratio",
            0.85,
            0,
            2,
            "Minimum variety of a model's glyphs of one character, relative to real ones.");
    public static final Setting<Double> GATE_MAX_DEVIATION_RATIO = Setting.decimal(
            "inkstream.trainer.gate.max.deviation.ratio",
            1.1,
            0,
            2,
            "Maximum variety of a model's glyphs of one character, relative to real ones.");
    public static final Setting<Double> GATE_MAX_ACCURACY_DIFFERENCE = Setting.decimal(
            "inkstream.trainer.gate.max.accuracy.difference",
            0.05,
            0,
            1,
            "Maximum difference between the accuracies with which the model's and real glyphs are read.");

    public static final List<Setting<?>> ALL = List.of(
            FOLDER,
            MODEL_NAME,
            BUDGET,
            REFINE_BUDGET,
            WORKERS,
            SEED,
            MIN_SAMPLES,
            MIN_NEW_SAMPLES,
            POLL_INTERVAL,
            HTTP_HOST,
            HTTP_PORT,
            GATE_MIN_CAS_RATIO,
            GATE_MAX_FRECHET_EXCESS,
            GATE_MIN_DEVIATION_RATIO,
            GATE_MAX_DEVIATION_RATIO,
            GATE_MAX_ACCURACY_DIFFERENCE);

    private TrainerSettings() {}
}
