package io.inkstream.ops.hand;

import io.inkstream.modelserver.hand.ExemplarTracer;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.Stroke;
import io.inkstream.trainer.dataset.WrittenGlyph;
import io.inkstream.trainer.style.Typography;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

    private final Manifest manifest;
    private final List<OwnGlyph> glyphs;
    private final double slant;

    private OwnHand(Manifest manifest, List<OwnGlyph> glyphs, double slant) {
        this.manifest = manifest;
        this.glyphs = List.copyOf(glyphs);
        this.slant = slant;
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
        return looks.hand();
    }

    /**
     * Looks at strokes: where their writer's x-height is known they are as large as they were written, else as their class.
     *
     * @param glyphs of one person
     * @param trustAll whether to take what the reader takes for another character, too
     */
    public static OwnHand of(List<WrittenGlyph> glyphs, Manifest manifest, ServerReader reader, boolean trustAll) {
        Looks looks = new Looks(manifest, reader, trustAll);
        for (WrittenGlyph glyph : glyphs) {
            looks.at(glyph.character(), glyph.image(), Optional.of(glyph));
        }
        return looks.hand();
    }

    /** Looks at one glyph after the other. */
    private static final class Looks {
        private final ExemplarTracer tracer = new ExemplarTracer(SampleSet.SIDE_PX);
        private final Map<String, ClassSpec> classes = new HashMap<>();
        private final Typography typography = Typography.standard();
        private final List<OwnGlyph> glyphs = new ArrayList<>();
        private final Manifest manifest;
        private final ServerReader reader;
        private final boolean trustAll;
        private double slants;
        private double weights;

        Looks(Manifest manifest, ServerReader reader, boolean trustAll) {
            this.manifest = manifest;
            this.reader = reader;
            this.trustAll = trustAll;
            manifest.classes().forEach(spec -> classes.put(spec.character(), spec));
        }

        void at(String character, byte[] image, Optional<WrittenGlyph> written) {
            if (!classes.containsKey(character)
                    && Alphabet.standard()
                            .composition(character, classes::containsKey)
                            .isEmpty()) {
                glyphs.add(new OwnGlyph(character, image, OwnGlyph.Verdict.UNKNOWN, null));
                return;
            }
            ClassSpec spec = classes.containsKey(character) ? classes.get(character) : typography.of(character);
            Optional<ExemplarTracer.Traced> traced = tracer.trace(ink(image), spec);
            if (traced.isEmpty()) {
                glyphs.add(new OwnGlyph(character, image, OwnGlyph.Verdict.EMPTY, null));
                return;
            }
            boolean taken = trustAll || isReadAsAsked(reader, traced.get().ink(), spec);
            glyphs.add(new OwnGlyph(
                    character,
                    image,
                    taken ? OwnGlyph.Verdict.TAKEN : OwnGlyph.Verdict.DOUBTFUL,
                    written.flatMap(glyph -> exemplar(glyph, spec))
                            .orElse(traced.get().exemplar())));
            if (taken) {
                slants += traced.get().slant();
                weights += spec.slantFactor();
            }
        }

        OwnHand hand() {
            return new OwnHand(manifest, glyphs, weights == 0 ? 0 : Math.max(-.5, Math.min(.5, slants / weights)));
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
        List<float[]> strokes = new ArrayList<>();
        for (Stroke stroke : glyph.strokes()) {
            double[] x = stroke.x();
            double[] y = stroke.y();
            float[] line = new float[2 * x.length];
            for (int i = 0; i < x.length; i++) {
                line[2 * i] = (float) ((x[i] - left) / glyph.xHeight());
                line[2 * i + 1] = (float) ((y[i] - baseline) / glyph.xHeight());
            }
            strokes.add(line);
        }
        try {
            return Optional.of(new Exemplar(strokes));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // what is ten times as large as a letter is no letter of this x-height
        }
    }

    private static boolean isReadAsAsked(ServerReader reader, float[] ink, ClassSpec spec) {
        if (reader.classOf(spec.character()) < 0) {
            return true;
        }
        String read = reader.characters().get(reader.read(new float[][] {ink})[0]);
        return spec.lookalikes().contains(read)
                || read.equalsIgnoreCase(spec.character()); // a drawing of 28 pixels tells no size
    }

    private static float[] ink(byte[] image) {
        float[] ink = new float[image.length];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = (image[i] & 0xff) / 255f;
        }
        return ink;
    }

    /** All that were looked at, in the order of their characters. */
    List<OwnGlyph> glyphs() {
        return glyphs.stream().sorted(Comparator.comparing(OwnGlyph::character)).toList();
    }

    /** How many glyphs have a verdict, by its name in small letters. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        for (OwnGlyph.Verdict verdict : OwnGlyph.Verdict.values()) {
            counts.put(
                    verdict.name().toLowerCase(Locale.ROOT),
                    glyphs.stream().filter(glyph -> glyph.verdict() == verdict).count());
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
            if (glyph.verdict() == OwnGlyph.Verdict.TAKEN) {
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
     * Makes the style.
     *
     * @param predictor of the model
     * @param pen width of the pen, x-heights
     * @param gap between letters, x-heights
     * @param wordSpace x-heights
     * @throws IllegalArgumentException if too few characters were taken, or a value is out of its range
     */
    public Made style(String name, Predictor predictor, double pen, double gap, double wordSpace) {
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
                        pen,
                        gap,
                        wordSpace,
                        NOISE_SCALE)
                .with(exemplars);
        return new Made(style, nearest.rank());
    }

    /** Mean ink of the glyphs that were taken, by class. */
    private Map<Integer, float[]> means() {
        Map<Integer, float[]> means = new HashMap<>();
        List<String> characters =
                manifest.classes().stream().map(ClassSpec::character).toList();
        for (String character : exemplars().keySet()) {
            List<OwnGlyph> own = glyphs.stream()
                    .filter(glyph -> glyph.character().equals(character) && glyph.verdict() == OwnGlyph.Verdict.TAKEN)
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
