package io.inkstream.ops.it;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Docker engine of this machine, by its command line. Every answer comes within a time: an engine that does not answer,
 * or cannot fetch an image, is one that tests do without.
 */
final class DockerEngine {
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final String program;

    /** What a command said, and its exit status. */
    record Said(int status, String text) {}

    /** A command ended badly, or not in time. */
    static final class DockerException extends IOException {
        private static final long serialVersionUID = 1L;

        DockerException(String message) {
            super(message);
        }
    }

    /** @param program its client */
    DockerEngine(String program) {
        this.program = program;
    }

    /**
     * What the docker commands on the path speak to, without those that get no answer. Several lie there where one is of the
     * system and another was added; not each of them can do everything.
     */
    static List<DockerEngine> answering() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "docker"))
                .filter(Files::isExecutable)
                .map(program -> new DockerEngine(program.toString()))
                .filter(engine -> engine.succeeds(ANSWER, "version", "--format", "{{.Server.Version}}"))
                .toList();
    }

    /** Whether the engine has the image, or fetches it within the limit. */
    boolean has(String image, Duration limit) {
        return succeeds(ANSWER, "image", "inspect", "--format", "{{.Id}}", image)
                || succeeds(limit, "pull", "--quiet", image);
    }

    private boolean succeeds(Duration limit, String... arguments) {
        try {
            return run(Map.of(), limit, arguments).status() == 0;
        } catch (DockerException e) {
            return false;
        }
    }

    /**
     * Runs a command of the engine's client.
     *
     * @throws DockerException if it does not end in time
     */
    Said run(Map<String, String> environment, Duration limit, String... arguments) throws DockerException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        return run(command, environment, limit);
    }

    /**
     * Runs any command.
     *
     * @throws DockerException if it cannot be started, or does not end in time
     */
    static Said run(List<String> command, Map<String, String> environment, Duration limit) throws DockerException {
        Path out = null;
        Process process = null;
        try {
            // To a file: a pipe would be held open by whatever the command leaves running.
            out = Files.createTempFile("docker", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DockerException(command + " did not end within " + limit.toSeconds() + " s: " + tail(out));
            }
            return new Said(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
        } catch (DockerException e) {
            throw e;
        } catch (IOException e) {
            throw new DockerException(command + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException("interrupted");
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            delete(out);
        }
    }

    private static String tail(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return text.substring(Math.max(0, text.length() - 2_000));
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
