package io.inkstream.schemas.serde;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real registry as a process on a free port of this machine: Apicurio's server, which speaks Confluent's API. */
final class RegistryProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

    private final Process process;
    private final String url;

    private RegistryProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts it and returns when it listens, with the compatibility rule of our subjects, BACKWARD.
     *
     * @param home folder of the unpacked distribution
     * @throws IOException with its output if it ends instead
     */
    static RegistryProcess start(Path home) throws IOException, InterruptedException {
        Path jar;
        try (Stream<Path> files = Files.list(home)) {
            jar = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx160m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-jar",
                        jar.toString()))
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        RegistryProcess registry = new RegistryProcess(process, address(process) + "/apis/ccompat/v7");
        registry.requireBackwardCompatibility();
        return registry;
    }

    /** The address of its Confluent API. */
    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void requireBackwardCompatibility() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/config"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\": \"BACKWARD\"}"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("the registry refuses its compatibility rule: " + answer.body());
        }
    }

    private static String address(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                drain(output);
                return listening.group(1);
            }
        }
        throw new IOException("the registry ended instead of listening:\n" + said);
    }

    /** A process whose output nobody reads stands still when the pipe is full. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(
                () -> {
                    try (output) {
                        output.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        // the process has ended
                    }
                },
                "registry-output");
        reader.setDaemon(true);
        reader.start();
    }
}
