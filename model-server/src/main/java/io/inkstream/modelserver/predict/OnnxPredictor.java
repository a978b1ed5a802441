package io.inkstream.modelserver.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.LateSpread;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/**
 * Runs a bundle on ONNX Runtime, bit-identically whatever the batch.
 *
 * <p>Memory is bounded: a call of any size runs in pieces of a fixed size at most.
 */
public final class OnnxPredictor implements Predictor {
    private final Shape shape;
    private final OnnxNetwork<Buffers> generator;
    private final OnnxReader reader;
    private final boolean isInt8;

    private record Buffers(FloatBuffer style, FloatBuffer noise, LongBuffer classes, FloatBuffer image) {}

    private OnnxPredictor(Shape shape, OnnxNetwork<Buffers> generator, OnnxReader reader, boolean isInt8) {
        this.shape = shape;
        this.generator = generator;
        this.reader = reader;
        this.isInt8 = isInt8;
    }

    /**
     * Loads both networks, to run on the processor.
     *
     * @param threads threads that one call may use, at least 1
     * @throws InvalidBundleException if one of them is not allowed, does not fit the manifest, or ONNX Runtime refuses it
     */
    public static OnnxPredictor open(ModelBundle bundle, int threads) throws InvalidBundleException {
        return open(bundle, OnnxProvider.CPU, threads);
    }

    /**
     * Loads both networks, to run on the processor, the generator in eight bits if the bundle has such a one.
     *
     * @param threads threads that one call may use, at least 1
     * @throws InvalidBundleException if one of them is not allowed, does not fit the manifest, or ONNX Runtime refuses it
     */
    public static OnnxPredictor openInt8(ModelBundle bundle, int threads) throws InvalidBundleException {
        return open(bundle, OnnxProvider.CPU, threads, bundle.int8GeneratorOnnx() != null);
    }

    /**
     * Loads both networks.
     *
     * @param threads threads of the processor that one call may use, at least 1
     * @throws InvalidBundleException if one of them is not allowed, does not fit the manifest, or ONNX Runtime refuses it
     */
    public static OnnxPredictor open(ModelBundle bundle, OnnxProvider provider, int threads)
            throws InvalidBundleException {
        return open(bundle, provider, threads, false);
    }

    private static OnnxPredictor open(ModelBundle bundle, OnnxProvider provider, int threads, boolean isInt8)
            throws InvalidBundleException {
        // The engine would run any operator and read any file that a network names: ours are checked first.
        Network.check(bundle);
        byte[] generatorOnnx = isInt8 ? bundle.int8GeneratorOnnx() : lateSpread(bundle);
        Shape shape = Shape.of(bundle.manifest());
        OnnxReader reader = new OnnxReader(
                "reader.onnx", bundle.readerOnnx(), shape.imageSize(), shape.classes(), provider, threads);
        try {
            OnnxNetwork<Buffers> generator = new OnnxNetwork<>(
                    isInt8 ? "generator-int8.onnx" : "generator.onnx",
                    generatorOnnx,
                    provider,
                    threads,
                    rows -> buffers(rows, shape));
            return new OnnxPredictor(shape, generator, reader, isInt8);
        } catch (InvalidBundleException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** The generator of a checked bundle as it is fastest here, unless that is beyond a bound which the file keeps. */
    private static byte[] lateSpread(ModelBundle bundle) {
        byte[] rewritten = LateSpread.of(bundle.generatorOnnx());
        try {
            Network.generator(rewritten, bundle.manifest());
            return rewritten;
        } catch (InvalidBundleException e) {
            return bundle.generatorOnnx();
        }
    }

    @Override
    public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
        shape.checkDraw(styles, noises, classes);
        float[][] inks = new float[classes.length][shape.pixels()];
        return generator.run((session, buffers) -> {
            int maxRows = generator.maxRows();
            for (int from = 0; from < classes.length; from += maxRows) {
                int rows = Math.min(maxRows, classes.length - from);
                int run = generator.padded(rows);
                OnnxNetwork.fill(buffers.style, styles, from, rows);
                OnnxNetwork.fill(buffers.noise, noises, from, rows);
                buffers.classes.clear();
                for (int row = from; row < from + rows; row++) {
                    buffers.classes.put(classes[row]);
                }
                buffers.classes.position(0).limit(run);
                try (OnnxTensor style = OnnxNetwork.tensor(buffers.style, run, shape.styleSize());
                        OnnxTensor noise = OnnxNetwork.tensor(buffers.noise, run, shape.noiseSize());
                        OnnxTensor character =
                                OnnxTensor.createTensor(OnnxNetwork.ENVIRONMENT, buffers.classes, new long[] {run});
                        OnnxTensor ink =
                                OnnxNetwork.tensor(buffers.image, run, 1, shape.imageSize(), shape.imageSize());
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
        return generator.engine() + (isInt8 ? "-int8" : "");
    }

    @Override
    public void close() {
        generator.close();
        reader.close();
    }

    private static Buffers buffers(int rows, Shape shape) {
        return new Buffers(
                OnnxNetwork.floats(rows, shape.styleSize()),
                OnnxNetwork.floats(rows, shape.noiseSize()),
                OnnxNetwork.direct(rows * Long.BYTES).asLongBuffer(),
                OnnxNetwork.floats(rows, shape.pixels()));
    }
}
