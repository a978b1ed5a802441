package io.inkstream.ops.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** One Java process on a {@link Leash}, writing all it says to one log file; it never outlives this process. */
public final class ChildProcess {
    /** What the names of our own environment variables begin with. */
    static final String OUR_ENVIRONMENT = "INKSTREAM_";

    private static final int QUOTED_LINES = 5;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a process and returns at once.
     *
     * @param arguments of the java command, the main class and its own arguments last
     * @param environment beside this process's own, of which nothing named {@code INKSTREAM_} is passed on
     * @throws StartException if the operating system refuses
     */
    public static ChildProcess start(String name, List<String> arguments, Map<String, String> environment, Path log)
            throws StartException {
        ProcessBuilder builder = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Set to another processor's name on some machines, where it slows numeric code and changes bits.
        builder.environment().remove("OPENBLAS_CORETYPE");
        builder.environment().keySet().removeIf(key -> key.startsWith(OUR_ENVIRONMENT));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(log.getParent());
            return new ChildProcess(name, log, builder.start());
        } catch (IOException e) {
            throw new StartException("cannot start the " + name + ": " + e.getMessage(), e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Fails, quoting the end of its log, if the process has ended. */
    void checkAlive() throws StartException {
        if (!process.isAlive()) {
            throw new StartException("the " + name + " ended with exit code " + process.exitValue() + "; its log is "
                    + log + " and ends with:\n" + lastLines());
        }
    }

    /** Names the process's log file for an error message. */
    String describeLog() {
        return "its log is " + log;
    }

    /** Sends SIGTERM; kills what is still there after the grace period. */
    void stop(Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for its end, at most as long as said; returns its exit code, or nothing if it goes on. */
    public OptionalInt awaitEnd(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Sends SIGKILL and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends SIGSTOP: it stays, holds all that it holds, and does nothing. */
    void pause() {
        signal("STOP");
    }

    /** Sends SIGCONT: it goes on as if no time had passed. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exit != 0 && process.isAlive()) {
                throw new IllegalStateException("the " + this.name + " cannot be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The last line of its log; empty if there is none. */
    public String lastLine() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1)
                    .lines()
                    .reduce("", (before, line) -> line.isBlank() ? before : line);
        } catch (IOException e) {
            return "";
        }
    }

    private String lastLines() {
        try {
            List<String> lines =
                    List.of(Files.readString(log, StandardCharsets.ISO_8859_1).split("\n"));
            return "  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
        } catch (IOException e) {
            return "  (unreadable: " + e.getMessage() + ")";
        }
    }
}
