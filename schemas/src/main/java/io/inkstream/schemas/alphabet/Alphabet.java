package io.inkstream.schemas.alphabet;

import static java.util.Objects.requireNonNull;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Knows how graphemes are drawn that are no class of a model: by recipe, as a letter with marks, or as an arrangement of
 * other characters that Unicode names. Immutable and thread-safe.
 *
 * @see <a href="https://www.unicode.org/reports/tr15/">Unicode Standard Annex 15, Unicode Normalization Forms</a>
 */
public final class Alphabet {
    private static final Alphabet STANDARD = new Alphabet(AlphabetTables.read());
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
    private static final Normalizer2 NFD = Normalizer2.getNFDInstance();
    private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();

    /** An arrangement within an arrangement within a recipe; deeper there is nothing that can be read. */
    private static final int DEEPEST = 4;

    private static final int FRACTION_SLASH = 0x2044;

    private final AlphabetTables tables;

    private Alphabet(AlphabetTables tables) {
        this.tables = tables;
    }

    /** The one that is shipped. */
    public static Alphabet standard() {
        return STANDARD;
    }

    /** Graphemes that have a recipe. */
    public List<String> recipes() {
        return tables.recipes().keySet().stream().sorted().toList();
    }

    /** Code points of the combining marks. */
    public List<Integer> marks() {
        return tables.marks().keySet().stream().sorted().toList();
    }

    /**
     * The pen shape of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public PenShape shape(String name) {
        PenShape shape = tables.shapes().get(name);
        if (shape == null) {
            throw new IllegalArgumentException("there is no pen shape '" + name + "'");
        }
        return shape;
    }

    /**
     * How a grapheme is drawn with a model of certain characters.
     *
     * @param grapheme one, in any normalisation
     * @param isClass whether the model draws a character itself
     * @return empty if it cannot be drawn so, among others for what the model draws itself
     */
    public Optional<Composition> composition(String grapheme, Predicate<String> isClass) {
        requireNonNull(isClass, "isClass");
        String composed = NFC.normalize(grapheme);
        return composed.isEmpty() || isClass.test(composed)
                ? Optional.empty()
                : new Search(isClass).grapheme(composed, DEEPEST);
    }

    /** Looks for a composition with the characters of one model. */
    private final class Search {
        private final Predicate<String> isClass;

        Search(Predicate<String> isClass) {
            this.isClass = isClass;
        }

        Optional<Composition> grapheme(String text, int depth) {
            Optional<Composition.Base> whole = base(text, depth);
            if (whole.isPresent()) {
                return whole.map(base -> new Composition(text, base, List.of()));
            }
            int[] points = NFD.normalize(text).codePoints().toArray();
            // As much of it as there is as one: a class or a recipe may have marks of its own.
            for (int carried = points.length - 1; carried >= 1; carried--) {
                String letter = NFC.normalize(new String(points, 0, carried));
                Optional<List<Mark>> marks = marks(letter, points, carried);
                if (marks.isPresent()) {
                    Optional<Composition.Base> base = base(letter, depth);
                    if (base.isPresent()) {
                        return base.map(b -> new Composition(text, b, marks.get()));
                    }
                }
            }
            return marks("", points, 0).map(marks -> new Composition(text, new Composition.None(), marks));
        }

        private Optional<List<Mark>> marks(String letter, int[] points, int from) {
            List<Mark> marks = new ArrayList<>();
            for (int i = from; i < points.length; i++) {
                Mark mark = tables.mark(letter, points[i]);
                if (mark == null || marks.size() == Composition.MOST_MARKS) {
                    return Optional.empty();
                }
                marks.add(mark);
            }
            return Optional.of(marks);
        }

        private Optional<Composition.Base> base(String text, int depth) {
            if (isClass.test(text)) {
                return Optional.of(new Composition.Letter(text));
            }
            if (depth == 0) {
                return Optional.empty();
            }
            AlphabetTables.Recipe recipe = tables.recipes().get(text);
            return recipe == null ? arranged(text, depth) : recipe(text, recipe, depth);
        }

        private Optional<Composition.Base> recipe(String text, AlphabetTables.Recipe recipe, int depth) {
            List<Step> steps = new ArrayList<>();
            for (AlphabetTables.RawStep raw : recipe.steps()) {
                Optional<Step> step = step(raw, depth);
                if (step.isEmpty()) {
                    return Optional.empty();
                }
                steps.add(step.get());
            }
            return Optional.of(new Composition.Recipe(text, steps, recipe.width()));
        }

        private Optional<Step> step(AlphabetTables.RawStep raw, int depth) {
            if (raw.part().isPresent()) {
                return grapheme(raw.part().get(), depth - 1).map(part -> new Step.Part(part, raw.placement()));
            }
            Step step = raw.step();
            return step instanceof Step.Glyph glyph && !isClass.test(glyph.character())
                    ? Optional.empty()
                    : Optional.of(step);
        }

        private Optional<Composition.Base> arranged(String text, int depth) {
            if (text.codePointCount(0, text.length()) != 1) {
                return Optional.empty();
            }
            int point = text.codePointAt(0);
            Composition.Arrangement arrangement =
                    ARRANGEMENTS.get(UCharacter.getIntPropertyValue(point, UProperty.DECOMPOSITION_TYPE));
            String raw = arrangement == null ? null : NFKC.getRawDecomposition(point);
            if (raw == null) {
                return Optional.empty();
            }
            if (raw.startsWith(" ")) {
                int[] marks = raw.substring(1).codePoints().toArray();
                return marks("", marks, 0)
                        .filter(found -> !found.isEmpty())
                        .map(found -> new Composition.Recipe(
                                text,
                                found.stream().<Step>map(Step.LoneAccent::new).toList(),
                                found.get(0).width()));
            }
            List<Composition> parts = new ArrayList<>();
            int denominatorFrom = -1;
            for (int part : raw.codePoints().toArray()) {
                if (part == FRACTION_SLASH) {
                    denominatorFrom = parts.size();
                    continue;
                }
                Optional<Composition> found = grapheme(Character.toString(part), depth - 1);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                parts.add(found.get());
            }
            return Optional.of(new Composition.Arranged(arrangement, parts, denominatorFrom));
        }
    }

    /** Other kinds of Unicode are other shapes of the same character, or none that a line can show. */
    private static final Map<Integer, Composition.Arrangement> ARRANGEMENTS = arrangements();

    private static Map<Integer, Composition.Arrangement> arrangements() {
        Map<Integer, Composition.Arrangement> table = new HashMap<>();
        table.put(UCharacter.DecompositionType.SUPER, Composition.Arrangement.RAISED);
        table.put(UCharacter.DecompositionType.SUB, Composition.Arrangement.LOWERED);
        table.put(UCharacter.DecompositionType.FRACTION, Composition.Arrangement.FRACTION);
        table.put(UCharacter.DecompositionType.CIRCLE, Composition.Arrangement.CIRCLED);
        table.put(UCharacter.DecompositionType.COMPAT, Composition.Arrangement.ROW);
        table.put(UCharacter.DecompositionType.SQUARE, Composition.Arrangement.ROW);
        return Map.copyOf(table);
    }
}
