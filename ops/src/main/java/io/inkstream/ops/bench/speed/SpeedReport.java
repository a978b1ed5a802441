package io.inkstream.ops.bench.speed;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Times;
import java.util.Map;

/**
 * What a benchmark found; the names of its JSON are fixed.
 *
 * @param linesPerSecond lines of 40 characters, end to end, documents spread over 64 hands
 * @param newHandsLinesPerSecond the same with a new hand for every line
 * @param latency from sending a document to reading a line of it, at {@code latencyLinesPerSecond}
 * @param latencyLinesPerSecond the steady load under which latency was measured
 * @param predictorGlyphsPerSecond the generator alone on one core
 * @param batchingGain how many times faster it draws a glyph in a batch of sixteen than alone
 * @param cpuSecondsPer1000Lines by kind of process, with 64 hands
 * @param residentMib memory by process, at the end
 * @param seconds that each load was measured
 * @param modelServers how many there were
 */
public record SpeedReport(
        @JsonProperty("lines_per_second") double linesPerSecond,
        @JsonProperty("lines_per_second_new_hands") double newHandsLinesPerSecond,
        @JsonProperty("latency_ms") Times latency,
        @JsonProperty("latency_lines_per_second") double latencyLinesPerSecond,
        @JsonProperty("predictor_glyphs_per_second") double predictorGlyphsPerSecond,
        @JsonProperty("batching_gain") double batchingGain,
        @JsonProperty("cpu_seconds_per_1000_lines") Map<String, Double> cpuSecondsPer1000Lines,
        @JsonProperty("resident_mib") Map<String, Long> residentMib,
        @JsonProperty("seconds") long seconds,
        @JsonProperty("model_servers") int modelServers,
        @JsonProperty("hardware") Hardware hardware) {}
