package io.inkstream.ops.replay;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.OutputFormat;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a line that was drawn again compares with its image. Within one engine and one processor family the bytes must be
 * equal; across them the engines round differently, and the pixels are compared.
 *
 * @param isEqual whether it is the same drawing
 * @param compared what was compared
 * @param meanDifference mean absolute difference of the ink, 0 to 1; 1 where the sizes differ
 * @param maxDifference the largest of a pixel
 * @param notes what differs in how the two were drawn, a sentence each
 */
public record Comparison(
        boolean isEqual, What compared, double meanDifference, double maxDifference, List<String> notes) {
    /** A last bit in the ink moves an edge by a fraction of a grey level; another letter form differs by a hundredth. */
    static final double MEAN_TOLERANCE = 0.001;

    /** What two images are compared by. */
    public enum What {
        BYTES,
        PIXELS
    }

    /**
     * Compares.
     *
     * @throws IOException if one of them is in no output format
     */
    public static Comparison of(byte[] png, Provenance drawnBy, Redrawn again) throws IOException {
        List<String> notes = new ArrayList<>();
        boolean isSameRounding = note(notes, "engine", drawnBy.getPredictor(), again.predictor())
                & note(notes, "processor family", drawnBy.getCpuFamily(), again.cpuFamily());
        note(notes, "code version", drawnBy.getCodeVersion(), again.codeVersion());
        CodeVersion.drawsOtherwise(drawnBy.getCodeVersion()).ifPresent(notes::add);
        OutputFormat format = OutputFormat.of(drawnBy);
        // The mark is of the image that was drawn first; what is drawn again has none of its own.
        byte[] other = format.withXmpOf(png, again.png());
        if (Arrays.equals(png, other)) {
            return new Comparison(true, What.BYTES, 0, 0, notes);
        }
        if (format.isVector()) {
            notes.add("the strokes differ, and have no pixels to be compared by");
            return new Comparison(false, What.BYTES, 1, 1, notes);
        }
        Raster a = OutputFormat.grey(png).getRaster();
        Raster b = OutputFormat.grey(other).getRaster();
        if (a.getWidth() != b.getWidth() || a.getHeight() != b.getHeight()) {
            notes.add("the sizes differ: " + a.getWidth() + " x " + a.getHeight() + " then, " + b.getWidth() + " x "
                    + b.getHeight() + " now");
            return new Comparison(false, isSameRounding ? What.BYTES : What.PIXELS, 1, 1, notes);
        }
        long sum = 0;
        int most = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                int difference = Math.abs(a.getSample(x, y, 0) - b.getSample(x, y, 0));
                sum += difference;
                most = Math.max(most, difference);
            }
        }
        if (most == 0) {
            notes.add("the pixels are equal, but another PNG encoder was used");
            return new Comparison(true, What.PIXELS, 0, 0, notes);
        }
        double mean = sum / (255.0 * a.getWidth() * a.getHeight());
        return isSameRounding
                ? new Comparison(false, What.BYTES, mean, most / 255.0, notes)
                : new Comparison(mean <= MEAN_TOLERANCE, What.PIXELS, mean, most / 255.0, notes);
    }

    private static boolean note(List<String> notes, String what, String then, String now) {
        if (!then.equals(now)) {
            notes.add("the " + what + " was " + then + " and is " + now);
        }
        return then.equals(now);
    }
}
