package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that people run, as they run it. */
class QuickstartIT {
    private static final int BROKERS_DEFAULT_PORT = 9092;

    @TempDir
    Path directory;

    @Test
    void onceSavesTheImagesThoughTheBrokersPortIsTakenAndLeavesNoProcess() throws Exception {
        Optional<ServerSocket> taken = take(BROKERS_DEFAULT_PORT);
        try (Launcher quickstart = Launcher.start(
                directory,
                "quickstart",
                "--once",
                "--seed",
                "7",
                "--text",
                "Hello reader,\nthis is the second line.")) {
            String bootstrap = quickstart.value("bootstrap");
            List<ProcessHandle> children = quickstart.descendants();
            String output = quickstart.awaitEnd();

            assertThat(quickstart.process().exitValue()).as(output).isZero();
            assertThat(bootstrap).doesNotEndWith(":" + BROKERS_DEFAULT_PORT);
            assertThat(children).hasSizeGreaterThanOrEqualTo(3);
            Launcher.awaitGone(children);
            assertThat(output).contains("registry: http://", "grpc: 127.0.0.1:", "health: http://", "page: http://");
            Path document = directory.resolve("out/quickstart");
            for (String name : List.of("line-0001.png", "line-0002.png", "page-1.png")) {
                assertThat(hasInk(document.resolve(name))).as(name).isTrue();
            }
            assertThat(Files.readAllLines(document.resolve("boxes.jsonl"))).hasSize(2);
            assertThat(dataOfRuns()).isEmpty();
        } finally {
            if (taken.isPresent()) {
                taken.get().close();
            }
        }
    }

    @Test
    void sigtermEndsEveryProcessAndRemovesTheData() throws Exception {
        try (Launcher quickstart = Launcher.start(directory, "quickstart", "--text", "Hello.")) {
            quickstart.awaitLine(line -> line.contains("Ctrl-C"));
            assertThat(status(quickstart.value("page"))).isEqualTo(200);
            assertThat(status(quickstart.value("health"))).isEqualTo(200);
            List<ProcessHandle> children = quickstart.descendants();
            assertThat(children).hasSize(4);

            quickstart.process().destroy();
            quickstart.awaitEnd();

            Launcher.awaitGone(children);
            assertThat(dataOfRuns()).isEmpty();
        }
    }

    @Test
    void sigkillOfTheLauncherEndsEveryProcess() throws Exception {
        try (Launcher quickstart = Launcher.start(directory, "quickstart", "--text", "Hello.")) {
            quickstart.awaitLine(line -> line.contains("registry is up"));
            List<ProcessHandle> children = quickstart.descendants();
            assertThat(children).hasSize(4);

            quickstart.process().destroyForcibly();

            Launcher.awaitGone(children);
        }
    }

    private List<Path> dataOfRuns() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.endsWith("data")).toList();
        }
    }

    private static Optional<ServerSocket> take(int port) throws IOException {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")));
        } catch (BindException e) {
            return Optional.empty(); // somebody else has taken it, which serves as well
        }
    }

    private static boolean hasInk(Path png) throws IOException {
        BufferedImage image = ImageIO.read(png.toFile());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRaster().getSample(x, y, 0) < 64) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int status(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
