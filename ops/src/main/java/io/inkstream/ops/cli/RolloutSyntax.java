package io.inkstream.ops.cli;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.settings.Setting;
import io.inkstream.schemas.settings.SettingsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads and prints steps, times and bounds of a rollout as people type them. */
final class RolloutSyntax {
    private static final Setting<Duration> TIME =
            Setting.duration("time", "1s", Duration.ofSeconds(1), "A step's or a baking's.");

    private RolloutSyntax() {}

    /**
     * Reads {@code 10:10m,25:10m:0.01,100:1h:0.01:500}: percent, time, and where a step has bounds of its own the share of
     * errors and the latency.
     *
     * @param maxErrorRate of the steps that name none
     * @param maxLatencyMs likewise; null for none
     */
    static List<RolloutStep> steps(String text, double maxErrorRate, Integer maxLatencyMs) {
        List<RolloutStep> steps = new ArrayList<>();
        for (String step : text.split(",", -1)) {
            String[] parts = step.trim().split(":", -1);
            if (parts.length < 2 || parts.length > 4) {
                throw wrong("a step is PERCENT:TIME[:MAX_ERROR_RATE[:MAX_LATENCY_MS]], not '" + quoted(step) + "'");
            }
            try {
                int percent = Integer.parseInt(parts[0]);
                if (percent < 1 || percent > 100) {
                    throw wrong("a step's share is 1 to 100 %, not " + percent);
                }
                double errors = parts.length > 2 && !parts[2].isEmpty() ? Double.parseDouble(parts[2]) : maxErrorRate;
                Integer latency = parts.length > 3 ? Integer.valueOf(parts[3]) : maxLatencyMs;
                checkBounds("a step's", errors, latency);
                steps.add(new RolloutStep(percent, seconds(parts[1]), errors, latency));
            } catch (NumberFormatException e) {
                throw wrong("'" + quoted(step) + "' is not a step such as 10:10m or 25:1h:0.01:500");
            }
        }
        if (steps.size() > Limits.POLICY_STEPS) {
            throw wrong("a rollout has at most " + Limits.POLICY_STEPS + " steps");
        }
        return steps;
    }

    /** Reads {@code 30s}, {@code 10m}, {@code 2h} or {@code 1d} as whole seconds. */
    static int seconds(String text) {
        long seconds;
        try {
            seconds = TIME.parse(text).toSeconds();
        } catch (SettingsException e) {
            throw wrong("'" + quoted(text) + "' is not a time such as 30s, 10m, 2h or 1d");
        }
        if (seconds > Limits.POLICY_SECONDS) {
            throw wrong("the longest time is a year, not " + quoted(text));
        }
        return (int) seconds;
    }

    static void checkBounds(String whose, Double maxErrorRate, Integer maxLatencyMs) {
        if (maxErrorRate != null && !(maxErrorRate >= 0 && maxErrorRate <= 1)) {
            throw wrong(whose + " share of errors is 0 to 1, not " + maxErrorRate);
        }
        if (maxLatencyMs != null && maxLatencyMs < 1) {
            throw wrong(whose + " latency is at least 1 ms, not " + maxLatencyMs);
        }
    }

    /** Prints seconds as they are typed. */
    static String time(int seconds) {
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Prints a step for people. */
    static String inWords(RolloutStep step) {
        return String.format(
                Locale.ROOT,
                "%d %% for %s (%.1f %% may fail%s)",
                step.getPercent(),
                time(step.getSeconds()),
                100 * step.getMaxErrorRate(),
                step.getMaxLatencyMs() == null ? "" : ", within " + step.getMaxLatencyMs() + " ms");
    }

    private static String quoted(String text) {
        return Limits.cut(text, Limits.QUOTED_CHARS);
    }

    private static CommandException wrong(String message) {
        return new CommandException(ExitCodes.WRONG_USE, message);
    }
}
