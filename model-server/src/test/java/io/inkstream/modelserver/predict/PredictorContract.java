package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine promises. */
abstract class PredictorContract {
    private static final int ROWS = 53;
    private static final int CLASSES = TestBundles.CHARACTERS.length();

    private final float[][] styles = gaussian(1, TestBundles.STYLE);
    private final float[][] noises = gaussian(2, TestBundles.NOISE);
    private final int[] classes = new Random(3).ints(ROWS, 0, CLASSES).toArray();
    private Predictor predictor;

    abstract Predictor open(ModelBundle bundle) throws InvalidBundleException;

    @BeforeEach
    void open() throws InvalidBundleException {
        predictor = open(TestBundles.good("test", "1", 7));
    }

    @AfterEach
    void close() {
        predictor.close();
    }

    @Test
    void rowsHaveTheSameBitsInWhateverBatchTheyTravel() {
        float[][] inks = predictor.draw(styles, noises, classes);
        float[][] logits = predictor.read(inks);
        for (int size : new int[] {1, 2, 5, 16, 17, 31}) {
            for (int from = 0; from + size <= ROWS; from += size) {
                int to = from + size;
                float[][] part = predictor.draw(
                        Arrays.copyOfRange(styles, from, to),
                        Arrays.copyOfRange(noises, from, to),
                        Arrays.copyOfRange(classes, from, to));
                assertThat(part).isDeepEqualTo(Arrays.copyOfRange(inks, from, to));
                assertThat(predictor.read(part)).isDeepEqualTo(Arrays.copyOfRange(logits, from, to));
            }
        }
    }

    @Test
    void manyThreadsGetTheSameBits() throws Exception {
        float[][] inks = predictor.draw(styles, noises, classes);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[][]>> drawn = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                drawn.add(threads.submit(() -> predictor.draw(styles, noises, classes)));
            }
            for (Future<float[][]> one : drawn) {
                assertThat(one.get()).isDeepEqualTo(inks);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void resultsHaveTheSizesOfTheManifest() {
        float[][] inks = predictor.draw(styles, noises, classes);
        assertThat(inks).hasDimensions(ROWS, TestBundles.SIDE * TestBundles.SIDE);
        assertThat(predictor.read(inks)).hasDimensions(ROWS, CLASSES);
    }

    @Test
    void noRowsGiveNoRows() {
        assertThat(predictor.draw(new float[0][], new float[0][], new int[0])).isEmpty();
        assertThat(predictor.read(new float[0][])).isEmpty();
    }

    @Test
    void inputOfAnotherSizeIsRefusedBeforeItReachesTheEngine() {
        float[][] one = {new float[TestBundles.STYLE]};
        float[][] noise = {new float[TestBundles.NOISE]};
        assertThatThrownBy(() -> predictor.draw(one, noise, new int[] {CLASSES}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("class 10 is not in 0 to 9");
        assertThatThrownBy(() -> predictor.draw(noise, noise, new int[1])).hasMessageContaining("style needs 4");
        assertThatThrownBy(() -> predictor.draw(one, noise, new int[2])).hasMessageContaining("as many");
        assertThatThrownBy(() -> predictor.read(one)).hasMessageContaining("ink needs 784");
    }

    @Test
    void aClosedPredictorSaysSo() {
        predictor.close();
        predictor.close();
        assertThatThrownBy(() -> predictor.draw(styles, noises, classes)).isInstanceOf(IllegalStateException.class);
    }

    private static float[][] gaussian(long seed, int columns) {
        Random random = new Random(seed);
        float[][] rows = new float[ROWS][columns];
        for (float[] row : rows) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }
}
