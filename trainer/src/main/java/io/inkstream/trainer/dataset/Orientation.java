package io.inkstream.trainer.dataset;

import io.inkstream.schemas.bundle.ClassSpec;
import java.util.Locale;
import java.util.Map;

/** Which way images lie in their file: EMNIST's official files are transposed, most others upright. */
public enum Orientation {
    UPRIGHT,
    TRANSPOSED;

    private static final int SIDE = SampleSet.SIDE_PX;
    private static final int INK = 128;

    /** Returns the image as it should stand: a copy with rows and columns exchanged where it is transposed. */
    byte[] upright(byte[] image) {
        return this == UPRIGHT ? image : transpose(image);
    }

    static byte[] transpose(byte[] image) {
        byte[] transposed = new byte[image.length];
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                transposed[column * SIDE + row] = image[row * SIDE + column];
            }
        }
        return transposed;
    }

    /**
     * Finds the orientation of labelled images from their shapes: where letters that are written tall lie wide, the file
     * is transposed. For one thread.
     */
    static final class Judge {
        /** EMNIST gives 0.44, digits alone 0.47, a set of nothing but e -0.08: less than this says nothing. */
        private static final double LEAST_EVIDENCE = 0.15;

        private final Map<String, ClassSpec> classes;
        private double agreement;
        private double weight;
        private int seen;

        /** @param classes how tall and wide each character is when written */
        Judge(Map<String, ClassSpec> classes) {
            this.classes = classes;
        }

        void look(String character, byte[] image) {
            ClassSpec spec = character == null ? null : classes.get(character);
            double ratio = logHeightToWidth(image);
            if (spec == null || Double.isNaN(ratio)) {
                return;
            }
            double expected = Math.log((spec.height() + 0.2) / (spec.width() + 0.2));
            agreement += expected * ratio;
            weight += Math.abs(expected);
            seen++;
        }

        /** Mean agreement of drawn and expected shapes: positive is upright, negative transposed. */
        double evidence() {
            return weight == 0 ? 0 : agreement / weight;
        }

        boolean isSure() {
            return seen > 0 && Math.abs(evidence()) * Math.sqrt(seen) > 1 && Math.abs(evidence()) > LEAST_EVIDENCE;
        }

        Orientation orientation() {
            return evidence() < 0 ? TRANSPOSED : UPRIGHT;
        }

        String because() {
            String taller = evidence() < 0 ? "wider than tall" : "taller than wide";
            return String.format(
                    Locale.ROOT,
                    "characters that are written tall lie %s in %d samples, evidence %.2f",
                    taller,
                    seen,
                    evidence());
        }

        private static double logHeightToWidth(byte[] image) {
            int left = SIDE;
            int right = -1;
            int top = SIDE;
            int bottom = -1;
            for (int i = 0; i < image.length; i++) {
                if ((image[i] & 0xff) >= INK) {
                    left = Math.min(left, i % SIDE);
                    right = Math.max(right, i % SIDE);
                    top = Math.min(top, i / SIDE);
                    bottom = Math.max(bottom, i / SIDE);
                }
            }
            return right < 0 ? Double.NaN : Math.log((bottom - top + 1.0) / (right - left + 1.0));
        }
    }
}
