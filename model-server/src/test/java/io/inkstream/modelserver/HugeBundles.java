package io.inkstream.modelserver;

import static io.inkstream.modelserver.predict.OnnxBuilder.integer;

import io.inkstream.modelserver.predict.OnnxBuilder;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.onnx.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Valid bundles that draw, of many classes or large images: what memory is to be planned for. */
public final class HugeBundles {
    private static final int STYLE = 4;
    private static final int NOISE = 6;
    /** First of many visible characters that the server's reader was never taught. */
    private static final int FIRST_CHARACTER = 0x4E00;
    /** Different scribbles; classes share them. */
    private static final int SCRIBBLES = 24;

    private HugeBundles() {}

    /** A bundle that is good but for its size. */
    public static ModelBundle good(String name, int classes, int side) {
        return new ModelBundle(
                manifest(name, classes, side), generator(classes, side), reader(classes, side), Map.of());
    }

    /** One whose generator keeps more alive than any process has memory for, within all bounds of a single step. */
    public static ModelBundle insatiable(String name) {
        Manifest manifest = manifest(name, 10, 28);
        OnnxBuilder g = new OnnxBuilder(1);
        String style = g.input("style", STYLE);
        g.input("noise", NOISE);
        g.indexInput("char");
        String wide = g.node("MatMul", style, g.weights(new float[STYLE * (1 << 18)], STYLE, 1 << 18));
        List<String> alive = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            alive.add(g.node("Sigmoid", wide));
        }
        String sum = alive.get(0);
        for (String one : alive.subList(1, alive.size())) {
            sum = g.node("Add", sum, one);
        }
        String ink = g.node("MatMul", sum, g.weights(new float[1 << 18], 1 << 18, 1));
        ink = g.node("MatMul", ink, g.weights(new float[28 * 28], 1, 28 * 28));
        byte[] generator = g.output(g.node("Reshape", ink, g.integers(0, 1, 28, 28)), "ink", 1, 28, 28)
                .toBytes();
        return new ModelBundle(manifest, generator, reader(10, 28), Map.of());
    }

    private static Manifest manifest(String name, int classes, int side) {
        List<ClassSpec> specs = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            String character = Character.toString(FIRST_CHARACTER + i);
            specs.add(new ClassSpec(character, 1, .8, 0, .2, .2, .1, .5, .12, .55, 1, -1, -1, character));
        }
        StyleSpec plain = new StyleSpec("plain", "For tests.", new float[0], 1, .05, .02, .13, .2, 1.05, .8);
        return new Manifest(1, name, "1", null, side, STYLE, NOISE, specs, List.of(plain), "none", List.of(), Map.of());
    }

    private static byte[] generator(int classes, int side) {
        OnnxBuilder g = new OnnxBuilder(1);
        String style = g.input("style", STYLE);
        String noise = g.input("noise", NOISE);
        float[] which = new float[classes * SCRIBBLES];
        for (int i = 0; i < classes; i++) {
            which[i * SCRIBBLES + i % SCRIBBLES] = 1;
        }
        String scribble = g.node("Gather", g.weights(which, classes, SCRIBBLES), g.indexInput("char"));
        float[] scribbles = new float[SCRIBBLES * side * side];
        for (int i = 0; i < SCRIBBLES; i++) {
            zigzag(scribbles, i, side, new Random(i), 12);
        }
        float[] paper = new float[side * side];
        Arrays.fill(paper, -6);
        String x =
                g.node("Gemm", scribble, g.weights(scribbles, SCRIBBLES, side * side), g.weights(paper, side * side));
        x = g.node("Add", x, g.node("MatMul", style, g.weights(flourishes(STYLE, side, 100), STYLE, side * side)));
        x = g.node("Add", x, g.node("MatMul", noise, g.weights(flourishes(NOISE, side, 200), NOISE, side * side)));
        x = g.node("Reshape", x, g.integers(0, 1, side, side));
        return g.output(g.node("Sigmoid", x), "ink", 1, side, side).toBytes();
    }

    private static byte[] reader(int classes, int side) {
        OnnxBuilder g = new OnnxBuilder(2);
        String x = g.node("Relu", g.conv(g.input("ink", 1, side, side), 1, 4, 5, 2, .2));
        x = g.node(
                NodeProto.newBuilder()
                        .addAttribute(OnnxBuilder.ints("kernel_shape", 2, 2))
                        .addAttribute(OnnxBuilder.ints("strides", 2, 2)),
                "MaxPool",
                x);
        x = g.node("Flatten", integer("axis", 1), g.node("Relu", g.conv(x, 4, 8, 3, 2, .2)));
        int values = 8 * (side / 4 / 2 + side / 4 % 2) * (side / 4 / 2 + side / 4 % 2);
        x = g.node("Gemm", x, g.random(.2, values, classes), g.random(.1, classes));
        return g.output(x, "logits", classes).toBytes();
    }

    /** Strokes that come and go with the first two numbers of a latent. */
    private static float[] flourishes(int latents, int side, long seed) {
        float[] logits = new float[latents * side * side];
        zigzag(logits, 0, side, new Random(seed), 12);
        zigzag(logits, 1, side, new Random(seed + 1), 12);
        return logits;
    }

    private static void zigzag(float[] logits, int image, int side, Random random, float value) {
        double unit = side / 28.0;
        double x = 5 + random.nextInt(18);
        double y = 4;
        for (int stroke = 0; stroke < 3; stroke++) {
            double toX = 5 + random.nextInt(18);
            double toY = y + 6;
            for (double t = 0; t <= 1; t += .02 / unit) {
                dot(logits, image, side, unit * (x + t * (toX - x)), unit * (y + t * (toY - y)), unit, value);
            }
            x = toX;
            y = toY;
        }
    }

    private static void dot(float[] logits, int image, int side, double x, double y, double unit, float value) {
        int reach = (int) Math.round(1.5 * unit - .5);
        for (int dy = -reach; dy <= reach; dy++) {
            for (int dx = -reach; dx <= reach; dx++) {
                logits[(image * side + (int) y + dy) * side + (int) x + dx] = value;
            }
        }
    }
}
