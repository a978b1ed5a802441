package io.inkstream.schemas.bundle;

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

    public StyleSpec {
        latent = latent.clone();
    }

    @Override
    public float[] latent() {
        return latent.clone();
    }
}
