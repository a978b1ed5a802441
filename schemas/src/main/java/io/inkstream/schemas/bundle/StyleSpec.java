package io.inkstream.schemas.bundle;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A named style of a model: where in the style space its writers live and how they hold the pen. Lengths are x-heights.
 *
 * @param name what documents say
 * @param description one sentence for people who choose
 * @param latent centre of the style, one value for each dimension of the style latent; empty for the origin
 * @param spread how far seeds move from the centre: latent = centre + spread * standard normal; 0 is one writer
 * @param slant common slant of the hand, right-leaning positive, -0.5 to 0.5
 * @param slantSpread standard deviation of the slant between seeds
 * @param pen width of the pen, 0.05 to 0.3
 * @param gap gap between letters
 * @param wordSpace gap between words
 * @param noiseScale factor on the noise of each glyph, 0 to 1; smaller is more legible and less varied
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record StyleSpec(
        String name,
        String description,
        float[] latent,
        double spread,
        double slant,
        double slantSpread,
        double pen,
        double gap,
        double wordSpace,
        double noiseScale) {

    /** @throws IllegalArgumentException if a value is out of its range */
    public StyleSpec {
        if (name == null || name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("a style's name has 1 to 100 characters, not '" + name + "'");
        }
        String of = " of style '" + name + "'";
        description = description == null ? "" : description;
        latent = latent == null ? new float[0] : latent.clone();
        for (float value : latent) {
            Checks.range("a latent value" + of, value, -1000, 1000);
        }
        Checks.range("spread" + of, spread, 0, 10);
        Checks.range("slant" + of, slant, -0.5, 0.5);
        Checks.range("slantSpread" + of, slantSpread, 0, 1);
        Checks.range("pen" + of, pen, 0.05, 0.3);
        Checks.range("gap" + of, gap, 0, 5);
        Checks.range("wordSpace" + of, wordSpace, 0, 10);
        Checks.range("noiseScale" + of, noiseScale, 0, 1);
    }

    @Override
    public float[] latent() {
        return latent.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StyleSpec that
                && name.equals(that.name)
                && description.equals(that.description)
                && Arrays.equals(latent, that.latent)
                && numbers().equals(that.numbers());
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, description, Arrays.hashCode(latent), numbers());
    }

    private List<Double> numbers() {
        return List.of(spread, slant, slantSpread, pen, gap, wordSpace, noiseScale);
    }
}
