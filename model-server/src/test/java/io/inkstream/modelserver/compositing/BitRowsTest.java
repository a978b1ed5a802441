package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BitRowsTest {
    private static final int[] ROWS = {-1, -1, 0, 1, 1, 1, 0, -1};
    private static final int[] COLUMNS = {0, 1, 1, 1, 0, -1, -1, -1};
    private static final float[] LEVELS = {.2f, .35f, .5f, .65f, .8f};

    /** Rows of one word, of two, of a part of one, and of five; blobs, so that there is something to thin, and noise. */
    @Property(tries = 400)
    void anyInkIsThinnedAsPixelByPixel(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int scale, @ForAll boolean noise) {
        Random random = new Random(seed);
        int glyphSide = 8 + random.nextInt(40);
        float[] ink = noise ? noise(random, glyphSide) : blobs(random, glyphSide);
        assertSame(ink, glyphSide, scale);
    }

    @Test
    void drawingsOfTheShippedModelAreThinnedAsPixelByPixel() throws Exception {
        ModelBundle bundle = ModelBundle.parse(TestBundles.shipped(), 1 << 28);
        Manifest manifest = bundle.manifest();
        Random random = new Random(5);
        int drawings = 300;
        float[][] styles = new float[drawings][manifest.styleSize()];
        float[][] noises = new float[drawings][manifest.noiseSize()];
        int[] classes = new int[drawings];
        for (int i = 0; i < drawings; i++) {
            fill(styles[i], .78, random);
            fill(noises[i], .68, random);
            classes[i] = random.nextInt(manifest.classes().size());
        }
        try (OnnxPredictor predictor = OnnxPredictor.open(bundle, 1)) {
            for (float[] ink : predictor.draw(styles, noises, classes)) {
                assertSame(ink, manifest.imageSize(), 4);
                assertSame(ink, manifest.imageSize(), 2);
            }
        }
    }

    private static void fill(float[] latent, double scale, Random random) {
        for (int i = 0; i < latent.length; i++) {
            latent[i] = (float) (scale * random.nextGaussian());
        }
    }

    private static float[] noise(Random random, int side) {
        float density = random.nextFloat();
        float[] ink = new float[side * side];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = random.nextFloat() < density ? random.nextFloat() : 0;
        }
        return ink;
    }

    private static float[] blobs(Random random, int side) {
        float[] ink = new float[side * side];
        for (int blob = 1 + random.nextInt(6); blob > 0; blob--) {
            float x = side * random.nextFloat();
            float y = side * random.nextFloat();
            float radius = 1 + 5 * random.nextFloat();
            for (int p = 0; p < ink.length; p++) {
                int row = p / side;
                float distance = (float) Math.hypot(p % side + .5f - x, row + .5f - y);
                ink[p] = Math.max(ink[p], Math.max(0, Math.min(1, .5f + radius - distance)));
            }
        }
        return ink;
    }

    private static void assertSame(float[] ink, int glyphSide, int scale) {
        UpsampledInk upsampled = new UpsampledInk(glyphSide, scale);
        upsampled.load(ink);
        int side = upsampled.side();
        BitRows rows = new BitRows(side);
        for (float level : LEVELS) {
            rows.clear();
            boolean[][] slow = new boolean[side][side];
            for (int row = 1; row < side - 1; row++) {
                rows.cut(row, upsampled.pixels(), level);
                for (int column = 1; column < side - 1; column++) {
                    slow[row][column] = upsampled.pixels()[row * side + column] >= level;
                }
            }
            rows.thin();
            PixelThinning.thin(slow);

            List<Integer> expected = IntStream.range(0, side * side)
                    .filter(pixel -> slow[pixel / side][pixel % side])
                    .boxed()
                    .toList();
            int[] listed = new int[side * side];
            int count = rows.list(listed);
            assertThat(Arrays.stream(listed, 0, count).boxed().toList()).isEqualTo(expected);
            for (int pixel : expected) {
                int neighbours = rows.neighbours(pixel / side, pixel % side);
                for (int k = 0; k < 8; k++) {
                    boolean isBlack = slow[pixel / side + ROWS[k]][pixel % side + COLUMNS[k]];
                    assertThat(neighbours >> k & 1).isEqualTo(isBlack ? 1 : 0);
                }
            }
        }
    }
}
