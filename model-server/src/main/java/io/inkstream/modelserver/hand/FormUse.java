package io.inkstream.modelserver.hand;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts how often lines ask for each letter form of each hand, by whatever version; what was asked for long ago counts for
 * less and less. Bounded; thread-safe.
 */
final class FormUse {
    /** Upper limit of counted forms, enough for thirty hands; beyond it all counts are halved, and those of one are dropped. */
    private static final int MOST = 1 << 14;

    private final Map<Use, Integer> counts = new HashMap<>();

    /** A form of the hand that a style and a seed make. */
    record Use(String style, long seed, Hand.Form form) {}

    /** Counts what one line asks for; a form that it repeats counts as often. */
    synchronized void count(Collection<Hand.Key> keys) {
        for (Hand.Key key : keys) {
            counts.merge(new Use(key.style(), key.seed(), key.form()), 1, Integer::sum);
        }
        while (counts.size() > MOST) {
            counts.replaceAll((use, count) -> count / 2);
            counts.values().removeIf(count -> count == 0);
        }
    }

    /** The forms that were asked for most, the most wanted first; at most so many, and only those that are {@code drawable}. */
    synchronized List<Use> most(int forms, Predicate<Use> drawable) {
        return counts.entrySet().stream()
                .filter(use -> drawable.test(use.getKey()))
                .sorted(Map.Entry.<Use, Integer>comparingByValue(Comparator.reverseOrder()))
                .limit(forms)
                .map(Map.Entry::getKey)
                .toList();
    }
}
