package io.inkstream.ops.bench.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Tally;
import io.inkstream.ops.bench.Times;
import java.util.Map;

/**
 * What came of faults under load; the names of its JSON are fixed.
 *
 * @param faults that were made
 * @param kinds of them
 * @param skipped kinds that could not be made here, and why
 * @param byteDifferent lines and pages of other bytes or another text than before, and lines that are drawn otherwise without
 *     any pipeline
 * @param comparedLines lines that were drawn again without any pipeline; the others were compared with these
 * @param takeover from {@code kill -9} of a topology to the first line of a document sent afterwards, for each of its partitions;
 *     without those that began while an earlier fault still showed
 * @param takeoversAmidBacklog partitions that were taken over while an earlier fault still showed
 * @param latency from when a document was due to reading each of its lines, before the first fault
 * @param disturbed the same since
 * @param slowestLineMs by kind of the fault that went on or had gone before
 * @param linesPerSecond the steady load
 */
public record FaultReport(
        long faults,
        Map<String, Integer> kinds,
        Map<String, String> skipped,
        @JsonUnwrapped Tally tally,
        @JsonProperty("byte_different") long byteDifferent,
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
        Hardware hardware) {

    /** Whether all came that should, once, in order, of the right bytes, and nothing else. */
    @JsonProperty("clean")
    public boolean isClean() {
        return tally.wrong() + byteDifferent == 0;
    }
}
