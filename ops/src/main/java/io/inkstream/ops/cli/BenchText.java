package io.inkstream.ops.cli;

import io.inkstream.ops.bench.Hardware;
import io.inkstream.ops.bench.Tally;
import io.inkstream.ops.bench.Times;
import io.inkstream.ops.bench.faults.FaultReport;
import io.inkstream.ops.bench.speed.SpeedReport;
import io.inkstream.ops.bench.swaps.SwapReport;
import java.util.Locale;

/** Puts the reports of the benchmark into words for people. */
final class BenchText {
    private BenchText() {}

    /** What the run found. */
    static String of(SpeedReport report) {
        return String.format(
                Locale.ROOT,
                """
                    lines/s, 64 hands:            %.1f
                    lines/s, new hand each line:  %.1f
                    latency at %.1f lines/s:      p50 %.0f ms, p95 %.0f ms, p99 %.0f ms
                    predictor alone, one core:    %.0f glyphs/s, %.2f times faster in batches
                    cpu seconds per 1000 lines:   %s
                    resident MiB at the end:      %s
                    on: %s""",
                report.linesPerSecond(),
                report.newHandsLinesPerSecond(),
                report.latencyLinesPerSecond(),
                report.latency().p50(),
                report.latency().p95(),
                report.latency().p99(),
                report.predictorGlyphsPerSecond(),
                report.batchingGain(),
                report.cpuSecondsPer1000Lines(),
                report.residentMib(),
                inWords(report.hardware()));
    }

    /** What the run found. */
    static String of(SwapReport report) {
        Tally tally = report.tally();
        return String.format(
                Locale.ROOT,
                """
                        swaps:                  %d in %.0f s %s
                        kills:                  %d %s
                        lines:                  %d of %d documents in %d hands, %.1f a second
                        lost:                   %d
                        doubled:                %d
                        reordered:              %d
                        wrong version:          %d (%d lines drawn again and compared)
                        mixed documents:        %d
                        lines and dead letter:  %d
                        publish to first line:  %s
                        promote to first line:  %s
                        rollback to first line: %s
                        latency before swaps:   %s
                        late lines:             %d later than that p99 and 500 ms; slowest %.0f ms
                        problems:               %s
                        on: %s""",
                report.swaps(),
                report.seconds(),
                report.kinds(),
                report.kills(),
                report.killed(),
                tally.lines(),
                tally.documents(),
                report.hands(),
                report.linesPerSecond(),
                tally.lost(),
                tally.doubled(),
                tally.reordered(),
                report.wrongVersion(),
                report.comparedLines(),
                tally.mixedDocuments(),
                tally.linesAndDeadLetter(),
                inWords(report.publishToFirstLine()),
                inWords(report.promote()),
                inWords(report.rollback()),
                inWords(report.latency()),
                report.lateLines(),
                report.slowestLineMs(),
                tally.problems(),
                inWords(report.hardware()));
    }

    /** What the run found. */
    static String of(FaultReport report) {
        Tally tally = report.tally();
        return String.format(
                Locale.ROOT,
                """
                        faults:               %d in %.0f s %s
                        not made:             %s
                        lines:                %d of %d documents, %d pages, %d dead letters, %.1f lines a second
                        lost:                 %d
                        doubled:              %d
                        reordered:            %d
                        mixed documents:      %d
                        byte-different:       %d (%d lines drawn again, the others compared with those)
                        lines and dead letter:%d
                        takeover:             %s
                        latency before:       %s
                        latency since:        %s
                        slowest line in ms:   %s
                        problems:             %s
                        seed:                 %d
                        on: %s""",
                report.faults(),
                report.seconds(),
                report.kinds(),
                report.skipped(),
                tally.lines(),
                tally.documents(),
                tally.pages(),
                tally.deadLetters(),
                report.linesPerSecond(),
                tally.lost(),
                tally.doubled(),
                tally.reordered(),
                tally.mixedDocuments(),
                report.byteDifferent(),
                report.comparedLines(),
                tally.linesAndDeadLetter(),
                inWords(report.takeover()),
                inWords(report.latency()),
                inWords(report.disturbed()),
                report.slowestLineMs(),
                tally.problems(),
                report.seed(),
                inWords(report.hardware()));
    }

    private static String inWords(Times times) {
        return times.count() == 0
                ? "never"
                : String.format(
                        Locale.ROOT,
                        "p50 %.0f ms, p95 %.0f ms, p99 %.0f ms, max %.0f ms of %d",
                        times.p50(),
                        times.p95(),
                        times.p99(),
                        times.max(),
                        times.count());
    }

    private static String inWords(Hardware machine) {
        return machine.cpu() + ", " + machine.cores() + " cores, " + machine.memoryMib() + " MiB, " + machine.os()
                + ", " + machine.java();
    }
}
