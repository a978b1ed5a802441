package io.inkstream.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.hand.HandSheets;
import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.rollout.Garbage;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.web.WebPage;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.bundle.ModelBundle;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A person's hand comes with photos of a sheet, and goes when the person says so; what others wrote stays. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnHandIT {
    private static final String CONSENT = "may draw and train at home";

    private Cluster cluster;
    private Cli cli;
    private String name;
    private String shipped;

    @BeforeAll
    void freeze() throws Exception {
        cluster = SharedInkstream.ready().cluster();
        cli = new Cli(SharedInkstream.ready().addresses());
        ModelId id = ModelBundle.parse(SharedInkstream.shippedModel(), 64 << 20)
                .manifest()
                .id();
        name = id.name();
        shipped = id.toString();
        done("models", "promote", shipped, "--wait");
    }

    @AfterAll
    void unfreeze() {
        done("models", "promote", name, "--newest");
    }

    private String done(String... args) {
        Cli.Result result = cli.run(args);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    private List<GlyphSample> samplesOf(String writer) {
        return TopicSnapshot.read(
                        cluster.topics().glyphSamples(), cluster.settings().clientConfig())
                .values()
                .stream()
                .filter(sample -> writer.equals(sample.getWriter()))
                .toList();
    }

    private Collection<Garbage.Chunk> chunksOf(String id) {
        return Garbage.chunksOf(cluster).stream()
                .filter(chunk -> chunk.model().equals(id))
                .toList();
    }

    /** Topology instances report what they route every few seconds. */
    private JsonNode untilInUse(String id) throws Exception {
        long begun = System.nanoTime();
        while (true) {
            JsonNode planned =
                    cli.run("hand", "forget", "ada", "--dry-run", "--json").json();
            if (!planned.path("versions").path(id).isEmpty()) {
                return planned;
            }
            assertThat(System.nanoTime() - begun).isLessThan(SharedInkstream.LIMIT.toNanos());
            Thread.sleep(500);
        }
    }

    @Test
    void aHandIsImportedWrittenAndForgotten(@TempDir Path folder) throws Exception {
        for (String writer : List.of("ada", "bob")) {
            String photo = HandSheets.photo(folder.resolve(writer + ".jpg"), writer.hashCode())
                    .toString();
            String strokes = folder.resolve(writer + ".jsonl").toString();
            assertThat(cli.run(
                                    "hand",
                                    "import",
                                    photo,
                                    "--characters",
                                    HandSheets.CHARACTERS,
                                    "--name",
                                    writer,
                                    "--out",
                                    strokes,
                                    "--publish")
                            .code())
                    .isEqualTo(2);
            done(
                    "hand",
                    "import",
                    photo,
                    "--characters",
                    HandSheets.CHARACTERS,
                    "--name",
                    writer,
                    "--out",
                    strokes,
                    "--publish",
                    "--consent",
                    CONSENT);
            String bundle = folder.resolve(writer + ".zip").toString();
            done("hand", "make", "--from", strokes, "--name", writer, "--model", writer + ":1", "--bundle", bundle);
            done("models", "publish", bundle, "--wait");
        }
        assertThat(samplesOf("hand/ada")).hasSizeGreaterThan(10).allSatisfy(sample -> assertThat(sample.getConsent())
                .isEqualTo(CONSENT));
        done(
                "render",
                "--model",
                "ada:1",
                "--style",
                "ada",
                "--text",
                "cool",
                "--out",
                folder.resolve("out").toString());

        JsonNode planned = untilInUse("ada:1");
        assertThat(planned.path("withdrawn").asBoolean()).isFalse();
        Cli.Result inUse = cli.run("hand", "forget", "ada");
        assertThat(inUse.code()).isEqualTo(5);
        assertThat(inUse.err()).contains("ada:1 was given 1 documents in the last minute");
        assertThat(samplesOf("hand/ada")).isNotEmpty();

        assertThat(done("hand", "forget", "ada", "--force")).contains("remains: lines and pages");

        assertThat(samplesOf("hand/ada")).isEmpty();
        assertThat(chunksOf("ada:1")).isEmpty();
        assertThat(Announcements.read(cluster)).doesNotContainKey("ada:1").containsKeys("bob:1", shipped);
        assertThat(samplesOf("hand/bob")).isNotEmpty();
        assertThat(cli.run("hand", "forget", "ada").code()).isEqualTo(2);
        done("hand", "forget", "bob");
        assertThat(Announcements.read(cluster)).doesNotContainKey("bob:1");
    }

    private static HttpResponse<byte[]> send(String page, String method, String path, String type, byte[] body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(page + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        request.header("Accept", path.endsWith("/events") ? "text/event-stream" : "*/*");
        if (type != null) {
            request.header("Content-Type", type);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
        return new JsonMapper().readTree(answer.body());
    }

    @Test
    void theWebPageMakesAHandOfPhotos(@TempDir Path folder) throws Exception {
        SheetLayout layout = SheetLayout.standard(Paper.A4);
        byte[] photo = Files.readAllBytes(HandSheets.photo(folder.resolve("photo.jpg"), layout));
        try (WebPage served = WebPage.open(cluster, Distribution.current(), folder.resolve("hands"), 0)) {
            String page = served.address();
            assertThat(send(page, "GET", "hand", null, null).statusCode()).isEqualTo(200);
            try (PDDocument sheet = Loader.loadPDF(send(page, "GET", "api/hand/sheet.pdf?paper=letter", null, null)
                    .body())) {
                assertThat(sheet.getNumberOfPages())
                        .isEqualTo(SheetLayout.standard(Paper.LETTER).pages());
            }
            assertThat(send(page, "GET", "api/hand/review", null, null).statusCode())
                    .isEqualTo(204);
            assertThat(send(page, "POST", "api/hand/photos", "text/plain", photo)
                            .statusCode())
                    .isEqualTo(400);
            HttpResponse<byte[]> cat = send(page, "POST", "api/hand/photos", "image/jpeg", new byte[100]);
            assertThat(cat.statusCode()).isEqualTo(422);
            assertThat(json(cat).path("message").asText()).contains("no picture");

            assertThat(json(send(page, "POST", "api/hand/photos", "image/jpeg", photo))
                            .path("pages")
                            .path(0)
                            .asInt())
                    .isEqualTo(1);
            JsonNode review = json(send(page, "GET", "api/hand/review", null, null));
            assertThat(review.path("taken").asInt()).isGreaterThan(10);
            assertThat(send(page, "GET", "api/hand/review.png", null, null)
                            .headers()
                            .firstValue("Content-Type"))
                    .hasValue("image/png");
            assertThat(send(page, "POST", "api/hand/make", "application/json", "{\"name\":\"../x\"}".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(400);

            assertThat(send(page, "POST", "api/hand/make", "application/json", "{\"name\":\"eve\"}".getBytes(UTF_8))
                            .statusCode())
                    .isEqualTo(202);
            JsonNode job = json(send(page, "GET", "api/hand/make", null, null));
            for (int i = 0; i < 240 && job.path("state").asText().equals("running"); i++) {
                Thread.sleep(500);
                job = json(send(page, "GET", "api/hand/make", null, null));
            }
            assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
            JsonNode styles = json(send(page, "GET", "api/styles", null, null)).path("styles");
            assertThat(styles.findValuesAsText("name")).contains("natural", "eve");
            for (JsonNode style : styles) {
                assertThat(style.path("name").asText().equals("eve"))
                        .isEqualTo(style.path("model").asText().equals("eve:1"));
            }
            String document = "{\"text\":\"cool\",\"style\":\"eve\",\"model\":\"eve:1\"}";
            String id = json(send(page, "POST", "api/documents", "application/json", document.getBytes(UTF_8)))
                    .path("document")
                    .asText();
            String events = new String(
                    send(page, "GET", "api/documents/" + id + "/events", null, null)
                            .body(),
                    UTF_8);
            assertThat(events).contains("\"model\":\"eve:1\"").doesNotContain("event: refused");
            assertThat(send(page, "DELETE", "api/hand", null, null).statusCode())
                    .isEqualTo(200);
            assertThat(send(page, "GET", "api/hand/review", null, null).statusCode())
                    .isEqualTo(204);
        }
        done("hand", "forget", "eve", "--force");
    }
}
