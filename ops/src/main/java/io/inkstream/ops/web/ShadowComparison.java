package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.ShadowReport;
import java.util.DoubleSummaryStatistics;

/**
 * Means over the reports of one shadow behind one version. A figure that a report lacks, such as the pixels of a vector
 * image, counts for nothing; one that all of them lack is null. For one thread.
 */
final class ShadowComparison {
    private final DoubleSummaryStatistics difference = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics readCorrectly = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics shadowReadCorrectly = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics latencyMs = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics shadowLatencyMs = new DoubleSummaryStatistics();
    private long failures;
    private String lastFailure = "";

    void take(ShadowReport report) {
        latencyMs.accept(report.getLatencyMs());
        if (!report.getFailure().isEmpty()) {
            failures++;
            lastFailure = Limits.cut(report.getFailure(), Limits.MESSAGE_CHARS);
            return;
        }
        shadowLatencyMs.accept(report.getShadowLatencyMs());
        take(difference, report.getPixelDifference());
        take(readCorrectly, report.getReadCorrectly());
        take(shadowReadCorrectly, report.getShadowReadCorrectly());
    }

    private static void take(DoubleSummaryStatistics figure, Double value) {
        if (value != null) {
            figure.accept(value);
        }
    }

    /** Writes the means into an object for the browser. */
    void describe(ObjectNode json) {
        json.put("lines", latencyMs.getCount())
                .put("failures", failures)
                .put("lastFailure", lastFailure)
                .put("difference", mean(difference))
                .put("readCorrectly", mean(readCorrectly))
                .put("shadowReadCorrectly", mean(shadowReadCorrectly))
                .put("latencyMs", mean(latencyMs))
                .put("shadowLatencyMs", mean(shadowLatencyMs));
    }

    private static Double mean(DoubleSummaryStatistics figure) {
        return figure.getCount() == 0 ? null : figure.getAverage();
    }
}
