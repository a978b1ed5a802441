package io.inkstream.trainer.style;

import java.util.Locale;

/**
 * What one style latent makes of all characters, each measure standardised over the hands that were looked at: 0 is an
 * ordinary hand, 1 is one in six.
 *
 * @param slant how far letters lean to the right
 * @param thickness how thick strokes are
 * @param roundness how round letters are
 * @param width how wide letters are for their height
 * @param legibility how surely the reader reads them
 * @param evenness how well the characters agree in slant, thickness and width
 * @param slantAngle how far letters lean, not standardised: horizontal over vertical
 * @param logThickness logarithm of how thick strokes are, up to a constant that is the same for all hands
 * @param logWidth logarithm of how wide letters are for their height, likewise
 */
public record HandMeasures(
        double slant,
        double thickness,
        double roundness,
        double width,
        double legibility,
        double evenness,
        double slantAngle,
        double logThickness,
        double logWidth) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "slant %+.1f (%+.2f), thickness %+.1f, roundness %+.1f, width %+.1f, legibility %+.1f, evenness %+.1f",
                slant,
                slantAngle,
                thickness,
                roundness,
                width,
                legibility,
                evenness);
    }
}
