package io.inkstream.ops.explore;

import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.Distribution;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.trainer.style.HandMeasures;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Makes hands of other hands. Letters come from the latent; what the composer of lines does, such as slant, pen and spacing,
 * is told by the traits, which have to go with it: the composer gives letters of any latent the slant and the pen that the
 * traits say.
 */
public final class StyleMix {
    private static final double STEEPEST = .5;
    private static final double THINNEST = .05;
    private static final double THICKEST = .3;

    private static final String NAMELESS = "mixed";

    private StyleMix() {}

    /**
     * Returns a nameless hand at a place of the latent space, its traits the weighted sum of those of other hands, each within its
     * range.
     *
     * @param hands styles that are one hand each
     * @param weights of the hands, 1 in all
     */
    public static StyleSpec of(float[] latent, List<StyleSpec> hands, double... weights) {
        Map<Trait, Double> traits = new EnumMap<>(Trait.class);
        double noiseScale = 0;
        for (int i = 0; i < weights.length; i++) {
            double weight = weights[i];
            hands.get(i)
                    .distributions()
                    .forEach((trait, said) -> traits.merge(trait, weight * said.median(), Double::sum));
            noiseScale += weight * hands.get(i).noiseScale();
        }
        return hand(latent, traits, noiseScale);
    }

    /**
     * Returns a hand moved to another place: slant, pen and width change by as much as the drawings of the two places
     * differ, and all else stays.
     *
     * @param hand a style that is one hand
     * @param before measures of its drawings
     * @param after measures of drawings at the new place
     */
    public static StyleSpec moved(StyleSpec hand, float[] latent, HandMeasures before, HandMeasures after) {
        Map<Trait, Double> traits = new EnumMap<>(Trait.class);
        hand.distributions().forEach((trait, said) -> traits.put(trait, said.median()));
        traits.merge(Trait.SLANT, after.slantAngle() - before.slantAngle(), Double::sum);
        traits.merge(Trait.PEN, Math.exp(after.logThickness() - before.logThickness()), (pen, by) -> pen * by);
        traits.merge(Trait.WIDTH, Math.exp(after.logWidth() - before.logWidth()), (width, by) -> width * by);
        return hand(latent, traits, hand.noiseScale());
    }

    private static StyleSpec hand(float[] latent, Map<Trait, Double> traits, double noiseScale) {
        Map<Trait, Distribution> one = new EnumMap<>(Trait.class);
        traits.forEach((trait, value) -> one.put(trait, new Distribution(trait.within(value), 0)));
        HandTraits all = HandTraits.draw(one, 0);
        return new StyleSpec(
                NAMELESS,
                "",
                latent,
                0,
                within(all.slant(), -STEEPEST, STEEPEST),
                0,
                within(all.pen(), THINNEST, THICKEST),
                all.gap(),
                all.wordSpace(),
                within(noiseScale, 0, 1),
                StyleSpec.said(all));
    }

    private static double within(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }
}
