package io.inkstream.trainer.lines;

import io.inkstream.schemas.reading.BestPath;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.export.OnnxGraph;

/** Writes a reader of lines in the ONNX format that the model server loads, with batch norms folded away. */
public final class LineReaderOnnx {
    private LineReaderOnnx() {}

    /**
     * Returns a reader of lines as ONNX: input {@code ink} float [n, 1, 32, columns] in 0 .. 1, the columns a multiple of 64,
     * output {@code logits} float [columns / 4, n, 2 * classes]: two frames a step. Its characters, class 1 and after, are
     * noted under {@code characters}, a line each.
     */
    public static byte[] of(LineReader reader) {
        LineReaderShape shape = reader.shape();
        OnnxGraph g = new OnnxGraph("line-reader");
        String x = g.namedInput("ink", "n", 1, LineView.NETWORK_HEIGHT, "columns");
        int inputs = 1;
        for (int layer = 0; layer < shape.channels().size(); layer++) {
            int outputs = shape.channels().get(layer);
            LineReader.Convolution conv = reader.convolution(layer);
            int[] strides = LineReaderShape.strides(layer);
            String weights = g.weights(conv.weights(), outputs, inputs, 3, 3);
            x = g.node("Relu", g.conv(x, weights, g.weights(conv.bias(), outputs), 3, strides[0], strides[1], 1));
            inputs = outputs;
        }
        int cells = shape.cells();
        x = g.transpose(g.node("Reshape", x, g.integers(0, shape.features(), -1)), 2, 0, 1);
        LineReader.Recurrent recurrent = reader.recurrent();
        x = g.lstmBothWays(
                x,
                g.weights(recurrent.input(), 2, 4 * cells, shape.features()),
                g.weights(recurrent.state(), 2, 4 * cells, cells),
                g.weights(recurrent.bias(), 2, 8 * cells),
                cells);
        x = g.node("Reshape", g.transpose(x, 0, 2, 1, 3), g.integers(0, 0, -1));
        int logits = LineReaderShape.FRAMES_PER_STEP * shape.classes();
        x = g.node("MatMul", x, g.weights(reader.logitWeights(), 2 * cells, logits));
        x = g.node("Add", x, g.weights(reader.logitBias(), logits));
        g.namedOutput(x, "logits", "steps", "n", logits);
        g.note(BestPath.CHARACTERS, String.join("\n", reader.characters()));
        return g.toBytes();
    }
}
