package io.inkstream.trainer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Draws raw glyphs with a generator and writes them as idx files, for anybody's own measurement. */
public final class GlyphDrawing {
    private static final int BATCH = 64;

    private GlyphDrawing() {}

    /** A generator. */
    @FunctionalInterface
    public interface Drawer {
        /**
         * Draws one glyph a row.
         *
         * @param classes class indices
         * @param styles a style latent a row
         * @param noises a noise a row
         * @return ink of 28 x 28 a row, 0 is paper and 1 is ink
         */
        float[][] draw(int[] classes, float[][] styles, float[][] noises);
    }

    /**
     * What to draw.
     *
     * @param perClass glyphs of each character
     * @param seed the same seed draws the same glyphs
     * @param styleSize dimensions of the style latent
     * @param noiseSize dimensions of the noise
     * @param styleScale factor on the standard normal style of each glyph; 1 is what the generator learned with
     * @param noiseScale likewise for the noise
     */
    public record Request(int perClass, long seed, int styleSize, int noiseSize, double styleScale, double noiseScale) {
        public Request {
            if (perClass < 1 || styleSize < 1 || noiseSize < 1) {
                throw new IllegalArgumentException("need at least one glyph a class and one dimension, got " + perClass
                        + ", " + styleSize + ", " + noiseSize);
            }
        }
    }

    /** Draws the glyphs of all classes, each with a style and a noise of its own; class after class. */
    public static SampleSet draw(CharacterClasses classes, Request request, Drawer drawer) {
        SampleSet.Builder builder = SampleSet.builder(classes);
        for (int c = 0; c < classes.size(); c++) {
            // Each class has its own numbers: the glyphs of 'a' do not depend on how many '!' were drawn before.
            Random random = new Random(request.seed() * 1_000_003 + c);
            for (int done = 0; done < request.perClass(); done += BATCH) {
                int n = Math.min(BATCH, request.perClass() - done);
                int[] labels = new int[n];
                float[][] styles = new float[n][];
                float[][] noises = new float[n][];
                for (int i = 0; i < n; i++) {
                    labels[i] = c;
                    styles[i] = normal(random, request.styleSize(), request.styleScale());
                    noises[i] = normal(random, request.noiseSize(), request.noiseScale());
                }
                for (float[] ink : drawer.draw(labels, styles, noises)) {
                    builder.add(
                            bytes(ink),
                            c,
                            SampleSet.UNKNOWN_WRITER,
                            SampleSet.UNKNOWN_SUPPORT,
                            "generated",
                            SampleSet.Split.TRAIN);
                }
            }
        }
        return builder.build();
    }

    /** Draws and writes {@code images-idx3-ubyte.gz} and {@code labels-idx1-ubyte.gz}. */
    public static void write(CharacterClasses classes, Request request, Drawer drawer, Path folder) throws IOException {
        DatasetExport.write(draw(classes, request, drawer), folder, "");
    }

    private static float[] normal(Random random, int size, double scale) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private static byte[] bytes(float[] ink) {
        byte[] image = new byte[SampleSet.PIXELS];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, ink[i])));
        }
        return image;
    }
}
