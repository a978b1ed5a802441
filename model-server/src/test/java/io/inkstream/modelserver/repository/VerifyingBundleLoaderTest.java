package io.inkstream.modelserver.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.OnnxBuilder;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.TraitMetrics;
import io.inkstream.schemas.bundle.ModelBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerifyingBundleLoaderTest {
    private static final int PIXELS = TestBundles.SIDE * TestBundles.SIDE;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ServerReader reader = ServerReader.open();
    private final VerifyingBundleLoader loader = new VerifyingBundleLoader(
            new BundleJudge(
                    bundle -> OnnxPredictor.open(bundle, 1),
                    reader,
                    GateConfig.DEFAULTS,
                    8 << 20,
                    MemoryBudget.ofThisProcess(1L << 30)),
            predictor -> new BatchedGlyphModel(
                    predictor,
                    new BatchingConfig(16, Duration.ZERO, 256, 1),
                    System::nanoTime,
                    new BatchedGlyphModel.Meters(
                            new BatchMeters(registry, "glyph"), new BatchMeters(registry, "reading"))));

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void aGoodBundleIsWarmedUpAndDrawsItsCanary() throws RejectedModelException {
        List<VersionState> states = new ArrayList<>();
        byte[] bundle = TestBundles.good("test", "1", 7).toBytes();
        BundleLoader.Loaded loaded = loader.load(announcement("1"), bundle, states::add);
        try (LoadedModel model = loaded.model()) {
            assertThat(states).containsExactly(VersionState.WARMING, VersionState.CANARY);
            assertThat(model.engine()).startsWith("onnxruntime-");
            assertThat(loaded.canary().figures().get("line_ink_share")).isBetween(.005, .5);
            assertThat(loaded.canary().png()).startsWith(0x89, 'P', 'N', 'G');
        }
    }

    @Test
    void aFileThatIsNoBundleIsRejected() {
        assertRejected("no bundle at all".getBytes(UTF_8), announcement("1"), "ZIP");
        byte[] whole = TestBundles.good("test", "1", 7).toBytes();
        assertRejected(Arrays.copyOf(whole, whole.length / 2), announcement("1"), "ZIP");
    }

    @Test
    void aBundleOfAnotherVersionIsRejected() {
        assertRejected(
                TestBundles.good("test", "1", 7).toBytes(),
                announcement("2"),
                "the bundle is of test:1, announced is test:2");
    }

    @Test
    void aBundleWhoseClassesAreNotTheAnnouncedOnesIsRejected() {
        Announcement said = announcement("1");
        Announcement shuffled = new Announcement(
                said.id(),
                said.sha256(),
                said.sizeBytes(),
                said.chunkCount(),
                null,
                "βαγδεζηθικ",
                said.styles(),
                said.traits(),
                said.measures(),
                0);
        assertRejected(TestBundles.good("test", "1", 7).toBytes(), shuffled, "announced are 'βαγδεζηθικ'");
    }

    @Test
    void aBundleWhoseMeasuresAreNotTheAnnouncedOnesIsRejected() {
        byte[] bundle = TestBundles.good("test", "1", 7).toBytes();
        ModelAnnouncement narrow = record("1");
        narrow.getClasses().get(3).setWidth(.01);
        assertRejected(bundle, of(narrow), "the bundle's width of class");
        ModelAnnouncement wide = record("1");
        wide.getStyles().get(0).setWordSpace(9);
        assertRejected(bundle, of(wide), "the bundle's word space of style");
        ModelAnnouncement uneven = record("1");
        uneven.getStyles().get(0).setTraits(Map.of("gap", new TraitMetrics(.2, .5)));
        assertRejected(bundle, of(uneven), "the bundle's traits of style");
    }

    @Test
    void networksOfAnotherSizeAreRejected() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        byte[] reader = g.output(g.node("Gemm", x, g.random(.1, PIXELS, 7)), "logits", 7)
                .toBytes();
        assertRejected(
                bundle(TestBundles.generator(7), reader),
                "reader.onnx: gives logits of shape [n, 7], expected [n, 10]");
    }

    @Test
    void aGeneratorThatDrawsWhatIsNoInkIsRejected() {
        assertRejected(flat("Identity", 5), "ink is 0 to 1");
    }

    @Test
    void aGeneratorThatOverflowsIsRejected() {
        OnnxBuilder g = generatorInputs();
        float[] huge = new float[TestBundles.STYLE * PIXELS];
        Arrays.fill(huge, 3e38f);
        String x = g.node("MatMul", "style", g.weights(huge, TestBundles.STYLE, PIXELS));
        x = g.node("Sub", g.node("Mul", x, x), g.node("Mul", x, x)); // infinite minus infinite
        assertRejected(bundle(drawing(g, x), TestBundles.reader(7)), "the generator gives NaN");
    }

    @Test
    void aGeneratorThatAlwaysDrawsTheSameIsRejected() {
        assertRejected(flat("Sigmoid", 0), "whatever the noise");
    }

    @Test
    void aGeneratorThatDrawsBlankPaperIsRejected() {
        // Faint dust that differs between drawings and classes.
        OnnxBuilder g = generatorInputs();
        String dust = g.node("MatMul", "noise", g.random(.01, TestBundles.NOISE, PIXELS));
        dust = g.node("Add", dust, g.node("Gather", g.random(.01, TestBundles.CHARACTERS.length(), PIXELS), "char"));
        assertRejected(bundle(drawing(g, g.node("Relu", dust)), TestBundles.reader(7)), "drawings have any stroke");
    }

    @Test
    void aGeneratorThatDrawsWhiteOnBlackIsRejected() {
        OnnxBuilder g = generatorInputs();
        String x = g.node("MatMul", "noise", g.random(.1, TestBundles.NOISE, PIXELS));
        x = g.node("Add", x, g.node("Gather", g.random(3, TestBundles.CHARACTERS.length(), PIXELS), "char"));
        x = g.node("Sigmoid", g.node("Add", x, g.weights(new float[] {2}, 1)));
        assertRejected(bundle(drawing(g, x), TestBundles.reader(7)), "white on black");
    }

    @Test
    void aGeneratorThatIgnoresTheClassIsRejected() {
        OnnxBuilder g = generatorInputs();
        String x = g.node("Sigmoid", g.node("MatMul", "noise", g.random(3, TestBundles.NOISE, PIXELS)));
        assertRejected(bundle(drawing(g, x), TestBundles.reader(7)), "the generator does not follow the style");
    }

    private static Announcement announcement(String version) {
        return of(record(version));
    }

    private static ModelAnnouncement record(String version) {
        return TestBundles.announcement(new byte[1], TestBundles.manifest("test", version), Instant.EPOCH);
    }

    private static Announcement of(ModelAnnouncement record) {
        return Announcement.of(record);
    }

    private void assertRejected(byte[] bundle, String why) {
        assertRejected(bundle, announcement("1"), why);
    }

    private void assertRejected(byte[] bundle, Announcement announcement, String why) {
        assertThatThrownBy(() ->
                        loader.load(announcement, bundle, state -> {}).model().close())
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining(why);
    }

    private static byte[] bundle(byte[] generator, byte[] reader) {
        return new ModelBundle(TestBundles.manifest("test", "1"), generator, reader, Map.of()).toBytes();
    }

    /** Draws {@code operator(value)} everywhere. */
    private static byte[] flat(String operator, float value) {
        OnnxBuilder g = generatorInputs();
        String zeros = g.weights(new float[TestBundles.STYLE * PIXELS], TestBundles.STYLE, PIXELS);
        String x = g.node("Add", g.node("MatMul", "style", zeros), g.weights(new float[] {value}, 1));
        return bundle(drawing(g, g.node(operator, x)), TestBundles.reader(7));
    }

    private static OnnxBuilder generatorInputs() {
        OnnxBuilder g = new OnnxBuilder(1);
        g.input("style", TestBundles.STYLE);
        g.input("noise", TestBundles.NOISE);
        g.indexInput("char");
        return g;
    }

    private static byte[] drawing(OnnxBuilder g, String x) {
        String image = g.node("Reshape", x, g.integers(0, 1, TestBundles.SIDE, TestBundles.SIDE));
        return g.output(image, "ink", 1, TestBundles.SIDE, TestBundles.SIDE).toBytes();
    }
}
