package io.inkstream.modelserver.predict;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.schemas.bundle.InvalidBundleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntFunction;

/**
 * One network in ONNX Runtime, freed only when nobody runs it. Thread-safe.
 *
 * @param <B> off-heap memory that one running call fills for the engine, and the engine for it: no copy in between
 */
final class OnnxNetwork<B> implements AutoCloseable {
    static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OnnxProvider provider;
    private final OrtSession session;
    private final IntFunction<B> buffers;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final ConcurrentLinkedQueue<B> idle = new ConcurrentLinkedQueue<>();
    private boolean closed;

    /** One call of the engine, or some. */
    interface Run<B> {
        float[][] with(OrtSession session, B buffers) throws OrtException;
    }

    /**
     * Loads a network that was found harmless.
     *
     * @param name for messages
     * @param threads threads that one call may use, at least 1
     * @param buffers makes what one call of so many rows runs on; kept for later calls
     * @throws InvalidBundleException if ONNX Runtime refuses it
     * @throws PredictionException if ONNX Runtime cannot load it now
     */
    OnnxNetwork(String name, byte[] onnx, OnnxProvider provider, int threads, IntFunction<B> buffers)
            throws InvalidBundleException {
        this.provider = provider;
        this.buffers = requireNonNull(buffers, "buffers");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // A pool thread that spins between calls would take a core from the callers.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            provider.addTo(options);
            session = ENVIRONMENT.createSession(onnx, options);
        } catch (OrtException e) {
            if (isVerdict(e.getCode())) {
                throw new InvalidBundleException(name + " is refused by ONNX Runtime: " + e.getMessage(), e);
            }
            throw new PredictionException("ONNX Runtime cannot load " + name + " now: " + e.getMessage(), e);
        }
    }

    /** Whether an error speaks of the file; all others may be of the machine, such as of its memory. */
    private static boolean isVerdict(OrtException.OrtErrorCode code) {
        return switch (code) {
            case ORT_INVALID_PROTOBUF, ORT_INVALID_GRAPH, ORT_NOT_IMPLEMENTED, ORT_INVALID_ARGUMENT, ORT_NO_MODEL ->
                true;
            default -> false;
        };
    }

    /**
     * Runs it.
     *
     * @throws PredictionException if the engine fails
     * @throws IllegalStateException if it is closed
     */
    float[][] run(Run<B> run) {
        Lock running = life.readLock(); // freeing a network under a running call would crash the process
        running.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the network is closed");
            }
            B polled = idle.poll();
            B own = polled == null ? buffers.apply(provider.maxRows()) : polled;
            float[][] result = run.with(session, own);
            idle.add(own);
            return result;
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime failed: " + e.getMessage(), e);
        } finally {
            running.unlock();
        }
    }

    /** What the file says under a key about itself, or null. */
    String note(String key) {
        try {
            return session.getMetadata().getCustomMetadata().get(key);
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime does not tell a network's notes: " + e.getMessage(), e);
        }
    }

    /** Most rows that one call of the engine takes. */
    int maxRows() {
        return provider.maxRows();
    }

    /** How many rows the tensors of a call have that is asked for so many; the contents of the others do not matter. */
    int padded(int rows) {
        return provider.padded(rows);
    }

    /** Names the engine, its version, and where it computes unless that is the processor. */
    String engine() {
        return "onnxruntime-" + ENVIRONMENT.getVersion() + provider.suffix();
    }

    /** Waits for running calls, then frees the network; a second call does nothing. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
                idle.clear();
            }
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime did not free a network: " + e.getMessage(), e);
        } finally {
            life.writeLock().unlock();
        }
    }

    // Rows in and out of the engine's memory -----------------------------------------------------------------------

    static FloatBuffer floats(int rows, int columns) {
        return direct(rows * columns * Float.BYTES).asFloatBuffer();
    }

    static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** A tensor [rows, extents...] over the begin of a buffer. */
    static OnnxTensor tensor(FloatBuffer buffer, int rows, long... extents) throws OrtException {
        long[] shape = new long[extents.length + 1];
        shape[0] = rows;
        int columns = 1;
        for (int i = 0; i < extents.length; i++) {
            shape[i + 1] = extents[i];
            columns *= (int) extents[i];
        }
        buffer.position(0).limit(rows * columns);
        return OnnxTensor.createTensor(ENVIRONMENT, buffer, shape);
    }

    static void fill(FloatBuffer buffer, float[][] rows, int from, int count) {
        buffer.clear();
        for (int row = from; row < from + count; row++) {
            buffer.put(rows[row]);
        }
        buffer.flip();
    }

    static void drain(FloatBuffer buffer, float[][] rows, int from, int count) {
        buffer.rewind();
        for (int row = from; row < from + count; row++) {
            buffer.get(rows[row]);
        }
        buffer.clear();
    }
}
