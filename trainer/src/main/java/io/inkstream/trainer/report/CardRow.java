package io.inkstream.trainer.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A line of an evaluation card for people: a figure of the model beside the same of real handwriting. What is not there is
 * empty.
 *
 * @param figure as people write it
 * @param generatedInterval between what the true figure lies in 95 of 100 cases
 * @param realInterval the same of {@code real}
 */
public record CardRow(String figure, String generated, String generatedInterval, String real, String realInterval) {
    private static final String INTERVAL = "_interval";

    public CardRow {
        requireNonNull(figure, "figure");
    }

    /** Returns the figures of a card in the order of their names; lists and matrices are no lines. */
    public static List<CardRow> of(Map<String, Object> card) {
        List<CardRow> rows = new ArrayList<>();
        Set<String> told = new LinkedHashSet<>();
        for (String name : new TreeMap<>(card).keySet()) {
            String base = name.replaceAll("_(generated|real)$", "");
            if (!(card.get(name) instanceof Number) && !(card.get(name) instanceof String) || !told.add(base)) {
                continue;
            }
            String generated = card.containsKey(base + "_generated") ? base + "_generated" : base;
            String real = base + "_real";
            rows.add(new CardRow(
                    Curves.words(base),
                    say(card.get(generated)),
                    interval(card.get(generated + INTERVAL)),
                    say(card.get(real)),
                    interval(card.get(real + INTERVAL))));
        }
        return rows;
    }

    private static String interval(Object ends) {
        return ends instanceof List<?> list && list.size() == 2 ? say(list.get(0)) + " to " + say(list.get(1)) : "";
    }

    /** Returns a value as people write it: four digits behind the point suffice for every figure of a card. */
    static String say(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return String.format(Locale.ROOT, Math.abs(number) < 1000 ? "%.4f" : "%.0f", number);
        }
        return value == null ? "" : value.toString();
    }
}
