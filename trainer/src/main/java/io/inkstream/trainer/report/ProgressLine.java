package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Says how far a training is, how fast it goes and when the stage at hand will be done. For one thread. */
public final class ProgressLine {
    private static final int MOST_FIGURES = 4;

    private ProgressLine() {}

    /** Returns a listener that keeps one line of a terminal up to date. */
    public static TrainingListener onTerminal(PrintStream terminal) {
        return new Bar(terminal);
    }

    /**
     * Returns a listener that says a line when a network's training begins or ends, and once in a while between, for logs
     * that nobody overwrites.
     *
     * @param every least time between lines
     * @param nanos a clock such as {@link System#nanoTime}
     * @param lines takes each line
     */
    public static TrainingListener inLines(Duration every, LongSupplier nanos, Consumer<String> lines) {
        return new Lines(every, nanos, lines);
    }

    private static final class Bar implements TrainingListener {
        private final PrintStream terminal;
        private ProgressBar bar;
        private long last;

        Bar(PrintStream terminal) {
            this.terminal = terminal;
        }

        @Override
        public void on(TrainingEvent event) {
            long step = Steps.done(event);
            if (bar == null || step < last) {
                close();
                // What was done before a resumed run began is not its merit.
                bar = new ProgressBarBuilder()
                        .setTaskName("training")
                        .startsFrom(step, Duration.ZERO)
                        .setInitialMax(Steps.planned(event))
                        .setUpdateIntervalMillis(1000)
                        .setConsumer(new ConsoleProgressBarConsumer(terminal))
                        .showSpeed()
                        .setSpeedUnit(ChronoUnit.SECONDS)
                        .build();
            }
            last = step;
            bar.maxHint(Steps.planned(event));
            bar.stepTo(step);
            bar.setExtraMessage(" " + event.getStage() + figures(event));
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    private static final class Lines implements TrainingListener {
        private final Duration every;
        private final LongSupplier nanos;
        private final Consumer<String> lines;
        private long lastStep = Long.MAX_VALUE;
        private long lastNanos;

        Lines(Duration every, LongSupplier nanos, Consumer<String> lines) {
            this.every = every;
            this.nanos = nanos;
            this.lines = lines;
        }

        @Override
        public void on(TrainingEvent event) {
            long now = nanos.getAsLong();
            long step = Steps.done(event);
            long planned = Steps.planned(event);
            boolean begins = step < lastStep;
            boolean ends = step >= planned && lastStep < planned;
            if (!begins && !ends && now - lastNanos < every.toNanos()) {
                return;
            }
            // The rate of the latest while, not of the whole run: the machine may have become busier, the stage slower.
            double perSecond = begins ? 0 : (step - lastStep) * 1e9 / Math.max(1, now - lastNanos);
            lines.accept(String.format(
                    Locale.ROOT,
                    "%s: step %d of %d%s%s",
                    event.getStage(),
                    step,
                    planned,
                    perSecond > 0 ? pace(perSecond, planned - step) : "",
                    figures(event)));
            lastStep = step;
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
        return Steps.measured(event).entrySet().stream()
                .limit(MOST_FIGURES)
                .map(f -> String.format(Locale.ROOT, ", %s %.4g", f.getKey().replace('_', ' '), f.getValue()))
                .collect(Collectors.joining());
    }
}
