package io.inkstream.modelserver.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.reading.BestPath;
import io.inkstream.schemas.reading.LineView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Reads whole lines with a network on ONNX Runtime; the same view gives the same text. Thread-safe; one for the process, closed
 * by who opened it.
 */
public final class LineReader implements AutoCloseable {
    private final OnnxNetwork<FloatBuffer> network;
    private final List<String> characters;

    private LineReader(OnnxNetwork<FloatBuffer> network, List<String> characters) {
        this.network = network;
        this.characters = List.copyOf(characters);
    }

    /** Loads the network of this build. */
    public static LineReader open() {
        try (InputStream onnx = LineReader.class.getResourceAsStream("line-reader.onnx")) {
            return of("line-reader.onnx", onnx.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidBundleException e) {
            throw new IllegalStateException("this build's own reader of lines cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Loads a network that {@code train lines} made.
     *
     * @param name for messages
     * @throws InvalidBundleException if it is none
     */
    public static LineReader of(String name, byte[] onnx) throws InvalidBundleException {
        OnnxNetwork<FloatBuffer> network = new OnnxNetwork<>(
                name,
                onnx,
                OnnxProvider.CPU,
                1,
                rows -> OnnxNetwork.floats(
                        LineView.NETWORK_HEIGHT, LineView.padded(LineView.columns(LineView.MOST_WIDTH))));
        try {
            LineReader reader = new LineReader(network, characters(network));
            String ignored =
                    reader.read(new LineView(LineView.LEAST_WIDTH, new byte[LineView.LEAST_WIDTH * LineView.HEIGHT]));
            return reader;
        } catch (RuntimeException e) { // whatever another network answers
            network.close();
            throw new InvalidBundleException(name + " is no reader of lines: " + e.getMessage(), e);
        }
    }

    private static List<String> characters(OnnxNetwork<FloatBuffer> network) {
        String noted = network.note(BestPath.CHARACTERS);
        if (noted == null) {
            throw new IllegalArgumentException("it does not note its characters");
        }
        return List.of(noted.split("\\n"));
    }

    /** The characters that it can read. */
    public List<String> characters() {
        return characters;
    }

    /**
     * Returns what a line says.
     *
     * @throws PredictionException if the engine fails
     * @throws IllegalStateException if it is closed
     */
    public String read(LineView view) {
        int columns = LineView.padded(view.columns());
        float[] picture = new float[LineView.NETWORK_HEIGHT * columns];
        view.shrink(picture, 0, columns);
        float[] logits = network.run((session, buffer) -> new float[][] {run(session, buffer, picture, columns)})[0];
        int expected = columns / BestPath.COLUMNS_PER_FRAME * (characters.size() + 1);
        if (logits.length != expected) {
            throw new IllegalArgumentException("it answers " + logits.length + " logits where its " + characters.size()
                    + " characters need " + expected);
        }
        return BestPath.text(logits, view.columns() / BestPath.COLUMNS_PER_FRAME, characters);
    }

    private static float[] run(OrtSession session, FloatBuffer buffer, float[] picture, int columns)
            throws OrtException {
        buffer.clear();
        buffer.put(picture);
        try (OnnxTensor ink = OnnxNetwork.tensor(buffer, 1, 1, LineView.NETWORK_HEIGHT, columns);
                OrtSession.Result result = session.run(Map.of("ink", ink))) {
            FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] values = new float[logits.remaining()];
            logits.get(values);
            return values;
        }
    }

    /** Waits for running calls, then frees the network; a second call does nothing. */
    @Override
    public void close() {
        network.close();
    }
}
