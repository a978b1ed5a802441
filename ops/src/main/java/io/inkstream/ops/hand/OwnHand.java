package io.inkstream.ops.hand;

import io.inkstream.modelserver.hand.ExemplarTracer;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.Stroke;
import io.inkstream.trainer.dataset.WrittenGlyph;
import io.inkstream.trainer.dataset.WrittenLine;
import io.inkstream.trainer.style.Typography;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Makes a style of glyphs that one person wrote: each character in variations of the person's own, the others by the
 * generator where its hands are most like the person's.
 */
public final class OwnHand {
    /** Fewer characters say too little of a hand to find one like it. */
    public static final int FEWEST_CHARACTERS = 5;
    /** More glyphs of one character teach the eye nothing more, and every version carries them. */
    private static final int MOST_OF_A_CHARACTER = 24;

    private static final double NOISE_SCALE = .7;

    /** What hands have in the middle, where nothing was measured; x-heights. */
    private static final double USUAL_PEN = .13;

    private static final double USUAL_GAP = .2;
    private static final double USUAL_WORD_SPACE = 1.05;
    private static final double THINNEST_PEN = .05;
    private static final double WIDEST_PEN = .3;

    /** Letters that reach the x-height, neither above it nor below the baseline. */
    private static final String X_HIGH = "acemnorsuvwxz";

    /** The width of a stem or a dot says nothing. */
    private static final double NARROW = .3;

    private final Manifest manifest;
    private final List<OwnGlyph> glyphs;
    private final double slant;
    private final OptionalDouble pen;
    private final Optional<Rhythm> rhythm;

    private OwnHand(Manifest manifest, Looks looks, List<WrittenLine> lines) {
        this.manifest = manifest;
        this.glyphs = List.copyOf(looks.glyphs);
        this.slant = looks.slant();
        this.pen = median(looks.pens).stream()
                .map(width -> Math.max(THINNEST_PEN, Math.min(WIDEST_PEN, width)))
                .findFirst();
        this.rhythm = rhythm(lines);
    }

    /**
     * Looks at glyphs.
     *
     * @param samples of one person
     * @param reader says which are what they should be; those that it does not know are believed
     * @param trustAll whether to take what the reader takes for another character, too
     */
    public static OwnHand of(SampleSet samples, Manifest manifest, ServerReader reader, boolean trustAll) {
        Looks looks = new Looks(manifest, reader, trustAll);
        for (int i = 0; i < samples.size(); i++) {
            looks.at(samples.classes().characterAt(samples.label(i)), samples.image(i), Optional.empty());
        }
        return new OwnHand(manifest, looks, List.of());
    }

    /**
     * Looks at strokes: where their writer's x-height is known they are as large as they were written, else as their class.
     *
     * @param written by one person
     * @param trustAll whether to take what the reader takes for another character, too
     */
    public static OwnHand of(Handwriting written, Manifest manifest, ServerReader reader, boolean trustAll) {
        Looks looks = new Looks(manifest, reader, trustAll);
        for (WrittenGlyph glyph : written.glyphs()) {
            looks.at(glyph.character(), glyph.image(), Optional.of(glyph));
        }
        return new OwnHand(manifest, looks, written.lines());
    }

    /** Looks at one glyph after the other. */
    private static final class Looks {
        private final ExemplarTracer tracer = new ExemplarTracer(SampleSet.SIDE_PX);
        private final Map<String, ClassSpec> classes = new HashMap<>();
        private final Typography typography = Typography.standard();
        private final List<OwnGlyph> glyphs = new ArrayList<>();
        private final Manifest manifest;
        private final GlyphCheck check;
        private final boolean trustAll;
        private final List<Double> pens = new ArrayList<>();
        private double slants;
        private double weights;

        Looks(Manifest manifest, ServerReader reader, boolean trustAll) {
            this.manifest = manifest;
            this.check = new GlyphCheck(reader);
            this.trustAll = trustAll;
            manifest.classes().forEach(spec -> classes.put(spec.character(), spec));
        }

        void at(String character, byte[] image, Optional<WrittenGlyph> written) {
            if (!classes.containsKey(character)
                    && Alphabet.standard()
                            .composition(character, classes::containsKey)
                            .isEmpty()) {
                glyphs.add(new OwnGlyph(character, image, Verdict.UNKNOWN, null));
                return;
            }
            ClassSpec spec = classes.containsKey(character) ? classes.get(character) : typography.of(character);
            Optional<ExemplarTracer.Traced> traced = tracer.trace(ink(image), spec);
            if (traced.isEmpty()) {
                glyphs.add(new OwnGlyph(character, image, Verdict.EMPTY, null));
                return;
            }
            Optional<Exemplar> sized = written.flatMap(glyph -> exemplar(glyph, spec));
            boolean taken = trustAll || check.isAsAsked(traced.get().ink(), spec, sized);
            glyphs.add(new OwnGlyph(
                    character,
                    image,
                    taken ? Verdict.TAKEN : Verdict.DOUBTFUL,
                    sized.orElse(traced.get().exemplar())));
            if (taken) {
                slants += traced.get().slant();
                weights += spec.slantFactor();
                written.map(glyph -> glyph.pen() / glyph.xHeight())
                        .filter(width -> width > 0)
                        .ifPresent(pens::add);
            }
        }

