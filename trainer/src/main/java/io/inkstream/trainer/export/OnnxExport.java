package io.inkstream.trainer.export;

import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.trainer.gan.FoldedGenerator;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.recogniser.FrozenRecogniser;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;

/** Writes trained networks in the ONNX format that the model server loads, with batch norms folded away. */
public final class OnnxExport {
    private OnnxExport() {}

    /**
     * Returns a generator as ONNX: inputs {@code style} float [n, style], {@code noise} float [n, noise] and {@code char}
     * int64 [n] (class index), output {@code ink} float [n, 1, 28, 28] in 0 .. 1. A row depends on nothing but its own
     * inputs. Its pixels are spread last, see {@link LateSpread}.
     */
    public static byte[] generator(Generator generator) {
        GeneratorShape shape = generator.shape();
        FoldedGenerator folded = new FoldedGenerator(generator);
        OnnxGraph g = new OnnxGraph("generator");
        String style = g.input("style", shape.style());
        String noise = g.input("noise", shape.noise());
        String character = g.indexInput("char");
        String embedding =
                g.node("Gather", g.weights(folded.embedding(), shape.classes(), shape.embedding()), character);
        String latent = g.node("Concat", "axis", 1, style, noise, embedding);
        String condition = g.node("Concat", "axis", 1, embedding, style);

        String modulation = g.node(
                "Gemm",
                condition,
                g.weights(folded.modulation(), shape.condition(), shape.modulation()),
                g.weights(folded.modulationBias(), shape.modulation()));
        modulation = g.node("Reshape", modulation, g.integers(0, shape.modulation(), 1, 1));
        int wide = shape.wide();
        int middle = shape.middle();
        int narrow = shape.narrow();
        String[] steer = g.split(modulation, wide, wide, middle, middle, middle, middle, narrow, narrow);

        String x = g.node(
                "Gemm",
                latent,
                g.weights(folded.dense(), shape.latent(), wide * 49),
                g.weights(folded.denseBias(), wide * 49));
        x = g.node("Reshape", x, g.integers(0, wide, 7, 7));
        x = modulate(g, x, steer[0], steer[1]);
        x = g.depthToSpace2(conv(g, x, folded, 0, 4 * middle, wide));
        String branch = modulate(g, x, steer[2], steer[3]);
        branch = conv(g, branch, folded, 1, middle, middle);
        x = g.node("Add", x, branch);
        x = modulate(g, x, steer[4], steer[5]);
        x = g.depthToSpace2(conv(g, x, folded, 2, 4 * narrow, middle));
        x = modulate(g, x, steer[6], steer[7]);
        x = conv(g, x, folded, 3, 1, narrow);
        g.output(g.node("Sigmoid", x), "ink", 1, 28, 28);
        return LateSpread.of(g.toBytes());
    }

    private static String modulate(OnnxGraph g, String x, String scale, String shift) {
        return g.node("Relu", g.node("Add", g.node("Mul", x, scale), shift));
    }

    private static String conv(OnnxGraph g, String x, FoldedGenerator folded, int layer, int outputs, int inputs) {
        String weights = g.weights(folded.conv(layer), outputs, inputs, 3, 3);
        return g.conv(x, weights, g.weights(folded.convBias(layer), outputs), 3, 1, 1);
    }

    /** Returns a recogniser as ONNX: input {@code ink} float [n, 1, 28, 28], output {@code logits} float [n, classes]. */
    public static byte[] reader(Recogniser recogniser) {
        RecogniserShape shape = recogniser.shape();
        FrozenRecogniser.Folded folded = new FrozenRecogniser.Folded(recogniser);
        OnnxGraph g = new OnnxGraph("reader");
        int first = shape.first();
        int second = shape.second();
        int third = shape.third();
        String x = g.input("ink", 1, RecogniserShape.SIDE, RecogniserShape.SIDE);
        x = g.conv(x, g.weights(folded.weights(0), first, 1, 5, 5), g.weights(folded.bias(0), first), 5, 2, 2);
        x = g.node("Relu", x);
        x = g.conv(x, g.weights(folded.weights(1), second, first, 3, 3), g.weights(folded.bias(1), second), 3, 1, 1);
        x = g.maxPool2(g.node("Relu", x));
        x = g.conv(x, g.weights(folded.weights(2), third, second, 3, 3), g.weights(folded.bias(2), third), 3, 1, 1);
        x = g.node("Relu", x);
        x = g.conv(x, g.weights(folded.weights(3), third, third, 3, 3), g.weights(folded.bias(3), third), 3, 2, 1);
        x = g.node("Flatten", "axis", 1, g.node("Relu", x));
        int flat = third * 16;
        int features = shape.features();
        x = g.node("Gemm", x, g.weights(folded.weights(4), flat, features), g.weights(folded.bias(4), features));
        x = g.node("Relu", x);
        int classes = shape.classes();
        x = g.node("Gemm", x, g.weights(folded.weights(5), features, classes), g.weights(folded.bias(5), classes));
        g.output(x, "logits", classes);
        return g.toBytes();
    }
}
