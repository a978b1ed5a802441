package io.inkstream.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.ops.web.WebPage;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.trainer.report.EventPublisher;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The web page, as people use it: in a real browser, against a real Inkstream. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebPageIT {
    private static final String NEXT = "5-slanted";
    private static final List<String> VIEWS = List.of("", "models", "training", "hand");
    /** Where the pictures of the documentation go; nothing is drawn for it otherwise. */
    private static final String SCREENSHOTS = "inkstream.screenshots";

    @TempDir
    static Path directory;

    private LocalInkstream inkstream;
    private WebPage page;
    private String name;
    private String shipped;
    private String next;
    private final List<Browser> browsers = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        inkstream = new LocalInkstream(
                Distribution.current(),
                SharedInkstream.directory("page"),
                Addresses.anyFree(),
                Map.of("inkstream.topology.read.lines", "true"));
        inkstream.startAll(SharedInkstream.LIMIT, part -> {});
        Cluster cluster = inkstream.cluster();
        byte[] bundle = SharedInkstream.shippedModel();
        Manifest manifest = ModelFiles.parse(bundle).manifest();
        name = manifest.id().name();
        shipped = manifest.id().toString();
        next = name + ":" + NEXT;
        ModelFiles.publish(cluster, bundle);
        inkstream.awaitHealthy(Part.MODEL_SERVER, SharedInkstream.LIMIT);
        inkstream.awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);
        Cli cli = new Cli(inkstream.addresses());
        Cli.Result frozen = cli.run("models", "promote", shipped, "--wait");
        assertThat(frozen.code()).as(frozen.err()).isZero();
        ModelFiles.publish(cluster, Bundles.version(bundle, name, NEXT, 0.2).toBytes());
        page = open(0);
    }

    @AfterAll
    void stop() {
        if (page != null) {
            page.close();
        }
        if (inkstream != null) {
            inkstream.close();
        }
    }

    @AfterEach
    void closeBrowsers() {
        browsers.forEach(Browser::close);
        browsers.clear();
    }

    private WebPage open(int port) throws Exception {
        return WebPage.open(inkstream.cluster(), Distribution.current(), directory.resolve("hands"), port);
    }

    private Browser browser() throws Exception {
        Browser browser = Browser.start(Files.createDirectories(directory.resolve("saved-" + browsers.size())));
        browsers.add(browser);
        return browser;
    }

    /** Writes a text and waits until it is drawn. */
    private static void write(Browser browser, String text) throws Exception {
        browser.await("the first drawing", () -> isDrawn(browser));
        if (browser.at("#live").isSelected()) {
            browser.at("#live").click();
        }
        WebElement field = browser.at("#text");
        field.clear();
        field.sendKeys(text);
        browser.at("#write").click();
        browser.await(
                "the drawing of " + text,
                () -> isDrawn(browser)
                        && ("" + browser.run("return document.querySelector('#lines img')?.alt"))
                                .startsWith(text.substring(0, 5)));
    }

    private static boolean isDrawn(Browser browser) {
        return browser.text("#status").matches("\\d+ lines?( in .* s|, as drawn before); .*");
    }

    private static byte[] save(Browser browser, String label) throws Exception {
        browser.run(
                "[...document.querySelectorAll('#downloads button')].find((one) => one.textContent === arguments[0]).click()",
                label);
        return browser.saved();
    }

    @Test
    void aTextIsDrawnSavedAndDrawnAgainByItsLinkByteForByte() throws Exception {
        Browser first = browser();
        first.open(page.address());
        write(first, "Hello from a browser.");
        first.run("document.querySelector('#knob-irregularity').value = '1.5';"
                + "document.querySelector('#knob-irregularity').dispatchEvent(new Event('input'))");
        first.await(
                "the option in the link", () -> first.driver().getCurrentUrl().contains("irregularity=1.5"));
        first.await(
                "the drawing",
                () -> isDrawn(first) && first.driver().getCurrentUrl().contains("model="));
        byte[] png = save(first, "PNG");
        byte[] boxes = save(first, "Ground truth");
        byte[] transparent = save(first, "Transparent PNG");
        String link = first.driver().getCurrentUrl();

        Browser second = browser();
        second.open(link);
        second.await("the drawing of the link", () -> isDrawn(second));

        assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();
        assertThat(second.text("#status")).contains(name, "seed 7");
        assertThat(save(second, "PNG")).isEqualTo(png);
        second.driver().navigate().refresh();
        second.await("the drawing after a reload", () -> isDrawn(second));
        assertThat(save(second, "PNG")).isEqualTo(png);
        JsonNode box = new JsonMapper()
                .readTree(new String(boxes, UTF_8).lines().findFirst().orElseThrow());
        assertThat(box.path("text").asText()).isEqualTo("Hello from a browser.");
        assertThat(box.path("provenance").path("layout").path("irregularity").asDouble())
                .isEqualTo(1.5);
        assertThat(pixels(OutputFormat.grey(transparent)))
                .as("another format is the same drawing")
                .isEqualTo(pixels(OutputFormat.grey(png)));
        assertThat(first.console()).isEmpty();
        assertThat(second.console()).isEmpty();
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
    }

    @Test
    void theKeyboardIsEnough() throws Exception {
        Browser browser = browser();
        browser.open(page.address());
        browser.await("the first drawing", () -> isDrawn(browser));
        WebElement field = browser.at("#text");
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), "Nobody touched a mouse.", Keys.chord(Keys.CONTROL, Keys.ENTER));
        browser.await(
                "the drawing",
                () -> isDrawn(browser)
                        && ("" + browser.run("return document.querySelector('#lines img').alt"))
                                .equals("Nobody touched a mouse."));

        tabTo(browser, "document.activeElement.className === 'line'");
        press(browser, Keys.ARROW_RIGHT);
        assertThat(browser.text("#letter")).contains("o  U+006F", name, "seed 7", "box", "variant", "read as");
        tabTo(browser, "document.activeElement.name === 'style'");
        press(browser, Keys.ARROW_DOWN);
        browser.await(
                "the next style",
                () -> isDrawn(browser) && browser.driver().getCurrentUrl().contains("style=neat"));
        tabTo(browser, "document.activeElement.tagName === 'SUMMARY'");
        press(browser, Keys.ENTER);
        assertThat(browser.run("return document.activeElement.parentElement.open"))
                .isEqualTo(false);
        assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        assertThat(browser.console()).isEmpty();
    }

    private static void tabTo(Browser browser, String isThere) {
        for (int i = 0; i < 60; i++) {
            press(browser, Keys.TAB);
            if (Boolean.TRUE.equals(browser.run("return " + isThere))) {
                return;
            }
        }
        throw new AssertionError("the tab key never gets to " + isThere);
    }

    private static void press(Browser browser, CharSequence key) {
        new Actions(browser.driver()).sendKeys(key).perform(); // to whatever is active when it arrives
    }

    @Test
    void everyViewFitsANarrowScreenIsFreeOfBarriersAndSaysNothingOnTheConsole() throws Exception {
        publishTraining("narrow:1");
        Browser browser = browser();
        for (String view : VIEWS) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.dark(dark);
                browser.size(320, 800);
                browser.open(page.address() + view);
                awaitView(browser, view);
                assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
                        .as("width of /%s", view)
                        .isLessThanOrEqualTo(320);
                assertThat(browser.barriers())
                        .as("/%s narrow, dark %s", view, dark)
                        .isEmpty();
                browser.size(1280, 900);
                assertThat(browser.barriers())
                        .as("/%s wide, dark %s", view, dark)
                        .isEmpty();
                assertThat(browser.console()).as("/%s", view).isEmpty();
            }
        }
    }

    private static void awaitView(Browser browser, String view) throws Exception {
        switch (view) {
            case "" ->
                browser.await(
                        "the drawing and the samples",
                        () -> isDrawn(browser)
                                && browser.run(
                                                "return [...document.querySelectorAll('.card img')].every((one) => !one.hidden)")
                                        .equals(true));
            case "models" ->
                browser.await("the versions", () -> !browser.text(".version").equals("null"));
            case "training" ->
                browser.await("a curve", () -> !browser.text(".chart").equals("null"));
            default -> browser.awaitText("#summary", "No pictures yet");
        }
    }

    @Test
    void whatIsWrongIsSaidBesideItsField() throws Exception {
        Browser browser = browser();
        browser.open(page.address());
        browser.await("the first drawing", () -> isDrawn(browser));
        browser.run("document.querySelector('#knob-lineWidthPx').value = '3';"
                + "document.querySelector('#knob-lineWidthPx').dispatchEvent(new Event('input'))");
        browser.awaitText("#knob-lineWidthPx-problem", "lineWidthPx is 3, not 128 to");
        browser.open(page.address() + "#text=Hello&style=natural&seed=7&model=nobody:1");
        browser.awaitText("#model-problem", "nobody:1");
        browser.at("#model-problem button").click();
        browser.await("the drawing", () -> isDrawn(browser));

        String paragraph = "A paragraph of a long text. ".repeat(40) + "\n\n";
        browser.run("document.querySelector('#text').value = arguments[0]", paragraph.repeat(60));
        browser.at("#write").click();
        browser.awaitText("#text-problem", "Write it as 2 documents");
    }

    @Test
    void nothingIsLostWhenServersGoOrThePageIsLoadedAgain() throws Exception {
        Browser browser = browser();
        browser.open(page.address());
        write(browser, "Before.");
        inkstream.kill(Part.MODEL_SERVER);
        WebElement field = browser.at("#text");
        field.clear();
        field.sendKeys("Waits for a server.");
        browser.at("#write").click();
        browser.awaitText("#status", "No model server answers. Your text is safe");
        browser.driver().navigate().refresh();
        browser.awaitText("#status", "No model server answers. Your text is safe");
        assertThat(browser.at("#text").getAttribute("value")).isEqualTo("Waits for a server.");

        int port = URI.create(page.address()).getPort();
        page.close();
        try {
            browser.awaitText("#status", "Your text is kept");
        } finally {
            page = open(port);
            inkstream.start(Part.MODEL_SERVER);
        }

        browser.await(
                "the line",
                () -> isDrawn(browser)
                        && ("" + browser.run("return document.querySelector('#lines img').alt"))
                                .equals("Waits for a server."));
        inkstream.awaitHealthy(Part.MODEL_SERVER, SharedInkstream.LIMIT);
    }

    @Test
    void aVersionIsRolledOutPromotedAndRolledBackWithAConfirmationEach() throws Exception {
        Browser browser = browser();
        browser.open(page.address() + "models");
        button(browser, "rollout " + next);
        browser.await("the preview", () -> browser.text("#confirm-words").contains("25 % for 10 min"));
        assertThat(browser.barriers()).isEmpty();
        browser.at("#minutes").sendKeys(Keys.chord(Keys.CONTROL, "a"), "60");
        browser.await("the other preview", () -> browser.text("#confirm-words").contains("25 % for 1 h"));
        confirm(browser);
        browser.awaitText("#models", "candidate, 10 %");

        button(browser, "promote " + next);
        confirm(browser);
        browser.await("the promotion", () -> serving().equals(next));

        button(browser, "rollback " + name);
        browser.awaitText("#confirm-words", shipped + " serves by default");
        confirm(browser);
        browser.await("the rollback", () -> serving().equals(shipped));
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void candidatesAndShadowsEndAndAModelIsFrozenWithAConfirmationEach() throws Exception {
        Browser browser = browser();
        browser.open(page.address() + "models");
        button(browser, "freeze " + name);
        browser.awaitText("#confirm-words", "new versions do not take over by themselves");
        assertThat(browser.barriers()).isEmpty();
        confirm(browser);
        browser.await("the freeze", () -> policy().path("frozen").asBoolean());
        browser.await(
                "no second freeze",
                () -> browser.run("return document.getElementById(arguments[0])", "freeze " + name) == null);

        button(browser, "shadow " + next);
        browser.at("#share").sendKeys(Keys.chord(Keys.CONTROL, "a"), "300");
        browser.awaitText("#confirm-problem", "0 to 100 %");
        assertThat(browser.at("#yes").isEnabled()).isFalse();
        browser.at("#share").sendKeys(Keys.chord(Keys.CONTROL, "a"), "35");
        browser.awaitText("#confirm-words", next + " draws 35 % in the shadow");
        assertThat(browser.barriers()).isEmpty();
        confirm(browser);
        browser.await("the shadow", () -> policy().path("shadow").asText().equals(next));
        browser.awaitText("#models", "End the shadow");
        button(browser, "shadow " + next);
        confirm(browser);
        browser.await("the end of the shadow", () -> policy().path("shadow").isNull());

        button(browser, "rollout " + next);
        confirm(browser);
        browser.awaitText("#models", "candidate, 10 %");
        button(browser, "candidate " + next);
        browser.awaitText("#confirm-title", "End the candidate " + next);
        confirm(browser);
        browser.await(
                "the end of the candidate", () -> policy().path("candidate").isNull());
        assertThat(serving()).isEqualTo(shipped);
        assertThat(policy().path("frozen").asBoolean())
                .as("what a change does not speak of stays")
                .isTrue();

        button(browser, "newest " + name);
        browser.awaitText("#confirm-words", "The newest version that every server has ready serves");
        browser.at("#confirm .quiet").click();
        assertThat(policy().path("frozen").asBoolean())
                .as("nothing changes unconfirmed")
                .isTrue();
        assertThat(browser.console()).allMatch(said -> said.contains("400"));
    }

    private static void button(Browser browser, String id) throws Exception {
        browser.await("button " + id, () -> browser.run("return document.getElementById(arguments[0])", id) != null);
        browser.run("document.getElementById(arguments[0]).click()", id);
    }

    private static void confirm(Browser browser) throws Exception {
        browser.await("a change that can be made", () -> browser.at("#yes").isEnabled());
        browser.at("#yes").click();
        browser.await("the end of the dialog", () -> browser.run("return !document.querySelector('#confirm').open")
                .equals(true));
    }

    private String serving() {
        return model().path("instances").path(0).path("stable").asText();
    }

    private JsonNode policy() {
        return model().path("policy");
    }

    private JsonNode model() {
        try {
            JsonNode models = new JsonMapper()
                    .readTree(send("GET", "api/models", null, Map.of()).body());
            for (JsonNode model : models.path("models")) {
                if (model.path("name").asText().equals(name)) {
                    return model;
                }
            }
            throw new AssertionError("no model " + name + " in " + models);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTrainingShowsItsCurvesAndItsPicturesAsAFilm() throws Exception {
        publishTraining("film:1");
        Browser browser = browser();
        browser.open(page.address() + "training");
        browser.await("the run", () -> browser.run("return document.querySelector('[data-run=\"film:1\"]')") != null);
        browser.run("document.querySelector('[data-run=\"film:1\"]').click()");
        browser.awaitText("#name", "film:1");
        assertThat(browser.text("#stage")).contains("Adversarial: step 40 of 100");
        assertThat(browser.run("return document.querySelectorAll('.chart').length"))
                .isEqualTo(2L);
        assertThat(browser.text("#frame-step")).isEqualTo("40");
        browser.at("#frames").sendKeys(Keys.HOME);
        browser.await(
                "the first frame",
                () -> browser.text("#frame-step").equals("0")
                        && browser.run("return document.querySelector('#frame').naturalWidth")
                                .equals(60L));
    }

    private void publishTraining(String run) throws Exception {
        Cluster cluster = inkstream.cluster();
        try (EventPublisher publisher = EventPublisher.connect(
                cluster.settings().clientConfig(), cluster.topics().trainingRuns(), run)) {
            for (int step = 0; step <= 40; step += 4) {
                ByteArrayOutputStream png = new ByteArrayOutputStream();
                ImageIO.write(new BufferedImage(60, 30 + step, BufferedImage.TYPE_BYTE_GRAY), "png", png);
                publisher.on(TrainingEvent.newBuilder()
                        .setStep(step)
                        .setStage("adversarial")
                        .setFigures(Map.of(
                                "loss",
                                Math.exp(-step / 10.0),
                                "frechet_generated",
                                4.0 + step,
                                "frechet_real",
                                4.0,
                                "steps_planned",
                                100.0))
                        .setSampleGridPng(step % 8 == 0 ? ByteBuffer.wrap(png.toByteArray()) : null)
                        .setAt(Instant.EPOCH.plusSeconds(step))
                        .build());
            }
        }
    }

    @Test
    void optionsAndDownloadsFollowFromTheirListsAndForeignPagesAreRefused() throws Exception {
        JsonNode options = new JsonMapper()
                .readTree(send("GET", "api/options", null, Map.of()).body());
        assertThat(options.path("options").findValuesAsText("name"))
                .hasSize(LayoutOption.values().length - 2)
                .contains("lineHeightPx", "irregularity", "joining");
        assertThat(options.path("downloads").findValuesAsText("id"))
                .containsAll(OutputFormat.ids())
                .contains("boxes");

        String document = "{\"text\":\"Hello.\"}";
        assertThat(send("POST", "api/documents", document, Map.of("Origin", "http://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("POST", "api/models/change", "{}", Map.of("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> wrong = send("POST", "api/documents", "{\"text\":\"Hello.\",\"seed\":\"x\"}", Map.of());
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(new JsonMapper().readTree(wrong.body()).path("field").asText())
                .isEqualTo("seed");
        assertThat(send(
                                "POST",
                                "api/documents",
                                document,
                                Map.of("Origin", page.address().replaceFirst("/$", "")))
                        .statusCode())
                .isEqualTo(201);
    }

    private HttpResponse<String> send(String method, String path, String body, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(page.address() + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    /** Makes the pictures of the documentation: {@code ops/docs/screenshots.sh} runs it. */
    @Test
    @EnabledIfSystemProperty(named = SCREENSHOTS, matches = ".+")
    void screenshots() throws Exception {
        Path folder = Files.createDirectories(Path.of(System.getProperty(SCREENSHOTS)));
        Browser browser = browser();
        browser.open(page.address()); // the first of all takes longer than those that people see
        awaitView(browser, "");
        try (Launcher training = train()) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.dark(dark);
                browser.size(1280, 860);
                browser.open(page.address());
                awaitView(browser, "");
                browser.at("#write").click();
                browser.await("the drawing", () -> browser.text("#status").contains(" in "));
                tabTo(browser, "document.activeElement.className === 'line'");
                press(browser, Keys.ARROW_RIGHT);
                picture(browser, folder, "web-write", dark);
                browser.open(page.address() + "models");
                browser.await("the canaries", () -> browser.run("return document.images.length > 2"
                                + " && [...document.images].every((one) => one.complete && one.naturalWidth > 0)")
                        .equals(true));
                picture(browser, folder, "web-models", dark);
            }
            browser.dark(false);
            browser.size(320, 860);
            browser.run("localStorage.clear()");
            browser.open(page.address());
            awaitView(browser, "");
            picture(browser, folder, "web-narrow", false);

            browser.size(1280, 860);
            browser.open(page.address() + "training");
            browser.await("curves of a training", Duration.ofMinutes(15), () -> browser.run(
                            "return document.querySelectorAll('.chart').length > 1")
                    .equals(true));
            picture(browser, folder, "web-training", false);
            browser.dark(true);
            picture(browser, folder, "web-training", true);
            training.process().destroy();
        }
    }

    private static void picture(Browser browser, Path folder, String name, boolean dark) throws Exception {
        Files.write(folder.resolve(name + (dark ? "-dark.png" : ".png")), browser.picture());
    }

    /** A training that says something on the topic; how good it becomes does not matter. */
    private Launcher train() throws Exception {
        Addresses at = inkstream.addresses();
        return Launcher.start(
                directory,
                "train",
                "--from",
                Path.of("..", "trainer", "samples").toAbsolutePath().toString(),
                "--minutes",
                "10",
                "--model",
                "letters:1",
                "--out",
                directory.resolve("letters").toString(),
                "--publish",
                "-b",
                at.bootstrap(),
                "-r",
                at.registryUrl());
    }
}
