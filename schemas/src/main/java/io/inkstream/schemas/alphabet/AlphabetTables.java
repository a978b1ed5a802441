package io.inkstream.schemas.alphabet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of the alphabet as they are shipped.
 *
 * @param recipes by character
 * @param marks by code point
 * @param shapes by name
 * @param overrides the mark that is drawn, by letter and mark
 */
record AlphabetTables(
        Map<String, Recipe> recipes,
        Map<Integer, Mark> marks,
        Map<String, PenShape> shapes,
        Map<String, Integer> overrides) {

    /** A character that is drawn step by step, and its expected width. */
    record Recipe(double width, List<RawStep> steps) {}

    /**
     * A step as the table has it.
     *
     * @param step what it is, unless it is another grapheme
     * @param part the other grapheme, which some models can draw and others not
     */
    record RawStep(Step step, Optional<String> part, Step.Placement placement) {}

    /** The mark that is drawn for a code point on a letter, or null. */
    Mark mark(String letter, int codePoint) {
        return marks.get(overrides.getOrDefault(key(letter, codePoint), codePoint));
    }

    private static String key(String letter, int mark) {
        return letter + Character.toString(mark);
    }

    /** @throws IllegalStateException if a table cannot be understood, naming the line */
    static AlphabetTables read() {
        Map<Integer, Mark> marks = new HashMap<>();
        for (String[] row : rows("marks.csv", 7)) {
            int point = Integer.parseInt(row[0], 16);
            marks.put(
                    point,
                    new Mark(
                            point,
                            Mark.Place.valueOf(row[2].toUpperCase(Locale.ROOT)),
                            row[3],
                            number(row[4]),
                            number(row[5]),
                            number(row[6])));
        }
        Map<String, PenShape> shapes = new HashMap<>();
        for (String[] row : rows("shapes.csv", 2)) {
            shapes.put(row[0], shape(row[1]));
        }
        Map<String, Integer> overrides = new HashMap<>();
        for (String[] row : rows("overrides.csv", 3)) {
            row[0].codePoints()
                    .forEach(letter -> overrides.put(
                            key(Character.toString(letter), Integer.parseInt(row[1], 16)),
                            Integer.parseInt(row[2], 16)));
        }
        Map<String, Recipe> recipes = new HashMap<>();
        for (String[] row : rows("graphemes.csv", 3)) {
            recipes.put(row[0], recipe(number(row[1]), row[2], marks));
        }
        return new AlphabetTables(Map.copyOf(recipes), Map.copyOf(marks), Map.copyOf(shapes), Map.copyOf(overrides));
    }

    private static List<String[]> rows(String table, int columns) {
        List<String[]> rows = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(AlphabetTables.class.getResourceAsStream(table), StandardCharsets.UTF_8))) {
            boolean isHead = true;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (isHead) {
                    isHead = false;
                    continue;
                }
                String[] row = line.split(";", columns);
                if (row.length != columns) {
                    throw new IllegalStateException(table + ": not " + columns + " columns: " + line);
                }
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + table, e);
        }
        return rows;
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private static PenShape shape(String text) {
        List<List<PenShape.Point>> strokes = new ArrayList<>();
        for (String stroke : text.split("\\|")) {
            List<PenShape.Point> points = new ArrayList<>();
            for (String point : stroke.split(" ")) {
                boolean isCorner = point.endsWith("*");
                String[] xy = point.replace("*", "").split(",");
                points.add(new PenShape.Point(number(xy[0]), number(xy[1]), isCorner));
            }
            strokes.add(points);
        }
        return new PenShape(strokes);
    }

    private static final Pattern STEP = Pattern.compile("([a-z0-9]+)\\((.+)\\)");

    private static Recipe recipe(double width, String text, Map<Integer, Mark> marks) {
        List<RawStep> steps = new ArrayList<>();
        for (String step : text.split(" ")) {
            Matcher matcher = STEP.matcher(step);
            if (!matcher.matches()) {
                throw new IllegalStateException("graphemes.csv: not a step: " + step);
            }
            steps.add(step(matcher.group(1), matcher.group(2), marks));
        }
        return new Recipe(width, List.copyOf(steps));
    }

    private static RawStep step(String kind, String arguments, Map<Integer, Mark> marks) {
        Arguments given = new Arguments(arguments, !kind.equals("bar") && !kind.equals("cut"));
        Step.Placement placement =
                new Step.Placement(anchor(given.text("at")), given.number("gap", 0), given.number("dx", 0));
        Step step =
                switch (kind) {
                    case "g" ->
                        new Step.Glyph(
                                given.first(),
                                given.number("rot", 0) == 180,
                                given.has("mir"),
                                given.has("nodot"),
                                given.number("h"),
                                given.number("w"),
                                given.number("b"),
                                placement);
                    case "p" ->
                        new Step.Pen(
                                given.first(),
                                given.number("w", 0),
                                given.number("h", 0),
                                given.number("b", 0),
                                given.has("flip"),
                                given.has("flipy"),
                                given.number("tilt", 0),
                                placement);
                    case "bar", "cut" ->
                        new Step.Pull(
                                given.number("y").orElseThrow(),
                                given.number("len").orElseThrow(),
                                across(given.text("x")),
                                kind.equals("cut") ? given.number("steep", .55) : 0,
                                given.number("dx", 0));
                    case "m" -> new Step.Accent(marks.get(Integer.parseInt(given.first(), 16)));
                    case "m0" -> new Step.LoneAccent(marks.get(Integer.parseInt(given.first(), 16)));
                    case "c" -> null;
                    default -> throw new IllegalStateException("graphemes.csv: no step '" + kind + "'");
                };
        return new RawStep(step, step == null ? Optional.of(given.first()) : Optional.empty(), placement);
    }

    private static Step.Anchor anchor(String name) {
        return switch (name) {
            case "" -> Step.Anchor.NOWHERE;
            case "r" -> Step.Anchor.BESIDE;
            case "c" -> Step.Anchor.MIDDLE;
            case "last" -> Step.Anchor.LAST;
            case "left" -> Step.Anchor.LEFT;
            case "right" -> Step.Anchor.RIGHT;
            case "leftedge" -> Step.Anchor.LEFT_EDGE;
            case "rightedge" -> Step.Anchor.RIGHT_EDGE;
            case "foot" -> Step.Anchor.FOOT;
            case "footc" -> Step.Anchor.FOOT_MIDDLE;
            case "tip" -> Step.Anchor.TIP;
            case "tipc" -> Step.Anchor.TIP_MIDDLE;
            case "tl" -> Step.Anchor.TIP_LEFT;
            case "tipright" -> Step.Anchor.TIP_RIGHT;
            case "stem" -> Step.Anchor.STEM;
            default -> throw new IllegalStateException("graphemes.csv: no anchor '" + name + "'");
        };
    }

    private static Step.Across across(String name) {
        return switch (name) {
            case "", "mean" -> Step.Across.MEAN;
            case "left" -> Step.Across.LEFT;
            case "right" -> Step.Across.RIGHT;
            case "box" -> Step.Across.BOX;
            case "all" -> Step.Across.WHOLE;
            case "ctr" -> Step.Across.CENTRE;
            default -> throw new IllegalStateException("graphemes.csv: nothing to cross '" + name + "'");
        };
    }

    /** What stands in the brackets of a step: a name, where it has one, then KEY=VALUE or KEY. */
    private static final class Arguments {
        private final String first;
        private final Map<String, String> byKey = new HashMap<>();

        Arguments(String text, boolean isNamed) {
            String[] all = text.split(",");
            first = all[0].equals("comma") ? "," : all[0];
            for (int i = isNamed ? 1 : 0; i < all.length; i++) {
                int equals = all[i].indexOf('=');
                byKey.put(
                        equals < 0 ? all[i] : all[i].substring(0, equals),
                        equals < 0 ? "1" : all[i].substring(equals + 1));
            }
        }

        String first() {
            return first;
        }

        boolean has(String key) {
            return byKey.containsKey(key);
        }

        String text(String key) {
            return byKey.getOrDefault(key, "");
        }

        OptionalDouble number(String key) {
            return has(key) ? OptionalDouble.of(AlphabetTables.number(byKey.get(key))) : OptionalDouble.empty();
        }

        double number(String key, double otherwise) {
            return number(key).orElse(otherwise);
        }
    }
}
