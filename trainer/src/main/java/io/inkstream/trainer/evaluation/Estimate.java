package io.inkstream.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A figure, and between what the true one lies in 95 of 100 cases.
 *
 * @param low NaN, as {@code high}, where nothing is known of that
 * @param resampled the figure for each resample of the test glyphs, from which the interval is; empty if it is from elsewhere
 */
public record Estimate(double value, double low, double high, List<Double> resampled) {
    /** Two-sided 95 % of a normal distribution. */
    private static final double Z95 = 1.96;

    public Estimate {
        resampled = List.copyOf(resampled);
    }

    /** Returns an estimate whose error has a standard deviation of {@code deviation}; NaN where that is not known. */
    static Estimate of(double value, double deviation) {
        return new Estimate(value, value - Z95 * deviation, value + Z95 * deviation, List.of());
    }

    /**
     * Returns an estimate that is as uncertain as its resamples differ.
     *
     * @param resampled NaN where a resample left nothing to measure
     */
    static Estimate of(double value, List<Double> resampled) {
        SummaryStatistics statistics = new SummaryStatistics();
        resampled.stream().filter(Double::isFinite).forEach(statistics::addValue);
        Estimate bounds = of(value, statistics.getN() < 2 ? Double.NaN : statistics.getStandardDeviation());
        return new Estimate(value, bounds.low, bounds.high, resampled);
    }

    /**
     * Returns how far this figure lies above another one's of the same test glyphs, resampled in the same way: what both owe
     * to the choice of the glyphs is no difference between them.
     */
    Estimate minus(Estimate other) {
        int pairs = Math.min(resampled.size(), other.resampled.size());
        List<Double> differences = new ArrayList<>(pairs);
        for (int i = 0; i < pairs; i++) {
            differences.add(resampled.get(i) - other.resampled.get(i));
        }
        return of(value - other.value, differences);
    }

    /** Returns whether the interval is known. */
    public boolean isBounded() {
        return Double.isFinite(low) && Double.isFinite(high);
    }

    /** Returns low and high, as a card has them. */
    List<Double> interval() {
        return List.of(low, high);
    }
}
