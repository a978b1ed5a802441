package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trainer as a process: what its exit status and its last words are. */
class TrainerMainTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private record Ended(int status, String said) {}

    @Test
    void wrongSettingIsASentenceAndStatusTwo() throws Exception {
        Ended ended = run("-X", "inkstream.trainer.workers=3");

        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.said()).contains("inkstream.trainer.workers").doesNotContain("\tat ");
    }

    @Test
    void folderThatCannotBeWrittenIsASentenceAndStatusTwo() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Ended ended = run("-X", "inkstream.trainer.folder=" + file.resolve("work"));

        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.said()).contains("cannot write to its folder " + file).doesNotContain("\tat ");
    }

    @Test
    void portThatIsTakenIsASentenceAndStatusTwo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Ended ended = run("-X", "inkstream.trainer.http.port=" + taken.getLocalPort());

            assertThat(ended.status()).isEqualTo(2);
            assertThat(ended.said())
                    .contains("cannot listen at 127.0.0.1:" + taken.getLocalPort())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void clusterThatIsAwayIsWaitedForAndSaidOnTheReadinessEndpointUntilTheProcessIsToldToEnd() throws Exception {
        int port = freePort();
        Process process = start(
                folder.resolve("log"),
                "-X",
                "inkstream.trainer.http.port=" + port,
                "-X",
                "inkstream.trainer.poll.interval=1s",
                "-X",
                "default.api.timeout.ms=300",
                "-X",
                "request.timeout.ms=300");
        try {
            HttpResponse<String> ready = awaitTrouble(process, port);

            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("glyph-samples");
            assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
            process.destroy();
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
        } finally {
            process.destroyForcibly();
        }
    }

    private Ended run(String... arguments) throws Exception {
        Path log = folder.resolve("log");
        Process process = start(log, arguments);
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(log));
    }

    private Process start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                TrainerMain.class.getName(),
                "-X",
                "bootstrap.servers=127.0.0.1:1",
                "-X",
                "inkstream.trainer.folder=" + folder.resolve("work")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The first answer that is not 200: none comes before the process listens. */
    private static HttpResponse<String> awaitTrouble(Process process, int port) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                HttpResponse<String> ready = get(port, "/health/ready");
                if (ready.statusCode() != 200) {
                    return ready;
                }
            } catch (ConnectException e) {
                // it is about to start
            }
            Thread.sleep(50);
        }
        throw new AssertionError("it says nothing of the cluster, alive: " + process.isAlive());
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return any.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
