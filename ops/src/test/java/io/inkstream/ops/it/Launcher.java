package io.inkstream.ops.it;

import io.inkstream.ops.stack.Distribution;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command line as people call it: the launcher script in a process of its own. */
final class Launcher implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch outputEnded = new CountDownLatch(1);

    private Launcher(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "launcher-output");
        reader.setDaemon(true);
        reader.start();
    }

    static Launcher start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        // What is being tested is built; the script need not look whether it is.
        builder.environment()
                .put("INKSTREAM_HOME", Distribution.current().home().toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return new Launcher(builder.start());
    }

    Process process() {
        return process;
    }

    /** All processes below it, as they are now. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** Waits for a line of its output; fails when it ends without one. */
    String awaitLine(Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        synchronized (lines) {
            int seen = 0;
            while (true) {
                Optional<String> found = lines.subList(seen, lines.size()).stream()
                        .filter(wanted)
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                seen = lines.size();
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (outputEnded.getCount() == 0 || millis <= 0) {
                    throw new AssertionError("it did not say so, but:\n" + String.join("\n", lines));
                }
                lines.wait(millis);
            }
        }
    }

    /** The value of a printed {@code name: value}. */
    String value(String name) throws InterruptedException {
        return awaitLine(line -> line.startsWith(name + ": ")).substring(name.length() + 2);
    }

    /** Waits for its end and returns all that it printed. */
    String awaitEnd() throws InterruptedException {
        return awaitEnd(SharedInkstream.LIMIT);
    }

    /** The same of a command that takes longer. */
    String awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it goes on, after:\n" + output());
        }
        outputEnded.await();
        return output();
    }

    /** Waits until all these processes are gone. */
    static void awaitGone(List<ProcessHandle> processes) throws Exception {
        CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .get(SharedInkstream.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    private static Path script() {
        return Path.of("bin", "inkstream").toAbsolutePath();
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed; what it had said is kept.
        } finally {
            outputEnded.countDown();
            synchronized (lines) {
                lines.notifyAll();
            }
        }
    }
}
