package io.inkstream.modelserver.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import java.nio.FloatBuffer;
import java.util.Map;

/** Reads drawings with a recogniser on ONNX Runtime, bit-identically whatever the batch. Thread-safe. */
final class OnnxReader implements AutoCloseable {
    private final int side;
    private final int classes;
    private final OnnxNetwork<Buffers> network;

    private record Buffers(FloatBuffer image, FloatBuffer logits) {}

    /**
     * Loads a recogniser that was found harmless.
     *
     * @param name for messages
     * @param side rows and columns of a drawing
     * @param threads threads that one call may use, at least 1
     * @throws InvalidBundleException if ONNX Runtime refuses it
     */
    OnnxReader(String name, byte[] onnx, int side, int classes, OnnxProvider provider, int threads)
            throws InvalidBundleException {
        this.side = side;
        this.classes = classes;
        network = new OnnxNetwork<>(
                name,
                onnx,
                provider,
                threads,
                rows -> new Buffers(OnnxNetwork.floats(rows, side * side), OnnxNetwork.floats(rows, classes)));
    }

    /**
     * Reads one drawing a row.
     *
     * @param inks [n][side * side], 0 is paper and 1 is ink
     * @return [n][classes] logits, not normalised
     */
    float[][] read(float[][] inks) {
        float[][] logits = new float[inks.length][classes];
        return network.run((session, buffers) -> {
            int maxRows = network.maxRows();
            for (int from = 0; from < inks.length; from += maxRows) {
                int rows = Math.min(maxRows, inks.length - from);
                int run = network.padded(rows);
                OnnxNetwork.fill(buffers.image, inks, from, rows);
                try (OnnxTensor ink = OnnxNetwork.tensor(buffers.image, run, 1, side, side);
                        OnnxTensor scores = OnnxNetwork.tensor(buffers.logits, run, classes);
                        OrtSession.Result ignored = session.run(Map.of("ink", ink), Map.of("logits", scores))) {
                    OnnxNetwork.drain(buffers.logits, logits, from, rows);
                }
            }
            return logits;
        });
    }

    @Override
    public void close() {
        network.close();
    }
}
