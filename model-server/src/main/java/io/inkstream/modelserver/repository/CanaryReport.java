package io.inkstream.modelserver.repository;

import java.util.Map;

/**
 * What a version drew before it was let in.
 *
 * @param figures by name, for people and for dashboards
 * @param png the drawing itself
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out
public record CanaryReport(Map<String, Double> figures, byte[] png) {
    public CanaryReport {
        figures = Map.copyOf(figures);
        png = png.clone();
    }

    @Override
    public byte[] png() {
        return png.clone();
    }
}
