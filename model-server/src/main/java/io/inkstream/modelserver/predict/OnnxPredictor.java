package io.inkstream.modelserver.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Runs a bundle on ONNX Runtime, bit-identically whatever the batch.
 *
 * <p>Memory is bounded: a call of any size runs in pieces of at most {@value #MAX_ROWS} rows.
 */
public final class OnnxPredictor implements Predictor {
    /** Speed is flat from 8 rows on, and the engine's buffers grow with the rows; see RATIONALE.md. */
    static final int MAX_ROWS = 16;

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final Shape shape;
    private final OrtSession generator;
    private final OrtSession reader;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final ConcurrentLinkedQueue<Buffers> idle = new ConcurrentLinkedQueue<>();
    private boolean closed;

    private OnnxPredictor(Shape shape, OrtSession generator, OrtSession reader) {
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
        OrtSession generator = session("generator.onnx", bundle.generatorOnnx(), threads);
        try {
            OrtSession reader = session("reader.onnx", bundle.readerOnnx(), threads);
            return new OnnxPredictor(Shape.of(bundle.manifest()), generator, reader);
        } catch (InvalidBundleException e) {
            closeQuietly(generator, e);
            throw e;
        }
    }

    @Override
    public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
        shape.checkDraw(styles, noises, classes);
        float[][] inks = new float[classes.length][shape.pixels()];
        return whileOpen(buffers -> {
            for (int from = 0; from < classes.length; from += MAX_ROWS) {
                int rows = Math.min(MAX_ROWS, classes.length - from);
                fill(buffers.style, styles, from, rows);
                fill(buffers.noise, noises, from, rows);
                buffers.classes.clear();
                for (int row = from; row < from + rows; row++) {
                    buffers.classes.put(classes[row]);
                }
                buffers.classes.flip();
                try (OnnxTensor style = tensor(buffers.style, rows, shape.styleSize());
                        OnnxTensor noise = tensor(buffers.noise, rows, shape.noiseSize());
                        OnnxTensor character =
                                OnnxTensor.createTensor(ENVIRONMENT, buffers.classes, new long[] {rows});
                        OnnxTensor ink = image(buffers.image, rows);
                        OrtSession.Result ignored = generator.run(
                                Map.of("style", style, "noise", noise, "char", character), Map.of("ink", ink))) {
                    drain(buffers.image, inks, from, rows);
                }
            }
            return inks;
        });
    }

    @Override
    public float[][] read(float[][] inks) {
        shape.checkRead(inks);
        float[][] logits = new float[inks.length][shape.classes()];
        return whileOpen(buffers -> {
            for (int from = 0; from < inks.length; from += MAX_ROWS) {
                int rows = Math.min(MAX_ROWS, inks.length - from);
                fill(buffers.image, inks, from, rows);
                buffers.logits.limit(rows * shape.classes());
                try (OnnxTensor ink = image(buffers.image, rows);
                        OnnxTensor scores = tensor(buffers.logits, rows, shape.classes());
                        OrtSession.Result ignored = reader.run(Map.of("ink", ink), Map.of("logits", scores))) {
                    drain(buffers.logits, logits, from, rows);
                }
            }
            return logits;
        });
    }

    @Override
    public String engine() {
        return "onnxruntime-" + ENVIRONMENT.getVersion();
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                generator.close();
                reader.close();
            }
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime did not free a network: " + e.getMessage(), e);
        } finally {
            life.writeLock().unlock();
        }
    }

    private interface Run {
        float[][] with(Buffers buffers) throws OrtException;
    }

    private float[][] whileOpen(Run run) {
        Lock running = life.readLock(); // freeing a network under a running call would crash the process
        running.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the predictor is closed");
            }
            Buffers polled = idle.poll();
            Buffers buffers = polled == null ? new Buffers(shape) : polled;
            float[][] result = run.with(buffers);
            idle.add(buffers);
            return result;
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            running.unlock();
        }
    }

    private OnnxTensor image(FloatBuffer buffer, int rows) throws OrtException {
        buffer.limit(rows * shape.pixels());
        return OnnxTensor.createTensor(ENVIRONMENT, buffer, new long[] {rows, 1, shape.imageSize(), shape.imageSize()});
    }

    private static OnnxTensor tensor(FloatBuffer buffer, int rows, int columns) throws OrtException {
        return OnnxTensor.createTensor(ENVIRONMENT, buffer, new long[] {rows, columns});
    }

    private static void fill(FloatBuffer buffer, float[][] rows, int from, int count) {
        buffer.clear();
        for (int row = from; row < from + count; row++) {
            buffer.put(rows[row]);
        }
        buffer.flip();
    }

    private static void drain(FloatBuffer buffer, float[][] rows, int from, int count) {
        buffer.rewind();
        for (int row = from; row < from + count; row++) {
            buffer.get(rows[row]);
        }
        buffer.clear();
    }

    private static OrtSession session(String name, byte[] onnx, int threads) throws InvalidBundleException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // A pool thread that spins between calls would take a core from the callers.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return ENVIRONMENT.createSession(onnx, options);
        } catch (OrtException e) {
            throw new InvalidBundleException(name + " is refused by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(OrtSession session, Exception cause) {
        try {
            session.close();
        } catch (OrtException e) {
            cause.addSuppressed(e);
        }
    }

    /** Off-heap memory that one running call fills for the engine, and the engine for it: no copy in between. */
    private static final class Buffers {
        private final FloatBuffer style;
        private final FloatBuffer noise;
        private final LongBuffer classes;
        private final FloatBuffer image;
        private final FloatBuffer logits;

        Buffers(Shape shape) {
            style = floats(shape.styleSize());
            noise = floats(shape.noiseSize());
            classes = direct(MAX_ROWS * Long.BYTES).asLongBuffer();
            image = floats(shape.pixels());
            logits = floats(shape.classes());
        }

        private static FloatBuffer floats(int columns) {
            return direct(MAX_ROWS * columns * Float.BYTES).asFloatBuffer();
        }

        private static ByteBuffer direct(int bytes) {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }
    }
}