        double slant() {
            return weights == 0 ? 0 : Math.max(-.5, Math.min(.5, slants / weights));
        }
    }

    /** Empty if its size is not known, or is none of a letter. */
    private static Optional<Exemplar> exemplar(WrittenGlyph glyph, ClassSpec spec) {
        if (!(glyph.xHeight() > 0)) {
            return Optional.empty();
        }
        double left = Double.POSITIVE_INFINITY;
        double lowest = Double.POSITIVE_INFINITY;
        for (Stroke stroke : glyph.strokes()) {
            left = Math.min(left, Arrays.stream(stroke.x()).min().orElseThrow());
            lowest = Math.min(lowest, Arrays.stream(stroke.y()).min().orElseThrow());
        }
        double baseline = Double.isNaN(glyph.baseline()) ? lowest - spec.bottom() * glyph.xHeight() : glyph.baseline();
        double atLeft = left;
        List<float[]> strokes = glyph.strokes().stream()
                .map(stroke -> stroke.points(atLeft, baseline, glyph.xHeight()))
                .toList();
        return Exemplar.of(strokes); // what is ten times as large as a letter is no letter of this x-height
    }

    private static float[] ink(byte[] image) {
        float[] ink = new float[image.length];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = (image[i] & 0xff) / 255f;
        }
        return ink;
    }

    /** All that were looked at, in the order that they came in. */
    List<OwnGlyph> glyphs() {
        return glyphs;
    }

    /** How the person sets words, if there were lines that say it. */
    public Optional<Rhythm> rhythm() {
        return rhythm;
    }

    /** How the person sets words, as other lines say it. */
    Optional<Rhythm> rhythm(List<WrittenLine> lines) {
        return Rhythm.of(lines, letters(), pen.orElse(USUAL_PEN));
    }

    /** Whether a line says what it should, as far as the widths of its words tell. */
    boolean says(WrittenLine line) {
        return Rhythm.says(line, letters());
    }

    /** How many glyphs have a verdict, by its name in small letters. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (Verdict verdict : Verdict.values()) {
            long count =
                    glyphs.stream().filter(glyph -> glyph.verdict() == verdict).count();
            if (count > 0 || verdict != Verdict.RIM) {
                counts.put(verdict.label(), count);
            }
        }
        return counts;
    }

    /** Characters of the model that the person did not write, in one string: the generator draws them. */
    public String lacking() {
        Map<String, List<Exemplar>> own = exemplars();
        return manifest.classes().stream()
                .map(ClassSpec::character)
                .filter(character -> !own.containsKey(character))
                .reduce("", String::concat);
    }

    private Map<String, List<Exemplar>> exemplars() {
        Map<String, List<Exemplar>> exemplars = new TreeMap<>();
        for (OwnGlyph glyph : glyphs) {
            if (glyph.verdict() == Verdict.TAKEN) {
                List<Exemplar> own = exemplars.computeIfAbsent(glyph.character(), unused -> new ArrayList<>());
                if (own.size() < MOST_OF_A_CHARACTER) {
                    own.add(glyph.exemplar());
                }
            }
        }
        return exemplars;
    }

    /**
     * What was made.
     *
     * @param style of the person
     * @param rank share of random hands of the generator that are less like the person's than the one that draws what the
     *     person did not write, 0 to 1
     */
    public record Made(StyleSpec style, double rank) {}

    /**
     * Lengths that somebody wants otherwise than they were measured, in x-heights; null where not.
     *
     * @param gap between letters
     * @param wordSpace between words
     */
    public record Wanted(Double pen, Double gap, Double wordSpace) {}

    /**
     * Makes the style.
     *
     * @param predictor of the model
     * @throws IllegalArgumentException if too few characters were taken, or a value is out of its range
     */
    public Made style(String name, Predictor predictor, Wanted wanted) {
        Map<String, List<Exemplar>> exemplars = exemplars();
        if (exemplars.size() < FEWEST_CHARACTERS) {
            throw new IllegalArgumentException("a hand needs at least " + FEWEST_CHARACTERS
                    + " characters that are read as what they should be, there are " + exemplars.size() + ": "
                    + counts());
        }
        NearestHand.Found nearest = new NearestHand(predictor, manifest, means()).find(1);
        StyleSpec style = new StyleSpec(
                        name,
                        "The hand of " + name + ".",
                        nearest.latent(),
                        0,
                        slant,
                        0,
                        wanted.pen() != null ? wanted.pen() : pen.orElse(USUAL_PEN),
                        wanted.gap() != null
                                ? wanted.gap()
                                : rhythm.map(Rhythm::gap).orElse(USUAL_GAP),
                        wanted.wordSpace() != null
                                ? wanted.wordSpace()
                                : rhythm.map(Rhythm::wordSpace).orElse(USUAL_WORD_SPACE),
                        NOISE_SCALE,
                        traits())
                .with(exemplars);
        return new Made(style, nearest.rank());
    }

    /** What the generator's letters have to be like to stand beside the person's own, and how even the words stand. */
    private Map<String, StyleSpec.Said> traits() {
        Map<String, Rhythm.Letter> own = letters();
        List<Double> heights = new ArrayList<>();
        for (String letter : exemplars().keySet()) {
            spec(letter)
                    .filter(spec -> X_HIGH.contains(spec.character()))
                    .ifPresent(spec -> heights.add(own.get(spec.character()).top() / (spec.bottom() + spec.height())));
        }
        double xHeight = Trait.X_HEIGHT.within(median(heights).orElse(1));
        List<Double> widths = new ArrayList<>();
        exemplars().keySet().forEach(character -> spec(character)
                .filter(spec -> spec.width() > NARROW)
                .ifPresent(spec -> widths.add(own.get(character).width()
                        / spec.width()
                        / (Character.isLowerCase(character.codePointAt(0)) ? xHeight : 1))));
        Map<String, StyleSpec.Said> traits = new TreeMap<>();
        traits.put(Trait.X_HEIGHT.json(), new StyleSpec.Said(xHeight, 0));
        traits.put(
                Trait.WIDTH.json(),
                new StyleSpec.Said(Trait.WIDTH.within(median(widths).orElse(1)), 0));
        rhythm.ifPresent(measured -> {
            traits.put(Trait.WORD_SPACE_UNREST.json(), new StyleSpec.Said(measured.wordSpaceUnrest(), 0));
            traits.put(Trait.JOINING.json(), new StyleSpec.Said(measured.joining(), 0));
        });
        return traits;
    }

    private Optional<ClassSpec> spec(String character) {
        return manifest.classes().stream()
                .filter(spec -> spec.character().equals(character))
                .findFirst();
    }

    /** How large the person's letters are, in the middle of several; what the person did not write is as its class. */
    private Map<String, Rhythm.Letter> letters() {
        Map<String, Rhythm.Letter> letters = new HashMap<>();
        for (ClassSpec spec : manifest.classes()) {
            letters.put(
                    spec.character(),
                    new Rhythm.Letter(
                            spec.width(), spec.bottom(), spec.bottom() + spec.height(), Math.max(1, spec.pieces())));
        }
        exemplars().forEach((character, own) -> {
            List<Rhythm.Letter> all = own.stream()
                    .map(exemplar -> Rhythm.Letter.of(exemplar.strokes()))
                    .toList();
            letters.put(
                    character,
                    new Rhythm.Letter(
                            middle(all, Rhythm.Letter::width),
                            middle(all, Rhythm.Letter::bottom),
                            middle(all, Rhythm.Letter::top),
                            (int) middle(all, Rhythm.Letter::pieces)));
        });
        return letters;
    }

    private static double middle(List<Rhythm.Letter> letters, ToDoubleFunction<Rhythm.Letter> of) {
        return median(letters.stream().map(of::applyAsDouble).toList()).orElseThrow();
    }

    private static OptionalDouble median(List<Double> values) {
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Rhythm.median(values));
    }

    /** Mean ink of the glyphs that were taken, by class. */
    private Map<Integer, float[]> means() {
        Map<Integer, float[]> means = new HashMap<>();
        List<String> characters =
                manifest.classes().stream().map(ClassSpec::character).toList();
        for (String character : exemplars().keySet()) {
            List<OwnGlyph> own = glyphs.stream()
                    .filter(glyph -> glyph.character().equals(character) && glyph.verdict() == Verdict.TAKEN)
                    .toList();
            float[] mean = new float[SampleSet.PIXELS];
            for (OwnGlyph glyph : own) {
                float[] ink = ink(glyph.image());
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += ink[i] / own.size();
                }
            }
            if (characters.contains(character)) {
                means.put(characters.indexOf(character), mean);
            }
        }
        return Collections.unmodifiableMap(means);
    }
}
