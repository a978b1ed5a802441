package io.inkstream.ops.look;

import static io.inkstream.ops.look.Degradation.BILEVEL;
import static io.inkstream.ops.look.Degradation.BLEED;
import static io.inkstream.ops.look.Degradation.BLUR;
import static io.inkstream.ops.look.Degradation.FADE;
import static io.inkstream.ops.look.Degradation.JPEG;
import static io.inkstream.ops.look.Degradation.NOISE;
import static io.inkstream.ops.look.Degradation.PEN;
import static io.inkstream.ops.look.Degradation.RULED;
import static io.inkstream.ops.look.Degradation.SHADOW;
import static io.inkstream.ops.look.Degradation.SKEW;
import static io.inkstream.ops.look.Degradation.STAINS;
import static io.inkstream.ops.look.Degradation.TEXTURE;
import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.trainer.nn.Streams;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Makes pictures look as if they came some way to a file: a list of degradations, each with the range that its strength is drawn
 * from. An equal picture and seed give equal bytes. Immutable.
 *
 * @param name that people choose it by
 * @param doc what it looks like, in a few words
 * @param steps in the order in which they happen
 */
public record Look(String name, String doc, List<Step> steps) {
    /** As the pipeline draws: nothing happens to it. */
    public static final Look CLEAN = new Look("clean", "as the pipeline draws it", List.of());

    private static final List<Look> PRESETS = List.of(
            CLEAN,
            new Look(
                    "scan",
                    "a sheet on a flatbed scanner",
                    List.of(
                            step(PEN, -.3, .5),
                            step(BLEED, .05, .35),
                            step(SKEW, -.7, .7),
                            step(TEXTURE, 4, 14),
                            step(SHADOW, .02, .12),
                            step(BLUR, .3, .7),
                            step(NOISE, 1, 5),
                            step(JPEG, 8, 30))),
            new Look(
                    "photo",
                    "a page of a notebook, taken by hand",
                    List.of(
                            step(PEN, -.4, .7),
                            step(BLEED, 0, .4),
                            step(FADE, 0, .45),
                            step(SKEW, -2, 2),
                            step(RULED, 0, .3),
                            step(TEXTURE, 6, 24),
                            step(STAINS, 0, .6),
                            step(SHADOW, .1, .5),
                            step(BLUR, .4, 1.3),
                            step(NOISE, 3, 12),
                            step(JPEG, 20, 60))),
            new Look(
                    "fax",
                    "black and white, with what a bad line leaves",
                    List.of(
                            step(PEN, -.2, .8),
                            step(SKEW, -1.2, 1.2),
                            step(TEXTURE, 5, 25),
                            step(BLUR, .6, 1.2),
                            step(NOISE, 8, 26),
                            step(BILEVEL, 130, 180))));

    /** A degradation, and how strong it may be. */
    public record Step(Degradation degradation, Range range) {
        public Step {
            requireNonNull(degradation, "degradation");
            if (!degradation.range().holds(range)) {
                throw new IllegalArgumentException(
                        degradation.id() + " goes from " + degradation.range() + ", not " + range);
            }
        }
    }

    public Look {
        requireNonNull(name, "name");
        requireNonNull(doc, "doc");
        steps = List.copyOf(steps);
    }

    private static Step step(Degradation degradation, double least, double most) {
        return new Step(degradation, new Range(least, most));
    }

    /** A look of one degradation of one strength. */
    public static Look of(Degradation degradation, double strength) {
        return new Look(degradation.id(), degradation.doc(), List.of(step(degradation, strength, strength)));
    }

    /** The looks that have names. */
    public static List<Look> presets() {
        return PRESETS;
    }

    /** The names of these, as in a sentence. */
    public static String names() {
        return PRESETS.stream().map(Look::name).collect(Collectors.joining(", "));
    }

    /**
     * The look of a name.
     *
     * @throws IllegalArgumentException if there is none, with those that there are
     */
    public static Look named(String name) {
        return PRESETS.stream()
                .filter(look -> look.name.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no look is called '" + name + "'; there are " + names()));
    }

    /** Such as {@code fax: pen -0.2 to 0.8, blur 0.6 to 1.2}. */
    @Override
    public String toString() {
        return name + ": "
                + steps.stream()
                        .map(step -> step.degradation.id() + " " + step.range)
                        .collect(Collectors.joining(", "));
    }

    /**
     * Gives a picture this look.
     *
     * @param picture grey, 255 is paper
     * @param seed decides every strength and every grain
     */
    public Looked on(GreyImage picture, long seed) {
        Canvas canvas = Canvas.of(picture);
        Motion motion = Motion.none(picture.widthPx(), picture.heightPx());
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            RandomGenerator random = Streams.named(seed, "look " + step.degradation.id(), i);
            double strength = step.range.draw(random);
            Degradation.Changed changed = step.degradation.on(canvas, strength, random);
            canvas = changed.canvas();
            motion = motion.then(changed.motion());
        }
        return new Looked(canvas.picture(), motion);
    }
}
