package io.inkstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process, without a broker: it either runs, and says what it waits for, or ends with a reason. */
class TopologyMainTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void aKeyOfKafkasWithoutAUsableValueEndsIt() throws Exception {
        Process process = start("-X", "num.stream.threads=x");

        assertThat(exitCode(process)).isEqualTo(2);
        assertThat(error(process)).contains("it cannot start").contains("num.stream.threads");
    }

    @Test
    void aPortThatIsTakenEndsIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start("-X", "inkstream.topology.http.port=" + taken.getLocalPort());

            assertThat(exitCode(process)).isEqualTo(2);
            assertThat(error(process)).contains("it cannot start").contains("in use");
        }
    }

    @Test
    void aStateDirectoryThatAnotherUsesEndsTheSecondAndLeavesTheFirst() throws Exception {
        int port = freePort();
        Process first = start("-X", "inkstream.topology.http.port=" + port);
        assertThat(readiness(port, first)).contains("broker");
        Process second = start();

        assertThat(exitCode(second)).isEqualTo(2);
        assertThat(error(second)).contains("it cannot start").contains("state");
        assertThat(first.isAlive()).isTrue();
        assertThat(readiness(port, first)).contains("broker");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TopologyMain.class.getName(),
                "-X",
                "bootstrap.servers=127.0.0.1:1",
                "-X",
                "schema.registry.url=http://127.0.0.1:1",
                "-X",
                "state.dir=" + directory));
        if (List.of(arguments).stream().noneMatch(argument -> argument.startsWith("inkstream.topology.http.port"))) {
            command.addAll(List.of("-X", "inkstream.topology.http.port=0"));
        }
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        return process;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the process has ended")
                .isTrue();
        return process.exitValue();
    }

    private static String error(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), UTF_8);
    }

    /** What it says it waits for, as soon as it answers and waits for the broker. */
    private static String readiness(int port, Process process) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (process.isAlive() && System.nanoTime() < end) {
            try {
                last = HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
                if (last.contains("\"broker\"")) {
                    return last;
                }
            } catch (IOException e) {
                last = e.toString(); // not listening yet
            }
            Thread.sleep(50);
        }
        return last;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
