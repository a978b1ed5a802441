package io.inkstream.modelserver.predict;

import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a bundle on ND4J, whose backend (processor or CUDA) the class path decides; agrees with {@link OnnxPredictor} to
 * 1e-4.
 *
 * <p>A call of any size runs in pieces of exactly {@value #ROWS} rows, the last one filled up: ND4J's rows differ in their
 * last bits with the batch size, and drawings must not.
 */
public final class Nd4jPredictor implements Predictor {
    static final int ROWS = 16;

    /** The jars do not say their version; the build has one for all of them. */
    private static final String ENGINE = "nd4j-1.0.0-M2.1-";

    private final Shape shape;
    private final Nd4jNetwork generator;
    private final Nd4jNetwork reader;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    private Nd4jPredictor(Shape shape, Nd4jNetwork generator, Nd4jNetwork reader) {
        this.shape = shape;
        this.generator = generator;
        this.reader = reader;
    }

    /**
     * Loads both networks.
     *
     * @throws InvalidBundleException if one of them is not allowed or does not fit the manifest
     */
    public static Nd4jPredictor open(ModelBundle bundle) throws InvalidBundleException {
        Network generator = Network.generator(bundle.generatorOnnx(), bundle.manifest());
        Network reader = Network.reader(bundle.readerOnnx(), bundle.manifest());
        return new Nd4jPredictor(Shape.of(bundle.manifest()), new Nd4jNetwork(generator), new Nd4jNetwork(reader));
    }

    @Override
    public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
        shape.checkDraw(styles, noises, classes);
        return inPieces(
                classes.length,
                (from, rows) -> generator.run(
                        rows,
                        Nd4jNetwork.floats("style", padded(styles, from, rows, shape.styleSize())),
                        Nd4jNetwork.floats("noise", padded(noises, from, rows, shape.noiseSize())),
                        Nd4jNetwork.indices(
                                "char", Arrays.copyOf(Arrays.copyOfRange(classes, from, from + rows), ROWS))));
    }

    @Override
    public float[][] read(float[][] inks) {
        shape.checkRead(inks);
        return inPieces(
                inks.length,
                (from, rows) -> reader.run(
                        rows,
                        Nd4jNetwork.floats(
                                "ink",
                                padded(inks, from, rows, shape.pixels()),
                                ROWS,
                                1,
                                shape.imageSize(),
                                shape.imageSize())));
    }

    @Override
    public String engine() {
        return ENGINE
                + Nd4j.getBackend()
                        .getClass()
                        .getSimpleName()
                        .replace("Backend", "")
                        .toLowerCase(Locale.ROOT);
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
        } finally {
            life.writeLock().unlock();
        }
    }

    private interface Piece {
        float[][] run(int from, int rows);
    }

    private float[][] inPieces(int count, Piece piece) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the predictor is closed");
            }
            float[][] result = new float[count][];
            for (int from = 0; from < count; from += ROWS) {
                int rows = Math.min(ROWS, count - from);
                System.arraycopy(piece.run(from, rows), 0, result, from, rows);
            }
            return result;
        } finally {
            life.readLock().unlock();
        }
    }

    private static float[][] padded(float[][] rows, int from, int count, int columns) {
        float[][] padded = new float[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            padded[row] = row < count ? rows[from + row] : new float[columns];
        }
        return padded;
    }
}
