package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.modelserver.grapheme.MarkHabits;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.CounterRandom;
import io.inkstream.schemas.hand.CounterRandom.Purpose;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * One person's handwriting: a pure function of model version, style and seed. Cheap to make; its letter forms are drawn
 * when a line needs them. Immutable and thread-safe.
 */
final class Hand {
    /** Letter forms of each class that a hand goes round: no setting, since another number would draw other images. */
    static final int VARIANTS = 12;

    /** About .4 of the variants and coprime to them: successive lines start far apart, and all starts are used. */
    private static final int LINE_STRIDE = 5;

    /** Forms of a class in the first line of a document; every line after it has one more, up to all of them. */
    private static final int FIRST_LINE_VARIANTS = 2;

    private static final double LATENT_LIMIT = 3;

    private final DrawingModel model;
    private final String style;
    private final long seed;
    private final float[] styleLatent;
    private final double noiseScale;
    private final HandTraits traits;
    private final Map<String, List<Exemplar>> exemplars;

    /** @throws IllegalArgumentException if the model has no such style */
    Hand(DrawingModel model, String styleName, long seed) {
        StyleSpec spec = model.style(styleName);
        this.model = model;
        this.style = spec.name();
        this.seed = seed;
        this.noiseScale = spec.noiseScale();
        float[] centre = spec.latent();
        styleLatent = new float[model.styleSize()];
        CounterRandom random = new CounterRandom(seed, Purpose.STYLE_LATENT);
        for (int i = 0; i < styleLatent.length; i++) {
            double middle = i < centre.length ? centre[i] : 0;
            styleLatent[i] = (float) (middle + spec.spread() * random.nextGaussianWithin(LATENT_LIMIT));
        }
        traits = HandTraits.draw(spec.distributions(), seed);
        exemplars = spec.exemplars();
    }

    DrawingModel model() {
        return model;
    }

    HandTraits traits() {
        return traits;
    }

    /**
     * How it sets marks on letters.
     *
     * @param dotted forms of its i
     */
    MarkHabits markHabits(List<PenGlyph> dotted) {
        return MarkHabits.of(traits, seed, dotted);
    }

    /** What decides how a composed grapheme differs from others, at the given place of a line. */
    CounterRandom compositionRandom(int lineIndex, int place) {
        return new CounterRandom(seed, Purpose.COMPOSITION, lineIndex, place);
    }

    /** The style that is this hand alone: its seeds differ in the forms that letters take, and in nothing else. */
    StyleSpec asStyle(String name, String description) {
        return new StyleSpec(
                        name,
                        description,
                        styleLatent,
                        0,
                        traits.slant(),
                        0,
                        traits.pen(),
                        traits.gap(),
                        traits.wordSpace(),
                        noiseScale,
                        StyleSpec.said(traits))
                .with(exemplars);
    }

    /** What a cache must know a form of this hand by. */
    record Key(String sha256, String style, long seed, Form form) {}

    /**
     * One letter form of a hand.
     *
     * @param line -1 for a variant that every line shares, else the one line that it is drawn for
     * @param index number of the variant, or of the glyph in that line
     */
    record Form(int classIndex, int line, int index) {
        static Form variant(int classIndex, int index) {
            return new Form(classIndex, -1, index);
        }

        boolean isShared() {
            return line < 0;
        }

        /** Its number among those that every line shares, if it is one of them. */
        OptionalInt variant() {
            return isShared() ? OptionalInt.of(index) : OptionalInt.empty();
        }
    }

    Key key(Form form) {
        return new Key(model.sha256(), style, seed, form);
    }

    UnfinishedLines.Line line(List<Form> forms) {
        return new UnfinishedLines.Line(model.sha256(), style, seed, forms);
    }

    /** How the person of this hand wrote the character of a class; empty if the generator draws it. */
    List<Exemplar> exemplars(int classIndex) {
        return exemplars(model.classes().get(classIndex).character());
    }

    /** How the person of this hand wrote a character, be it a class or not. */
    List<Exemplar> exemplars(String character) {
        return exemplars.getOrDefault(character, List.of());
    }

    /** Whether the hand draws a character by itself, and does not compose it of others. */
    boolean draws(String character) {
        if (!model.hasClass(character)) {
            return false;
        }
        Double composedFrom = model.classes().get(model.classOf(character)).composedFrom();
        return composedFrom == null || traits.of(Trait.LEGIBILITY) < composedFrom || exemplars.containsKey(character);
    }

    /** What decides how a form differs from its exemplar. */
    CounterRandom exemplarRandom(Form form) {
        return new CounterRandom(seed, Purpose.EXEMPLAR, form.classIndex(), form.line(), form.index());
    }

    /** What the generator draws attempt {@code attempt} at a form from. */
    GlyphLatent latent(Form form, int attempt) {
        CounterRandom random = form.isShared()
                ? new CounterRandom(seed, Purpose.GLYPH_NOISE, form.classIndex(), form.index(), attempt)
                : new CounterRandom(seed, Purpose.FRESH_DRAW, form.classIndex(), form.line(), form.index(), attempt);
        float[] noise = new float[model.noiseSize()];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (noiseScale * random.nextGaussian());
        }
        return new GlyphLatent(styleLatent, noise, form.classIndex());
    }

    /**
     * The variant that an occurrence takes: a line goes round its variants before it repeats one, and the next line begins
     * where repeats stand far apart. Each form costs a search, so a short document has few, and a long one comes to all.
     *
     * @param occurrence how many of the class stand before it in the line
     */
    Form variantFor(int classIndex, int lineIndex, int occurrence) {
        long start = new CounterRandom(seed, Purpose.VARIANT_CHOICE, classIndex).nextLong();
        long variants = Math.min(VARIANTS, FIRST_LINE_VARIANTS + (long) lineIndex);
        long index = start + (long) lineIndex * LINE_STRIDE + occurrence % variants;
        return Form.variant(classIndex, (int) Math.floorMod(index, (long) VARIANTS));
    }
}
