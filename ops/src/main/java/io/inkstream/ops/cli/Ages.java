package io.inkstream.ops.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how long ago something was, as people type it. */
final class Ages {
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

    private Ages() {}

    /**
     * Reads such as {@code 90s}, {@code 30m}, {@code 24h} or {@code 7d}.
     *
     * @param flag for the message
     * @throws CommandException if it is something else, or no time at all
     */
    static Duration parse(String flag, String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, flag + " is a time such as 90s, 30m, 24h or 7d, not " + text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
