package io.inkstream.modelserver.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LocationsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] BUNDLE = "a bundle, as far as anybody knows".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong sent = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private String address;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/models/a.zip", exchange -> answer(exchange, 200, BUNDLE));
        server.createContext("/models/missing.zip", exchange -> answer(exchange, 404, new byte[0]));
        server.createContext("/models/moved.zip", exchange -> {
            exchange.getResponseHeaders().add("Location", "/models/a.zip");
            answer(exchange, 302, new byte[0]);
        });
        server.createContext("/models/endless.zip", this::answerWithoutEnd);
        server.createContext("/models/silent.zip", exchange -> {
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
        address = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        stopped.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aBundleUnderAnAllowedPrefixIsFetched() throws Exception {
        assertThat(http().fetch(address + "/models/a.zip", BUNDLE.length)).isEqualTo(BUNDLE);
        Path file = Files.write(folder.resolve("a.zip"), BUNDLE);
        assertThat(files().fetch(file.toUri().toString(), BUNDLE.length)).isEqualTo(BUNDLE);
        assertThat(files().fetch("file:" + file, BUNDLE.length)).isEqualTo(BUNDLE);
    }

    @Test
    void nothingIsFetchedWhereNothingIsAllowed() {
        assertRefused(
                Locations.NONE, "file:/etc/passwd", "model-chunks only (inkstream.model.server.locations is empty)");
    }

    @ParameterizedTest
    @CsvSource({
        "https://models.example.org/inkstream, https://models.example.org/inkstream/a.zip, true",
        "https://models.example.org/inkstream/, https://models.example.org:443/inkstream/a.zip?signature=1, true",
        "https://models.example.org/inkstream, HTTPS://MODELS.example.org/inkstream/deep/er/a.zip, true",
        "https://models.example.org/inkstream, https://models.example.org/inkstream-of-others/a.zip, false",
        "https://models.example.org/inkstream, https://models.example.org/inkstream, false",
        "https://models.example.org/inkstream, https://models.example.org/Inkstream/a.zip, false",
        "https://models.example.org/inkstream, https://models.example.org.evil.net/inkstream/a.zip, false",
        "https://models.example.org/inkstream, https://example.org/inkstream/a.zip, false",
        "https://models.example.org/inkstream, http://models.example.org/inkstream/a.zip, false",
        "https://models.example.org/inkstream, https://models.example.org:8443/inkstream/a.zip, false",
        "https://models.example.org/, file:/inkstream/a.zip, false",
        "file:/srv/models, file:/srv/models/a.zip, true",
        "file:/srv/models, file:///srv/models/a.zip, true",
        "file:/srv/models, file:/srv/models2/a.zip, false",
        "file:/srv/models, file:/etc/passwd, false"
    })
    void aPlaceIsAllowedUnderAPrefixOnly(String prefix, String location, boolean isAllowed) throws Exception {
        Locations locations = new Locations(List.of(prefix), LONG);
        if (isAllowed) {
            locations.check(location);
        } else {
            assertRefused(locations, location, "is under none of the prefixes");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://models.example.org/inkstream/../secret",
                "https://models.example.org/inkstream/%2e%2e/secret",
                "https://models.example.org/inkstream/%2E./secret",
                "https://models.example.org/inkstream/a%2fb",
                "https://models.example.org/inkstream/./a.zip",
                "https://models.example.org/inkstream//a.zip",
                "https://models.example.org/inkstream/a.zip;x",
                "https://models.example.org/inkstream/a.zip#part",
                "https://models.example.org/inkstream/..\\secret",
                "https://models.example.org@evil.net/inkstream/a.zip",
                "https://user:password@models.example.org/inkstream/a.zip",
                "https:models.example.org/inkstream/a.zip",
                "https:///inkstream/a.zip",
                "file://models.example.org/srv/models/a.zip",
                "file:/srv/models/../../etc/passwd",
                "file:srv/models/a.zip",
                "file:/srv/models/a.zip?x",
                "ftp://models.example.org/inkstream/a.zip",
                "jar:file:/srv/models/a.zip!/b",
                "no address at all",
                "/srv/models/a.zip",
                ""
            })
    void anAddressThatIsNotPlainIsRefused(String location) {
        Locations locations = new Locations(List.of("https://models.example.org/inkstream", "file:/srv/models"), LONG);
        assertRefused(locations, location, "its location '" + location + "'");
    }

    @Test
    void aPrefixThatIsNoAddressIsNamed() {
        assertThatThrownBy(() -> new Locations(List.of("models.example.org"), LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix 'models.example.org'");
    }

    @Test
    void aLinkThatLeadsOutOfTheFolderIsRefused() throws Exception {
        Path allowed = Files.createDirectory(folder.resolve("allowed"));
        Path secret = Files.write(folder.resolve("secret.zip"), BUNDLE);
        Path link = Files.createSymbolicLink(allowed.resolve("a.zip"), secret);
        Locations locations = new Locations(List.of("file:" + allowed), LONG);
        assertThatThrownBy(() -> locations.fetch("file:" + link, BUNDLE.length))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining("through a link");
        Path inside = Files.write(allowed.resolve("b.zip"), BUNDLE);
        Path harmless = Files.createSymbolicLink(allowed.resolve("c.zip"), inside);
        assertThat(locations.fetch("file:" + harmless, BUNDLE.length)).isEqualTo(BUNDLE);
    }

    @Test
    void whatIsNoFileMayBecomeOne() throws Exception {
        Path below = Files.createDirectory(folder.resolve("folder.zip"));
        assertThatThrownBy(() -> files().fetch("file:" + below, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no file");
        assertThatThrownBy(() -> files().fetch("file:" + folder.resolve("nowhere.zip"), 10))
                .isInstanceOf(IOException.class);
    }

    @Test
    void moreThanAnnouncedIsRefused() throws Exception {
        Path file = Files.write(folder.resolve("a.zip"), BUNDLE);
        int announced = BUNDLE.length - 1;
        for (String location : List.of("file:" + file, address + "/models/a.zip")) {
            assertThatThrownBy(() -> both().fetch(location, announced))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("more than the announced " + announced);
        }
    }

    @Test
    void lessThanAnnouncedMayStillBeOnItsWay() throws Exception {
        Path file = Files.write(folder.resolve("a.zip"), BUNDLE);
        int announced = BUNDLE.length + 1;
        for (String location : List.of("file:" + file, address + "/models/a.zip")) {
            assertThatThrownBy(() -> both().fetch(location, announced))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has " + BUNDLE.length + " bytes, announced are " + announced);
        }
    }

    @Test
    void anAnswerWithoutEndIsCutOffBehindTheAnnouncedSize() {
        assertThatThrownBy(() -> http().fetch(address + "/models/endless.zip", 1_000_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than the announced");
        assertThat(sent).hasValueLessThan(100_000_000);
    }

    @Test
    void redirectsAreNotFollowedAndMayEnd() {
        assertThatThrownBy(() -> http().fetch(address + "/models/moved.zip", BUNDLE.length))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("redirect 302");
    }

    @Test
    void whatMayBeThereLaterIsNotRefusedForEver() {
        assertThatThrownBy(() -> http().fetch(address + "/models/missing.zip", 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answers 404");
        Locations nobody = new Locations(List.of("http://127.0.0.1:1/"), LONG);
        assertThatThrownBy(() -> nobody.fetch("http://127.0.0.1:1/a.zip", 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be fetched");
    }

    @Test
    void aServerThatKeepsSilentIsNotWaitedForWithoutEnd() {
        Locations impatient = new Locations(List.of(address + "/models"), Duration.ofMillis(200));
        assertThatThrownBy(() -> impatient.fetch(address + "/models/silent.zip", 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not come within 200 ms");
    }

    private Locations http() {
        return new Locations(List.of(address + "/models"), LONG);
    }

    private Locations both() {
        return new Locations(List.of("file:" + folder, address + "/models"), LONG);
    }

    private Locations files() {
        return new Locations(List.of("file:" + folder), LONG);
    }

    private static void assertRefused(Locations locations, String location, String why) {
        assertThatThrownBy(() -> locations.check(location))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining(why);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void answerWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] piece = new byte[1 << 16];
        try (OutputStream out = exchange.getResponseBody()) {
            while (stopped.getCount() > 0) {
                out.write(piece);
                sent.addAndGet(piece.length);
            }
        }
    }
}
