package io.inkstream.ops.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * What came of faults under load; the names of its JSON are fixed.
 *
 * @param faults that were made
 * @param kinds of them
 * @param skipped kinds that could not be made here, and why
 * @param lost lines, pages and dead letters that never came, and lines of documents that were refused wrongly
 * @param doubled what came again
 * @param reordered lines that came before their turn
 * @param mixedDocuments documents whose lines name more than one version
 * @param byteDifferent lines and pages of other bytes or another text than before, and lines that are drawn otherwise without
 *     any pipeline
 * @param linesAndDeadLetter documents that have both
 * @param comparedLines lines that were drawn again without any pipeline; the others were compared with these
 * @param takeover from {@code kill -9} of a topology to the first line of a document sent afterwards, for each of its partitions;
 *     without those that began while an earlier fault still showed
 * @param takeoversAmidBacklog partitions that were taken over while an earlier fault still showed
 * @param latency from when a document was due to reading each of its lines, before the first fault
 * @param disturbed the same since
 * @param slowestLineMs by kind of the fault that went on or had gone before
 * @param linesPerSecond the steady load
 * @param problems the first of what should not have been seen
 */
public record FaultReport(
        long faults,
        Map<String, Integer> kinds,
        Map<String, String> skipped,
        long lost,
        long doubled,
        long reordered,
        @JsonProperty("mixed_documents") long mixedDocuments,
        @JsonProperty("byte_different") long byteDifferent,
        @JsonProperty("lines_and_dead_letter") long linesAndDeadLetter,
        long documents,
        long lines,
        long pages,
        @JsonProperty("dead_letters") long deadLetters,
        @JsonProperty("compared_lines") long comparedLines,
        @JsonProperty("takeover_ms") Times takeover,
        @JsonProperty("takeovers_amid_backlog") int takeoversAmidBacklog,
        @JsonProperty("latency_ms") Times latency,
        @JsonProperty("disturbed_ms") Times disturbed,
        @JsonProperty("slowest_line_ms") Map<String, Double> slowestLineMs,
        @JsonProperty("lines_per_second") double linesPerSecond,
        double seconds,
        long seed,
        @JsonProperty("resident_mib") Map<String, Long> residentMib,
        List<String> problems,
        Hardware hardware) {

    /** Quantiles in milliseconds of a number of times; absent where there is none. */
    public record Times(long count, Double p50, Double p95, Double p99, Double max) {
        static Times of(Latencies latencies) {
            return latencies.size() == 0
                    ? new Times(0, null, null, null, null)
                    : new Times(
                            latencies.size(),
                            latencies.quantileMillis(0.5),
                            latencies.quantileMillis(0.95),
                            latencies.quantileMillis(0.99),
                            latencies.quantileMillis(1));
        }
    }

    /** Whether all came that should, once, in order, of the right bytes, and nothing else. */
    @JsonProperty("clean")
    public boolean isClean() {
        return lost + doubled + reordered + mixedDocuments + byteDifferent + linesAndDeadLetter == 0;
    }
}
