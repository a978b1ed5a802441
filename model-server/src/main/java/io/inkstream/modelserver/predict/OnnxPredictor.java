package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.OnnxNetwork.MAX_ROWS;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/**
 * Runs a bundle on ONNX Runtime, bit-identically whatever the batch.
 *
 * <p>Memory is bounded: a call of any size runs in pieces of at most {@value OnnxNetwork#MAX_ROWS} rows.
 */
public final class OnnxPredictor implements Predictor {
    private final Shape shape;
    private final OnnxNetwork<Buffers> generator;
    private final OnnxReader reader;

    private record Buffers(FloatBuffer style, FloatBuffer noise, LongBuffer classes, FloatBuffer image) {}

    private OnnxPredictor(Shape shape, OnnxNetwork<Buffers> generator, OnnxReader reader) {
        this.shape = shape;
        this.generator = generator;
        this.reader = reader;
    }

    /**
     * Loads both networks.
     *
     * @param threads threads that one call may use, at least 1
     * @throws InvalidBundleException if one of them is not allowed, does not fit the manifest, or ONNX Runtime refuses it
     */
    public static OnnxPredictor open(ModelBundle bundle, int threads) throws InvalidBundleException {
        // The engine would run any operator and read any file that a network names: ours are checked first.
        Network.check(bundle);
        Shape shape = Shape.of(bundle.manifest());
        OnnxReader reader =
                new OnnxReader("reader.onnx", bundle.readerOnnx(), shape.imageSize(), shape.classes(), threads);
        try {
            OnnxNetwork<Buffers> generator =
                    new OnnxNetwork<>("generator.onnx", bundle.generatorOnnx(), threads, () -> buffers(shape));
            return new OnnxPredictor(shape, generator, reader);
        } catch (InvalidBundleException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
        shape.checkDraw(styles, noises, classes);
        float[][] inks = new float[classes.length][shape.pixels()];
        return generator.run((session, buffers) -> {
            for (int from = 0; from < classes.length; from += MAX_ROWS) {
                int rows = Math.min(MAX_ROWS, classes.length - from);
                OnnxNetwork.fill(buffers.style, styles, from, rows);
                OnnxNetwork.fill(buffers.noise, noises, from, rows);
                buffers.classes.clear();
                for (int row = from; row < from + rows; row++) {
                    buffers.classes.put(classes[row]);
                }
                buffers.classes.flip();
                try (OnnxTensor style = OnnxNetwork.tensor(buffers.style, rows, shape.styleSize());
                        OnnxTensor noise = OnnxNetwork.tensor(buffers.noise, rows, shape.noiseSize());
                        OnnxTensor character =
                                OnnxTensor.createTensor(OnnxNetwork.ENVIRONMENT, buffers.classes, new long[] {rows});
                        OnnxTensor ink =
                                OnnxNetwork.tensor(buffers.image, rows, 1, shape.imageSize(), shape.imageSize());
                        OrtSession.Result ignored = session.run(
                                Map.of("style", style, "noise", noise, "char", character), Map.of("ink", ink))) {
                    OnnxNetwork.drain(buffers.image, inks, from, rows);
                }
            }
            return inks;
        });
    }

    @Override
    public float[][] read(float[][] inks) {
        shape.checkRead(inks);
        return reader.read(inks);
    }

    @Override
    public String engine() {
        return OnnxNetwork.engine();
    }

    @Override
    public void close() {
        generator.close();
        reader.close();
    }

    private static Buffers buffers(Shape shape) {
        return new Buffers(
                OnnxNetwork.floats(shape.styleSize()),
                OnnxNetwork.floats(shape.noiseSize()),
                OnnxNetwork.direct(MAX_ROWS * Long.BYTES).asLongBuffer(),
                OnnxNetwork.floats(shape.pixels()));
    }
}
