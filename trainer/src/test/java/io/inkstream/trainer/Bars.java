package io.inkstream.trainer;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import java.util.SplittableRandom;

/** Makes sets of simple shapes that stand for handwriting: each class is a bar of its own angle, jittered. */
public final class Bars {
    /** Of one code point and of two, in ASCII and beyond: a training takes any. */
    public static final CharacterClasses CLASSES = new CharacterClasses("aéλọ\u0301");

    private Bars() {}

    /** Returns {@code perClass} bars of each class for training, and half as many for testing; eight writers. */
    public static SampleSet samples(int perClass, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SampleSet.Builder builder = SampleSet.builder(CLASSES);
        for (int c = 0; c < CLASSES.size(); c++) {
            for (int k = 0; k < perClass + perClass / 2; k++) {
                byte[] image = bar(
                        Math.PI * c / CLASSES.size() + random.nextGaussian() * 0.08,
                        1.2 + random.nextDouble(),
                        random.nextGaussian(),
                        random.nextGaussian());
                builder.add(
                        image, c, k % 8, SampleSet.UNKNOWN_SUPPORT, "bars", k < perClass ? Split.TRAIN : Split.TEST);
            }
        }
        return builder.build();
    }

    /** Draws a bar through the middle, moved by (dx, dy) pixels. */
    public static byte[] bar(double angle, double halfWidth, double dx, double dy) {
        byte[] image = new byte[SampleSet.PIXELS];
        for (int i = 0; i < image.length; i++) {
            double x = i % SampleSet.SIDE_PX - 13.5 - dx;
            double y = i / SampleSet.SIDE_PX - 13.5 - dy;
            double along = x * Math.cos(angle) + y * Math.sin(angle);
            double across = Math.abs(-x * Math.sin(angle) + y * Math.cos(angle));
            double ink =
                    Math.min(1, Math.max(0, halfWidth + 0.5 - across)) * Math.min(1, Math.max(0, 10 - Math.abs(along)));
            image[i] = (byte) Math.round(255 * ink);
        }
        return image;
    }
}
