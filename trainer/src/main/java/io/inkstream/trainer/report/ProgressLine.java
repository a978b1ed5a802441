package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Says how far a training is, how fast it goes and when it will be done. For one thread. */
public final class ProgressLine {
    private static final int MOST_FIGURES = 4;

    private ProgressLine() {}

    /**
     * Returns a listener that keeps one line of a terminal up to date.
     *
     * @param from steps done before, by a run that is resumed
     * @param to steps of the whole run
     */
    public static TrainingListener onTerminal(PrintStream terminal, long from, long to) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(to)
                .startsFrom(from, Duration.ZERO)
                .setUpdateIntervalMillis(1000)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .showSpeed()
                .setSpeedUnit(ChronoUnit.SECONDS)
                .build();
        return new TrainingListener() {
            @Override
            public void on(TrainingEvent event) {
                bar.stepTo(event.getStep());
                bar.setExtraMessage(" " + event.getStage() + figures(event));
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /**
     * Returns a listener that says a line at the first event and then once in a while, for logs that nobody overwrites.
     *
     * @param from steps done before, by a run that is resumed
     * @param to steps of the whole run
     * @param every least time between lines
     * @param nanos a clock such as {@link System#nanoTime}
     * @param lines takes each line
     */
    public static TrainingListener inLines(
            long from, long to, Duration every, LongSupplier nanos, Consumer<String> lines) {
        return new Lines(from, to, every, nanos, lines);
    }

    private static final class Lines implements TrainingListener {
        private final long to;
        private final Duration every;
        private final LongSupplier nanos;
        private final Consumer<String> lines;
        private long lastStep;
        private long lastNanos;
        private boolean begun;

        Lines(long from, long to, Duration every, LongSupplier nanos, Consumer<String> lines) {
            this.to = to;
            this.every = every;
            this.nanos = nanos;
            this.lines = lines;
            this.lastStep = from;
            this.lastNanos = nanos.getAsLong();
        }

        @Override
        public void on(TrainingEvent event) {
            long now = nanos.getAsLong();
            boolean isLast = event.getStep() >= to && lastStep < to;
            if (begun && !isLast && now - lastNanos < every.toNanos()) {
                return;
            }
            begun = true;
            // The rate of the latest while, not of the whole run: the machine may have become busier, the stage slower.
            double perSecond = (event.getStep() - lastStep) * 1e9 / Math.max(1, now - lastNanos);
            lines.accept(String.format(
                    Locale.ROOT,
                    "%s: step %d of %d (%.1f %%)%s%s",
                    event.getStage(),
                    event.getStep(),
                    to,
                    100.0 * event.getStep() / to,
                    perSecond > 0 ? pace(perSecond, to - event.getStep()) : "",
                    figures(event)));
            lastStep = event.getStep();
            lastNanos = now;
        }
    }

    private static String pace(double perSecond, long left) {
        String rate = String.format(Locale.ROOT, ", %.2f steps/s", perSecond);
        return left <= 0 ? rate : rate + ", done in " + hours(Duration.ofSeconds((long) (left / perSecond)));
    }

    private static String hours(Duration time) {
        return String.format(Locale.ROOT, "%d:%02d h", time.toHours(), time.toMinutesPart());
    }

    private static String figures(TrainingEvent event) {
        return new TreeMap<>(event.getFigures())
                .entrySet().stream()
                        .limit(MOST_FIGURES)
                        .map(f -> String.format(
                                Locale.ROOT, ", %s %.4g", f.getKey().replace('_', ' '), f.getValue()))
                        .collect(Collectors.joining());
    }
}
