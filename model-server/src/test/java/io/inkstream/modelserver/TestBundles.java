package io.inkstream.modelserver;

import static io.inkstream.modelserver.predict.OnnxBuilder.integer;
import static io.inkstream.modelserver.predict.OnnxBuilder.ints;
import static io.inkstream.modelserver.predict.OnnxBuilder.word;

import io.inkstream.modelserver.predict.OnnxBuilder;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.onnx.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Small bundles that draw: each class is a fixed scribble that style and noise disturb, through every operator that our
 * trainer exports.
 */
public final class TestBundles {
    /** Letters that the server's reader was never taught: what the scribbles mean is for nobody to judge. */
    public static final String CHARACTERS = "αβγδεζηθικ";

    public static final int STYLE = 4;
    public static final int NOISE = 6;
    public static final int SIDE = 28;

    private static final int CLASSES = CHARACTERS.length();

    private TestBundles() {}

    /** The bytes of the shipped model. */
    public static byte[] shipped() throws IOException {
        try (Stream<Path> bundles = Files.list(Path.of("..", "trainer", "models"))) {
            Path newest = bundles.filter(file -> file.toString().endsWith(".zip"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return Files.readAllBytes(newest);
        }
    }

    /** A good bundle; equal arguments give equal bytes. */
    public static ModelBundle good(String name, String version, long seed) {
        return new ModelBundle(manifest(name, version), generator(seed), reader(seed), Map.of("accuracy", .9));
    }

    public static Manifest manifest(String name, String version) {
        List<ClassSpec> classes = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            String character = CHARACTERS.substring(i, i + 1);
            classes.add(new ClassSpec(character, 1, .8, 0, .2, .2, .1, .5, .12, .55, 1, -1, -1, character));
        }
        StyleSpec plain = new StyleSpec("plain", "For tests.", new float[0], 1, .05, .02, .13, .2, 1.05, .8);
        StyleSpec fine = new StyleSpec("fine", "Thinner.", new float[0], 1, .05, .02, .1, .2, 1.05, .8);
        return new Manifest(
                1, name, version, null, SIDE, STYLE, NOISE, classes, List.of(plain, fine), "none", List.of(), Map.of());
    }

    /** The operators of our exporter. */
    public static byte[] generator(long seed) {
        OnnxBuilder g = new OnnxBuilder(seed);
        String style = g.input("style", STYLE);
        String noise = g.input("noise", NOISE);
        String character = g.indexInput("char");
        String embedding = g.node("Gather", g.random(1, CLASSES, 5), character);
        String latent = g.node("Concat", integer("axis", 1), style, noise, embedding);
        String[] steer = g.split(
                g.node(
                        "Reshape",
                        g.node(
                                "Gemm",
                                g.node("Concat", integer("axis", 1), embedding, style),
                                g.random(.3, 9, 16),
                                g.random(.3, 16)),
                        g.integers(0, 16, 1, 1)),
                8,
                8);
        String x = g.node("Gemm", latent, g.random(.2, STYLE + NOISE + 5, 8 * 49), g.random(.1, 8 * 49));
        x = g.node("Reshape", x, g.integers(0, 8, 7, 7));
        x = g.node("Relu", g.node("Add", g.node("Mul", x, steer[0]), steer[1]));
        x = depthToSpace(g, g.conv(x, 8, 16, 3, 1, .15));
        x = g.node("Add", x, g.conv(x, 4, 4, 3, 1, .1));
        x = depthToSpace(g, g.conv(x, 4, 16, 3, 1, .15));
        x = g.conv(g.node("Relu", x), 4, 1, 3, 1, .2);
        String scribble = g.node(
                "Reshape",
                g.node("Gather", g.weights(scribbles(), CLASSES, SIDE * SIDE), character),
                g.integers(0, 1, SIDE, SIDE));
        String flourish = g.node(
                "Add",
                g.node("MatMul", style, g.weights(flourishes(STYLE, 100), STYLE, SIDE * SIDE)),
                g.node("MatMul", noise, g.weights(flourishes(NOISE, 200), NOISE, SIDE * SIDE)));
        flourish = g.node("Reshape", flourish, g.integers(0, 1, SIDE, SIDE));
        return g.output(g.node("Sigmoid", g.node("Add", g.node("Add", scribble, flourish), x)), "ink", 1, SIDE, SIDE)
                .toBytes();
    }

    /** The operators of PyTorch's exporter, with shapes that the graph computes. */
    public static byte[] torchLikeGenerator(long seed) {
        OnnxBuilder g = new OnnxBuilder(seed).opset(16);
        String style = g.input("style", STYLE);
        String noise = g.input("noise", NOISE);
        String embedding = g.node("Gather", g.random(1, CLASSES, 5), g.indexInput("char"));
        String latent = g.node("Concat", integer("axis", 1), style, noise, embedding);
        String steer = g.node("MatMul", embedding, g.random(.3, 5, 16));
        String scale = g.node("Slice", steer, g.integers(0), g.integers(8), g.integers(1), g.integers(1));
        String shift = g.node("Slice", steer, g.integers(8), g.integers(Long.MAX_VALUE), g.integers(1), g.integers(1));
        scale = g.node("Div", scale, g.node("Reciprocal", g.weights(new float[] {1, 2, 1, 2, 1, 2, 1, 2}, 8)));
        shift = g.node("Sub", shift, g.weights(new float[] {.5f}));
        String x = g.node(
                "Gemm", integer("transB", 1), latent, g.random(.2, 8 * 196, STYLE + NOISE + 5), g.random(.1, 8 * 196));
        x = g.node("Reshape", x, g.integers(-1, 8, 14, 14));
        x = g.node("Mul", x, g.node("Reshape", scale, g.integers(-1, 8, 1, 1)));
        x = g.node("Add", x, g.node("Reshape", shift, g.integers(-1, 8, 1, 1)));
        x = g.node(
                "BatchNormalization",
                x,
                g.random(1, 8),
                g.random(1, 8),
                g.random(1, 8),
                g.weights(new float[] {1, 2, 3, 1, 2, 3, 1, 2}, 8));
        x = g.conv(g.node("Relu", x), 8, 4, 3, 1, .2);
        // Depth to space as PyTorch writes it: extents from the shape, then reshape, transpose, reshape.
        String shape = g.node("Shape", x);
        String zero = g.integers(0);
        String channels =
                g.node("Unsqueeze", cast(g, g.node("Div", g.node("Gather", shape, g.scalar(1)), g.scalar(4))), zero);
        String height = g.node("Gather", shape, g.scalar(2));
        String side = g.node("Unsqueeze", height, zero);
        String two = g.integers(2);
        String minus = g.integers(-1);
        x = g.node("Reshape", x, g.node("Concat", integer("axis", 0), minus, channels, two, two, side, side));
        x = g.node("Transpose", ints("perm", 0, 1, 4, 2, 5, 3), x);
        String doubled = g.node("Unsqueeze", g.node("Mul", height, g.scalar(2)), zero);
        x = g.node("Reshape", x, g.node("Concat", integer("axis", 0), minus, channels, doubled, doubled));
        x = g.node("Mul", g.node("Add", g.node("Tanh", x), g.weights(new float[] {1})), g.weights(new float[] {.5f}));
        return g.output(x, "ink", 1, SIDE, SIDE).toBytes();
    }

    public static byte[] reader(long seed) {
        OnnxBuilder g = new OnnxBuilder(seed + 1);
        String x = g.node("Relu", g.conv(g.input("ink", 1, SIDE, SIDE), 1, 4, 5, 2, .2));
        x = g.node(
                NodeProto.newBuilder().addAttribute(ints("kernel_shape", 2, 2)).addAttribute(ints("strides", 2, 2)),
                "MaxPool",
                x);
        x = g.node("Flatten", integer("axis", 1), g.node("Relu", g.conv(x, 4, 8, 3, 2, .2)));
        x = g.node("Gemm", x, g.random(.2, 8 * 16, CLASSES), g.random(.1, CLASSES));
        return g.output(x, "logits", CLASSES).toBytes();
    }

    /** What a publisher announces of a bundle. */
    public static ModelAnnouncement announcement(byte[] bundle, Manifest manifest, Instant when) {
        int chunks = (bundle.length + CHUNK - 1) / CHUNK;
        return ModelAnnouncement.newBuilder()
                .setName(manifest.name())
                .setVersion(manifest.version())
                .setSha256(ModelBundle.sha256(bundle))
                .setSizeBytes(bundle.length)
                .setChunkCount(chunks)
                .setClasses(manifest.classes().stream()
                        .map(c -> new ClassMetrics(c.character(), c.height(), c.width(), c.bottom()))
                        .toList())
                .setStyles(manifest.styles().stream()
                        .map(s -> new StyleMetrics(
                                s.name(), s.description(), s.pen(), s.gap(), s.wordSpace(), s.announcedTraits()))
                        .toList())
                .setAnnouncedAt(when)
                .build();
    }

    /** Small, so that even a test's bundle comes in several chunks. */
    public static final int CHUNK = 20_000;

    private static String depthToSpace(OnnxBuilder g, String x) {
        return g.node(
                NodeProto.newBuilder().addAttribute(integer("blocksize", 2)).addAttribute(word("mode", "CRD")),
                "DepthToSpace",
                x);
    }

    private static String cast(OnnxBuilder g, String x) {
        return g.node("Cast", integer("to", 7), x);
    }

    /** A zigzag for each class, in logits. */
    private static float[] scribbles() {
        float[] logits = new float[CLASSES * SIDE * SIDE];
        java.util.Arrays.fill(logits, -6);
        for (int c = 0; c < CLASSES; c++) {
            zigzag(logits, c, new Random(c), 6);
        }
        return logits;
    }

    /** Strokes that come and go with the first two numbers of a latent. */
    private static float[] flourishes(int latents, long seed) {
        float[] logits = new float[latents * SIDE * SIDE];
        zigzag(logits, 0, new Random(seed), 12);
        zigzag(logits, 1, new Random(seed + 1), 12);
        return logits;
    }

    private static void zigzag(float[] logits, int image, Random random, float value) {
        double x = 5 + random.nextInt(18);
        double y = 4;
        for (int stroke = 0; stroke < 3; stroke++) {
            double toX = 5 + random.nextInt(18);
            double toY = y + 6;
            for (double t = 0; t <= 1; t += .02) {
                dot(logits, image, x + t * (toX - x), y + t * (toY - y), value);
            }
            x = toX;
            y = toY;
        }
    }

    private static void dot(float[] logits, int image, double x, double y, float value) {
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                logits[(image * SIDE + (int) y + dy) * SIDE + (int) x + dx] = value;
            }
        }
    }
}
