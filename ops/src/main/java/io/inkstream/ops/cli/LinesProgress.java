package io.inkstream.ops.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Says how many lines are written, how fast that goes and when it will be done. Thread-safe. */
interface LinesProgress extends AutoCloseable {
    /** Says that so many more are written. */
    void add(int lines);

    @Override
    void close();

    /**
     * Keeps one line of a terminal up to date.
     *
     * @param done lines that were there before
     * @param all lines that there will be
     */
    static LinesProgress onTerminal(PrintStream terminal, long done, long all) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("lines")
                .startsFrom(done, Duration.ZERO) // no merit of this run
                .setInitialMax(all)
                .setUpdateIntervalMillis(1000)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .showSpeed()
                .setSpeedUnit(ChronoUnit.SECONDS)
                .build();
        return new LinesProgress() {
            @Override
            public void add(int lines) {
                bar.stepBy(lines);
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /**
     * Says a sentence once in a while, for logs that nobody overwrites.
     *
     * @param every least time between two
     * @param nanos a clock such as {@link System#nanoTime}
     */
    static LinesProgress inSentences(
            Duration every, LongSupplier nanos, Consumer<String> sentences, long done, long all) {
        return new LinesProgress() {
            private long last = nanos.getAsLong();
            private long lastWritten = done;
            private long written = done;

            @Override
            public synchronized void add(int lines) {
                written += lines;
                long now = nanos.getAsLong();
                if (now - last < every.toNanos()) {
                    return;
                }
                // Of the latest while: the machine may have become busier.
                double perSecond = (written - lastWritten) * 1e9 / (now - last);
                long left = (long) ((all - written) / perSecond);
                sentences.accept(String.format(
                        Locale.ROOT,
                        "%,d of %,d lines, %.1f a second, done in %d:%02d:%02d",
                        written,
                        all,
                        perSecond,
                        left / 3600,
                        left / 60 % 60,
                        left % 60));
                last = now;
                lastWritten = written;
            }

            @Override
            public void close() {}
        };
    }
}
