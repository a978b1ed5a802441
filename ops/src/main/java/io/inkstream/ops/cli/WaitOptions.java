package io.inkstream.ops.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Flags that say whether a command waits until what it did is in force. */
final class WaitOptions {
    @Option(
            names = "--wait",
            description = "Wait until it is in force; exit code 1 and the reason if it does not come into force.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "With --wait: how long at most (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private long timeoutSeconds;

    boolean isWanted() {
        return wait;
    }

    /** @throws CommandException if it is negative */
    Duration limit() {
        if (timeoutSeconds < 0) {
            throw new CommandException(ExitCodes.WRONG_USE, "--timeout is at least 0, not " + timeoutSeconds);
        }
        return Duration.ofSeconds(timeoutSeconds);
    }
}
