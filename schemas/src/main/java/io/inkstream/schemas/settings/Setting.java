package io.inkstream.schemas.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One value that an operator may set: its key, what it is when nobody sets it, and how its text is read.
 *
 * @param key lower case, dots between words
 * @param defaultText what an operator would write to get the default; empty means not set, where the type allows it
 * @param expected what a value must be, to follow "expected": a range, a unit, the choices
 * @param description one or two sentences for the reference
 * @param parser reads a trimmed text; throws IllegalArgumentException for one that is not as expected
 */
public record Setting<T>(
        String key, String defaultText, String expected, String description, Function<String, T> parser) {
    private static final Pattern KEY = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    public Setting {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "a key consists of lower-case words with dots between, not '" + key + "'");
        }
        requireNonNull(expected, "expected");
        requireNonNull(description, "description");
        // A default that its own rule refuses is a bug, seen when the class loads.
        requireNonNull(parser.apply(defaultText), "default value");
    }

    /** The value when nobody sets one. */
    public T defaultValue() {
        return parser.apply(defaultText);
    }

    /**
     * Reads a value.
     *
     * @throws SettingsException naming the key, the value and what was expected
     */
    public T parse(String text) {
        try {
            return parser.apply(text.trim());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new SettingsException(key + " = '" + text + "': expected " + expected);
        }
    }

    /** Any text; the default may be empty. */
    public static Setting<String> text(String key, String defaultValue, String description) {
        return new Setting<>(key, defaultValue, "text", description, Function.identity());
    }

    /** Text that is not empty. */
    public static Setting<String> name(String key, String defaultValue, String description) {
        return new Setting<>(key, defaultValue, "non-empty text", description, text -> {
            check(!text.isEmpty());
            return text;
        });
    }

    /** Texts with commas between, at least one. */
    public static Setting<List<String>> list(String key, String defaultValue, String description) {
        return new Setting<>(key, defaultValue, "comma-separated texts", description, text -> {
            List<String> items = Arrays.stream(COMMA.split(text))
                    .filter(item -> !item.isEmpty())
                    .toList();
            check(!items.isEmpty());
            return items;
        });
    }

    /** A whole number, {@code min} to {@code max}, both included. */
    public static Setting<Integer> integer(String key, int defaultValue, int min, int max, String description) {
        return new Setting<>(
                key, Integer.toString(defaultValue), "a whole number" + range(min, max), description, text -> {
                    int value = Integer.parseInt(text);
                    check(value >= min && value <= max);
                    return value;
                });
    }

    /** A number, {@code min} to {@code max}, both included. */
    public static Setting<Double> decimal(String key, double defaultValue, double min, double max, String description) {
        String expected = "a number, " + min + " to " + max;
        return new Setting<>(key, Double.toString(defaultValue), expected, description, text -> {
            double value = Double.parseDouble(text);
            check(value >= min && value <= max);
            return value;
        });
    }

    /** {@code true} or {@code false}. */
    public static Setting<Boolean> flag(String key, boolean defaultValue, String description) {
        return new Setting<>(key, Boolean.toString(defaultValue), "true or false", description, text -> {
            check(text.equals("true") || text.equals("false"));
            return Boolean.valueOf(text);
        });
    }

    /** One of an enum's constants, by its name in lower case. */
    public static <E extends Enum<E>> Setting<E> choice(String key, E defaultValue, String description) {
        E[] all = defaultValue.getDeclaringClass().getEnumConstants();
        String names = Arrays.stream(all).map(Setting::word).collect(Collectors.joining(" or "));
        return new Setting<>(key, word(defaultValue), names, description, text -> Arrays.stream(all)
                .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
    }

    /** A time such as {@code 250us}, {@code 4ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}; {@code min} at least. */
    public static Setting<Duration> duration(String key, String defaultValue, Duration min, String description) {
        String expected =
                "a time such as 4ms, 30s, 5m or 2h" + (min.isZero() ? "" : ", at least " + min.toMillis() + "ms");
        return new Setting<>(key, defaultValue, expected, description, text -> {
            Duration value = duration(text);
            check(value.compareTo(min) >= 0);
            return value;
        });
    }

    /** A size such as {@code 65536}, {@code 64KiB}, {@code 8MiB}, {@code 1GiB}; in bytes, {@code min} to {@code max}. */
    public static Setting<Long> bytes(String key, String defaultValue, long min, long max, String description) {
        String expected = "a size such as 65536, 64KiB, 8MiB or 1GiB, " + min + " to "
                + (max == Long.MAX_VALUE ? "any" : max) + " bytes";
        return new Setting<>(key, defaultValue, expected, description, text -> {
            long value = bytes(text);
            check(value >= min && value <= max);
            return value;
        });
    }

    /** A file or folder, relative to the working directory; it need not exist. */
    public static Setting<Path> path(String key, String defaultValue, String description) {
        return new Setting<>(key, defaultValue, "a path", description, text -> {
            check(!text.isEmpty());
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    private static Duration duration(String text) {
        Matcher amount = AMOUNT.matcher(text);
        check(amount.matches());
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "us" -> Duration.ofNanos(Math.multiplyExact(number, 1_000));
            case "", "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofSeconds(Math.multiplyExact(number, 60));
            case "h" -> Duration.ofSeconds(Math.multiplyExact(number, 3_600));
            case "d" -> Duration.ofSeconds(Math.multiplyExact(number, 86_400));
            default -> throw new IllegalArgumentException();
        };
    }

    private static long bytes(String text) {
        Matcher amount = AMOUNT.matcher(text);
        check(amount.matches());
        int shift =
                switch (amount.group(2)) {
                    case "", "B" -> 0;
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> throw new IllegalArgumentException();
                };
        return Math.multiplyExact(Long.parseLong(amount.group(1)), 1L << shift);
    }

    private static String range(int min, int max) {
        if (max == Integer.MAX_VALUE) {
            return min == Integer.MIN_VALUE ? "" : ", at least " + min;
        }
        return ", " + min + " to " + max;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}
