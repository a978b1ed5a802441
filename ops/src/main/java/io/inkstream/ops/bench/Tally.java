package io.inkstream.ops.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What came of the documents that were sent; the names of its JSON are fixed.
 *
 * @param lost lines, pages and dead letters that never came, and lines of documents that were refused wrongly
 * @param doubled what came again
 * @param reordered lines that came before their turn
 * @param mixedDocuments documents whose lines name more than one version
 * @param linesAndDeadLetter documents that have both
 * @param problems the first of what should not have been seen, in words
 */
public record Tally(
        long documents,
        long lines,
        long pages,
        @JsonProperty("dead_letters") long deadLetters,
        long lost,
        long doubled,
        long reordered,
        @JsonProperty("mixed_documents") long mixedDocuments,
        @JsonProperty("lines_and_dead_letter") long linesAndDeadLetter,
        List<String> problems) {
    /** How much did not come as it should: once, in order, whole documents by one version, and nothing else. */
    public long wrong() {
        return lost + doubled + reordered + mixedDocuments + linesAndDeadLetter;
    }
}
