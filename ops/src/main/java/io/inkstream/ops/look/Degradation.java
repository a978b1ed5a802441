package io.inkstream.ops.look;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * What a picture may go through on its way from the pen to a file, in the order in which it happens. Each is a function of the
 * picture, its strength and a random stream, and nothing else. Thread-safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the effects are functions of their arguments
public enum Degradation {
    PEN("thicker ink, or thinner below 0", "px of radius", -.7, 1.5, Effects::pen),
    BLEED("ink that runs into the paper", "share of the ink", 0, .9, Effects::bleed),
    FADE("ink that has paled, unevenly", "share of the ink lost", 0, .75, Effects::fade),
    SKEW("laid askew; the picture grows as it must, and the truth turns with it", "degrees", -3, 3, Effects::skew),
    RULED("a ruled or squared sheet", "darkness of the rules", 0, .5, Effects::ruled),
    TEXTURE("grain of the paper", "grey levels", 0, 40, Effects::texture),
    STAINS("stains and specks", "how many and how dark", 0, 1, Effects::stains),
    SHADOW("light that falls off to one side", "share of the light lost", 0, .6, Effects::shadow),
    BLUR("out of focus", "px, standard deviation", 0, 2.2, Effects::blur),
    NOISE("noise of the sensor", "grey levels, standard deviation", 0, 30, Effects::noise),
    BILEVEL("black or white, nothing between", "grey level above which is white", 100, 210, Effects::bilevel),
    JPEG("saved as JPEG", "100 less the quality", 5, 90, Effects::jpeg);

    private final String doc;
    private final String unit;
    private final Range range;
    private final Effect effect;

    /** What a canvas becomes, and where its places are then. */
    record Changed(Canvas canvas, Motion motion) {
        static Changed still(Canvas canvas) {
            return new Changed(canvas, Motion.none(canvas.width(), canvas.height()));
        }
    }

    interface Effect {
        Changed on(Canvas canvas, double strength, RandomGenerator random);
    }

    Degradation(String doc, String unit, double least, double most, Effect effect) {
        this.doc = doc;
        this.unit = unit;
        this.range = new Range(least, most);
        this.effect = effect;
    }

    /** Its name in lists, such as {@code shadow}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it is, in a few words. */
    public String doc() {
        return doc;
    }

    /** What its strength counts. */
    public String unit() {
        return unit;
    }

    /** Strengths that make sense. */
    public Range range() {
        return range;
    }

    /** @param strength within {@link #range} */
    Changed on(Canvas canvas, double strength, RandomGenerator random) {
        return effect.on(canvas, strength, random);
    }
}
