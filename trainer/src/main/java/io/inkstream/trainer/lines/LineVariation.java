package io.inkstream.trainer.lines;

import static io.inkstream.schemas.reading.LineView.HEIGHT;
import static io.inkstream.schemas.reading.LineView.NETWORK_HEIGHT;

import io.inkstream.schemas.reading.LineView;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Shows a line as it might have been written or photographed another time: stretched, leaning, tilted, bent, with another pen,
 * blurred, noisy.
 */
final class LineVariation {
    private static final double WIDTH = .22;
    private static final double SIZE = .15;
    private static final double LEAN = .35;
    private static final double TILT = .02;
    private static final double SHIFT_PX = 3;
    private static final double BEND_ALONG_PX = 3.5;
    private static final double BEND_ACROSS_PX = 2;
    private static final int BEND_EVERY_PX = 40;

    private LineVariation() {}

    /** A picture [rows, columns] for a network. */
    record Picture(float[] ink, int columns) {
        /** Columns of one before it is filled up to a width. */
        static Picture of(LineView view) {
            int columns = view.columns();
            return new Picture(LinePictures.picture(view, columns), columns);
        }
    }

    /** Varies a view at random. */
    static Picture of(LineView view, RandomGenerator random) {
        double wide = Math.exp(even(random, WIDTH));
        double high = Math.exp(even(random, SIZE));
        double lean = even(random, LEAN);
        double tilt = even(random, TILT);
        double down = even(random, SHIFT_PX);
        double leant = Math.abs(lean) * HEIGHT / 2 + 2;
        wide = Math.min(wide, (LineView.MOST_WIDTH - leant) / view.width()); // no letter is cut off
        int width = (int) (view.width() * wide + leant);
        int columns = LineView.columns(width);
        int knots = width / BEND_EVERY_PX + 3;
        double[] along = knots(knots, BEND_ALONG_PX, random);
        double[] across = knots(knots, BEND_ACROSS_PX, random);
        double middle = HEIGHT / 2.0;
        float[] picture = new float[NETWORK_HEIGHT * columns];
        for (int row = 0; row < NETWORK_HEIGHT; row++) {
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int i = 0; i < 2; i++) {
                    for (int j = 0; j < 2; j++) {
                        double v = 2 * row + i + .5;
                        double u = 2 * (column - 1) + j + .5;
                        double knot = Math.max(0, u / BEND_EVERY_PX);
                        double y = (v - middle - down) / high + middle + tilt * (u - width / 2.0) + at(across, knot);
                        double x =
                                (u - width / 2.0 + lean * (v - middle)) / wide + view.width() / 2.0 + at(along, knot);
                        sum += pixel(view, x - .5, y - .5);
                    }
                }
                picture[row * columns + column] = (float) (sum / (4 * 255));
            }
        }
        double pen = random.nextDouble();
        if (pen < .25) {
            thicken(picture, columns, (float) random.nextDouble(.2, .7));
        } else if (pen < .45) {
            thin(picture, (float) random.nextDouble(.1, .35));
        }
        if (random.nextDouble() < .25) {
            blur(picture, columns);
        }
        if (random.nextDouble() < .3) {
            double noise = random.nextDouble(.02, .1);
            for (int i = 0; i < picture.length; i++) {
                picture[i] = clamp((float) (picture[i] + noise * random.nextGaussian()));
            }
        }
        return new Picture(picture, columns);
    }

    private static double even(RandomGenerator random, double most) {
        return (2 * random.nextDouble() - 1) * most;
    }

    private static double[] knots(int count, double most, RandomGenerator random) {
        double deviation = random.nextDouble() * most;
        double[] knots = new double[count];
        Arrays.setAll(knots, i -> deviation * random.nextGaussian());
        return knots;
    }

    private static double at(double[] knots, double place) {
        int left = Math.min((int) place, knots.length - 2);
        double right = Math.min(1, place - left);
        return (1 - right) * knots[left] + right * knots[left + 1];
    }

    private static double pixel(LineView view, double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        if (column < -1 || column >= view.width() || row < -1 || row >= HEIGHT) {
            return 0;
        }
        double right = x - column;
        double down = y - row;
        return (1 - down) * ((1 - right) * ink(view, row, column) + right * ink(view, row, column + 1))
                + down * ((1 - right) * ink(view, row + 1, column) + right * ink(view, row + 1, column + 1));
    }

    private static int ink(LineView view, int row, int column) {
        boolean inside = row >= 0 && row < HEIGHT && column >= 0 && column < view.width();
        return inside ? view.ink()[row * view.width() + column] & 0xff : 0;
    }

    /** Towards the darkest of each pixel and those right of and below it. */
    private static void thicken(float[] picture, int columns, float share) {
        for (int i = 0; i < picture.length; i++) {
            float darkest = picture[i];
            if ((i + 1) % columns != 0) {
                darkest = Math.max(darkest, picture[i + 1]);
            }
            if (i + columns < picture.length) {
                darkest = Math.max(darkest, picture[i + columns]);
            }
            picture[i] += share * (darkest - picture[i]);
        }
    }

    private static void thin(float[] picture, float loss) {
        for (int i = 0; i < picture.length; i++) {
            picture[i] = clamp(picture[i] * (1 + loss) - loss);
        }
    }

    /** A quarter, a half, a quarter, along both axes. */
    private static void blur(float[] picture, int columns) {
        float[] before = picture.clone();
        for (int i = 1; i < picture.length - 1; i++) {
            if (i % columns != 0 && (i + 1) % columns != 0) {
                picture[i] = .5f * before[i] + .25f * (before[i - 1] + before[i + 1]);
            }
        }
        float[] across = picture.clone();
        for (int i = columns; i < picture.length - columns; i++) {
            picture[i] = .5f * across[i] + .25f * (across[i - columns] + across[i + columns]);
        }
    }

    private static float clamp(float value) {
        return Math.max(0f, Math.min(1f, value));
    }
}
