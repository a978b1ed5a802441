package io.inkstream.ops.bench.swaps;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Tally;
import io.inkstream.ops.bench.Times;
import java.util.Map;

/**
 * What came of swapping versions under load; the names of its JSON are fixed.
 *
 * @param swaps changes of the serving version that came into force
 * @param kinds of them, by what brought them about
 * @param kills processes that were killed at a random moment
 * @param killed of them, by process
 * @param wrongVersion lines that the version which they name was not announced to draw, or does not draw so
 * @param comparedLines lines that were drawn again by the version which they name, and compared byte for byte
 * @param publishToFirstLine from before a version is published to the first line of it, with no policy in the way and no kill
 * @param promote from before the record to the first line that names its policy, without kills
 * @param rollback the same of rollbacks
 * @param latency from sending a document to reading each of its lines, before the first swap
 * @param lateLines lines beyond p99 of that and 500 ms, apart from documents that a kill held up
 * @param slowestLineMs the slowest of them
 * @param linesPerSecond the steady load
 * @param capacityLinesPerSecond what it was measured to be at most; absent where the load was given
 * @param hands that the documents are spread over; each version draws their letters anew
 * @param diskMib of broker, model server and topology, at the end
 */
public record SwapReport(
        long swaps,
        Map<String, Integer> kinds,
        long kills,
        Map<String, Integer> killed,
        @JsonUnwrapped Tally tally,
        @JsonProperty("wrong_version") long wrongVersion,
        @JsonProperty("compared_lines") long comparedLines,
        @JsonProperty("publish_to_first_line_ms") Times publishToFirstLine,
        @JsonProperty("promote_ms") Times promote,
        @JsonProperty("rollback_ms") Times rollback,
        @JsonProperty("latency_ms") Times latency,
        @JsonProperty("late_lines") long lateLines,
        @JsonProperty("slowest_line_ms") double slowestLineMs,
        @JsonProperty("lines_per_second") double linesPerSecond,
        @JsonProperty("capacity_lines_per_second") Double capacityLinesPerSecond,
        int hands,
        @JsonProperty("bundle_bytes") long bundleBytes,
        double seconds,
        long seed,
        @JsonProperty("resident_mib") Map<String, Long> residentMib,
        @JsonProperty("disk_mib") long diskMib,
        Hardware hardware) {

    /** Whether every line came once, in order, whole documents by one version, the one that they name. */
    @JsonProperty("clean")
    public boolean isClean() {
        return tally.wrong() + wrongVersion == 0;
    }
}
