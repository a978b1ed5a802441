package io.inkstream.modelserver.predict;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.bundle.InvalidBundleException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads single characters with a recogniser that comes with the server, so that a bundle's own reader does not count.
 * Thread-safe; one for the process, closed by who opened it.
 *
 * <p>A drawing is {@value #SIDE} x {@value #SIDE} ink, 0 is paper and 1 is ink, as EMNIST shows its characters: its longest
 * side 22 pixels, centred; marks smaller than half an x-height are not magnified beyond that.
 */
public final class ServerReader implements AutoCloseable {
    /** Rows and columns of a drawing. */
    public static final int SIDE = 28;

    private final List<String> characters;
    private final Map<String, Integer> classes = new HashMap<>();
    private final OnnxReader reader;

    /** What lies beside the network: which class is which character, and where the weights come from. */
    private record Description(String characters, String source) {}

    private ServerReader(Description description, byte[] onnx) throws InvalidBundleException {
        characters = description
                .characters()
                .codePoints()
                .mapToObj(Character::toString)
                .toList();
        for (int i = 0; i < characters.size(); i++) {
            classes.put(characters.get(i), i);
        }
        reader = new OnnxReader("server-reader.onnx", onnx, SIDE, characters.size(), OnnxProvider.CPU, 1);
    }

    /** Loads the network of this build. */
    public static ServerReader open() {
        try (InputStream description = ServerReader.class.getResourceAsStream("server-reader.json");
                InputStream onnx = ServerReader.class.getResourceAsStream("server-reader.onnx")) {
            return new ServerReader(new JsonMapper().readValue(description, Description.class), onnx.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidBundleException e) {
            throw new IllegalStateException("this build's own reader cannot be used: " + e.getMessage(), e);
        }
    }

    /** The characters that it tells apart, in the order of its logits. */
    public List<String> characters() {
        return characters;
    }

    /** Index of a character among the logits, or -1 where it was never taught. */
    public int classOf(String character) {
        return classes.getOrDefault(character, -1);
    }

    /**
     * Reads one drawing a row.
     *
     * @param inks [n][{@value #SIDE} * {@value #SIDE}], by rows from the top
     * @return for each row the index of the likeliest character
     * @throws IllegalStateException if it is closed
     */
    public int[] read(float[][] inks) {
        float[][] logits = logits(inks);
        int[] likeliest = new int[logits.length];
        for (int row = 0; row < likeliest.length; row++) {
            for (int c = 1; c < characters.size(); c++) {
                if (logits[row][c] > logits[row][likeliest[row]]) {
                    likeliest[row] = c;
                }
            }
        }
        return likeliest;
    }

    /**
     * Likewise, telling more: for each row a number for each of the {@link #characters}, the more the likelier.
     *
     * @throws IllegalStateException if it is closed
     */
    public float[][] logits(float[][] inks) {
        return reader.read(inks);
    }

    /** Waits for running calls, then frees the network; a second call does nothing. */
    @Override
    public void close() {
        reader.close();
    }
}
