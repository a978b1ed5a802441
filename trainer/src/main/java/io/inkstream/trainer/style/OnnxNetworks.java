package io.inkstream.trainer.style;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** The networks of a bundle, on ONNX Runtime: what is measured is what will be served. */
public final class OnnxNetworks implements GlyphNetworks, AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final int side;
    private final OrtSession generator;
    private final OrtSession reader;

    /** @throws IllegalArgumentException if ONNX Runtime cannot load one of the networks */
    public OnnxNetworks(ModelBundle bundle) {
        this(bundle.generatorOnnx(), bundle.readerOnnx(), bundle.manifest().imageSize());
    }

    /**
     * @param side rows and columns of a glyph
     * @throws IllegalArgumentException if ONNX Runtime cannot load one of the networks
     */
    public OnnxNetworks(byte[] generatorOnnx, byte[] readerOnnx, int side) {
        this.side = side;
        this.generator = session("generator", generatorOnnx);
        try {
            this.reader = session("reader", readerOnnx);
        } catch (IllegalArgumentException e) {
            free(generator);
            throw e;
        }
    }

    private static void free(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not free a network: " + e.getMessage(), e);
        }
    }

    private static OrtSession session(String name, byte[] onnx) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return ENVIRONMENT.createSession(onnx, options);
        } catch (OrtException e) {
            throw new IllegalArgumentException("the model's " + name + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Override
    public float[] draw(float[] styles, float[] noises, int[] classes) {
        int rows = classes.length;
        long[] labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = classes[i];
        }
        try (OnnxTensor style = matrix(styles, rows, styles.length / rows);
                OnnxTensor noise = matrix(noises, rows, noises.length / rows);
                OnnxTensor character =
                        OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(labels), new long[] {rows});
                OrtSession.Result result = generator.run(Map.of("style", style, "noise", noise, "char", character))) {
            return floats(result.get(0));
        } catch (OrtException e) {
            throw new IllegalStateException("the generator failed: " + e.getMessage(), e);
        }
    }

    @Override
    public float[] read(float[] ink) {
        int rows = ink.length / (side * side);
        try (OnnxTensor input = matrix(ink, rows, 1, side, side);
                OrtSession.Result result = reader.run(Map.of("ink", input))) {
            return floats(result.get(0));
        } catch (OrtException e) {
            throw new IllegalStateException("the reader failed: " + e.getMessage(), e);
        }
    }

    private static OnnxTensor matrix(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
    }

    private static float[] floats(OnnxValue value) {
        FloatBuffer buffer = ((OnnxTensor) value).getFloatBuffer();
        float[] floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    @Override
    public void close() {
        free(generator);
        free(reader);
    }
}
