package io.inkstream.modelserver.hand;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.bundle.ClassSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much of a reader's probability for each class counts as reading another: all of it for the class itself, most of it for
 * what looks alike, none for the rest. Takes memory by the look-alikes that a manifest names, not by its classes squared.
 * Immutable.
 */
final class Credits {
    /** What size tells apart, c from C, or nobody does, l from 1, counts nearly in full; not quite, or M would do as m. */
    private static final float LOOKALIKE = .93f;

    /** The two cases of a letter that have one size differ in form: k may not look like K. */
    private static final float OTHER_CASE = .6f;

    /** By class: the classes that count, ascending, and how much each does. */
    private final int[][] indices;

    private final float[][] shares;

    Credits(List<ClassSpec> classes) {
        Map<String, Integer> byCharacter = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            byCharacter.put(classes.get(i).character(), i);
        }
        indices = new int[classes.size()][];
        shares = new float[classes.size()][];
        for (int i = 0; i < indices.length; i++) {
            ClassSpec wanted = classes.get(i);
            int self = i;
            indices[i] = IntStream.concat(
                            IntStream.of(i),
                            Graphemes.split(wanted.lookalikes()).stream()
                                    .mapToInt(alike -> byCharacter.getOrDefault(alike, self)))
                    .sorted()
                    .distinct()
                    .toArray();
            shares[i] = new float[indices[i].length];
            for (int k = 0; k < indices[i].length; k++) {
                shares[i][k] = indices[i][k] == i ? 1 : share(wanted, classes.get(indices[i][k]));
            }
        }
    }

    /**
     * The reader's probability of the classes, each times its credit.
     *
     * @param logits of the reader, one a class
     */
    double probability(int classIndex, float[] logits) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            greatest = Math.max(greatest, logit);
        }
        double wanted = 0;
        double all = 0;
        int[] counted = indices[classIndex];
        int next = 0;
        for (int i = 0; i < logits.length; i++) {
            double e = StrictMath.exp(logits[i] - greatest);
            all += e;
            if (next < counted.length && counted[next] == i) {
                wanted += shares[classIndex][next++] * e;
            }
        }
        return wanted / all;
    }

    /** Look-alikes that are named, the classes themselves included; what memory goes by. */
    int size() {
        return Arrays.stream(indices).mapToInt(counted -> counted.length).sum();
    }

    private static float share(ClassSpec wanted, ClassSpec other) {
        boolean otherCase = wanted.character().equalsIgnoreCase(other.character());
        return otherCase && !isToldApartBySize(wanted, other) ? OTHER_CASE : LOOKALIKE;
    }

    private static boolean isToldApartBySize(ClassSpec a, ClassSpec b) {
        return Math.abs(StrictMath.log(a.height() / b.height())) > .25
                || Math.abs(StrictMath.log(a.width() / b.width())) > .35
                || Math.abs(a.bottom() - b.bottom()) > .3;
    }
}
