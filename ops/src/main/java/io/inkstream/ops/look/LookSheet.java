package io.inkstream.ops.look;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.ops.explore.GridSheet;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows each degradation at three strengths, and each look with three seeds. */
public final class LookSheet {
    /** Shares of a range; the middle of a skew would show nothing. */
    private static final double[] SHARES = {.1, .6, 1};

    private LookSheet() {}

    /**
     * Draws the sheet.
     *
     * @param picture that all of it happens to
     * @param seed of the first column; the others have the next ones
     */
    public static BufferedImage draw(GreyImage picture, long seed) {
        List<List<GreyImage>> rows = new ArrayList<>();
        List<String> beside = new ArrayList<>();
        for (Degradation degradation : Degradation.values()) {
            List<GreyImage> row = new ArrayList<>();
            List<String> strengths = new ArrayList<>();
            for (int i = 0; i < SHARES.length; i++) {
                double strength = degradation.range().at(SHARES[i]);
                strengths.add(String.format(Locale.ROOT, "%.3g", strength));
                row.add(Look.of(degradation, strength).on(picture, seed + i).picture());
            }
            rows.add(row);
            beside.add(degradation.id() + " " + String.join(" / ", strengths));
        }
        for (Look look : Look.presets()) {
            List<GreyImage> row = new ArrayList<>();
            for (int i = 0; i < SHARES.length; i++) {
                row.add(look.on(picture, seed + i).picture());
            }
            rows.add(row);
            beside.add("look " + look.name());
        }
        List<String> above =
                List.of("weak, or seed " + seed, "medium, or seed " + (seed + 1), "strong, or seed " + (seed + 2));
        return GridSheet.draw(rows, new GridSheet.Names(above, List.of("", "", ""), beside));
    }
}
