package io.inkstream.ops.explore;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.inkstream.modelserver.compositing.GreyImage;
import java.util.Comparator;
import java.util.Locale;

/**
 * One hand of a model: what a document would name to get it, how it writes a text, and its measures.
 *
 * @param style style that the document would name
 * @param seed seed that it would name
 * @param slant how far it leans, right positive: horizontal over vertical
 * @param width x-heights that a character takes, with its share of the spaces
 * @param legibility share of the characters that the server's own reader takes for themselves or their look-alikes, 0 to 1
 * @param line the text in this hand
 */
public record ExploredHand(
        String style,
        long seed,
        double slant,
        double width,
        double legibility,
        @JsonIgnore GreyImage line) {

    /** What hands can be sorted by. */
    public enum Order {
        /** Style after style. */
        SEED(Comparator.comparing(ExploredHand::style).thenComparingLong(ExploredHand::seed)),
        SLANT(Comparator.comparingDouble(ExploredHand::slant)),
        WIDTH(Comparator.comparingDouble(ExploredHand::width)),
        /** The most legible first. */
        LEGIBILITY(Comparator.comparingDouble(ExploredHand::legibility).reversed());

        private final Comparator<ExploredHand> comparator;

        Order(Comparator<ExploredHand> comparator) {
            this.comparator = comparator;
        }

        public Comparator<ExploredHand> comparator() {
            return comparator;
        }
    }

    public ExploredHand {
        requireNonNull(style, "style");
        requireNonNull(line, "line");
    }

    /** The measures as people read them. */
    public String measures() {
        return String.format(Locale.ROOT, "slant %+.2f  width %.2f  legible %.0f %%", slant, width, 100 * legibility);
    }
}
