package io.inkstream.ops.look;

import io.inkstream.modelserver.compositing.GreyImage;
import java.util.random.RandomGenerator;

/** Greys of a picture between two degradations, 0 is ink and 255 is paper, not yet rounded. For one thread. */
final class Canvas {
    private static final float PAPER = 255;

    private final int width;
    private final int height;
    private final float[] greys;

    Canvas(int width, int height, float[] greys) {
        this.width = width;
        this.height = height;
        this.greys = greys;
    }

    static Canvas of(GreyImage picture) {
        byte[] pixels = picture.pixels();
        float[] greys = new float[pixels.length];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = pixels[i] & 0xff;
        }
        return new Canvas(picture.widthPx(), picture.heightPx(), greys);
    }

    GreyImage picture() {
        byte[] pixels = new byte[greys.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(Math.max(0, Math.min(PAPER, greys[i])));
        }
        return new GreyImage(width, height, pixels);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** What a pixel becomes. */
    interface Pixel {
        float of(float grey, int x, int y, int index);
    }

    Canvas map(Pixel pixel) {
        float[] mapped = new float[greys.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                mapped[i] = pixel.of(greys[i], x, y, i);
            }
        }
        return new Canvas(width, height, mapped);
    }

    float at(int index) {
        return greys[index];
    }

    /** The darkest, or the lightest, of each pixel and its four neighbours. */
    Canvas spread(boolean dark) {
        return map((grey, x, y, i) -> {
            float best = grey;
            best = x > 0 ? pick(best, greys[i - 1], dark) : best;
            best = x < width - 1 ? pick(best, greys[i + 1], dark) : best;
            best = y > 0 ? pick(best, greys[i - width], dark) : best;
            return y < height - 1 ? pick(best, greys[i + width], dark) : best;
        });
    }

    private static float pick(float a, float b, boolean dark) {
        return dark ? Math.min(a, b) : Math.max(a, b);
    }

    /** Blurred by a Gaussian; beyond the edges the picture goes on as it ends. */
    Canvas blurred(double sigmaPx) {
        int reach = Math.max(1, (int) Math.ceil(3 * sigmaPx));
        float[] weights = new float[2 * reach + 1];
        double sum = 0;
        for (int i = -reach; i <= reach; i++) {
            double weight = StrictMath.exp(-i * i / (2 * sigmaPx * sigmaPx));
            weights[i + reach] = (float) weight;
            sum += weight;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= (float) sum;
        }
        Canvas across = map((grey, x, y, index) -> {
            float value = 0;
            for (int k = -reach; k <= reach; k++) {
                value += weights[k + reach] * greys[y * width + Math.max(0, Math.min(width - 1, x + k))];
            }
            return value;
        });
        return across.map((grey, x, y, index) -> {
            float value = 0;
            for (int k = -reach; k <= reach; k++) {
                value += weights[k + reach] * across.greys[Math.max(0, Math.min(height - 1, y + k)) * width + x];
            }
            return value;
        });
    }

    /**
     * Smooth random values, 0 to 1, for each pixel.
     *
     * @param cellPx how far apart two places are that have nothing to do with each other
     */
    static float[] clouds(int width, int height, double cellPx, RandomGenerator random) {
        int columns = (int) (width / cellPx) + 2;
        int rows = (int) (height / cellPx) + 2;
        float[] lattice = new float[columns * rows];
        for (int i = 0; i < lattice.length; i++) {
            lattice[i] = random.nextFloat();
        }
        float[] values = new float[width * height];
        for (int y = 0; y < height; y++) {
            int row = (int) (y / cellPx);
            float down = smooth((float) (y / cellPx - row));
            for (int x = 0; x < width; x++) {
                int column = (int) (x / cellPx);
                float along = smooth((float) (x / cellPx - column));
                int at = row * columns + column;
                float above = lattice[at] + along * (lattice[at + 1] - lattice[at]);
                float below = lattice[at + columns] + along * (lattice[at + columns + 1] - lattice[at + columns]);
                values[y * width + x] = above + down * (below - above);
            }
        }
        return values;
    }

    /** From 0 to 1 without a kink at either end. */
    static float smooth(float share) {
        float s = Math.max(0, Math.min(1, share));
        return s * s * (3 - 2 * s);
    }
}
