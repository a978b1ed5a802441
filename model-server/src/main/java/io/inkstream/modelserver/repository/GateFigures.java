package io.inkstream.modelserver.repository;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What was measured of a version's drawings.
 *
 * @param ink of the drawings as such
 * @param reading of what the server's reader takes them for
 * @param claimed share of drawings that the card says are read as asked
 */
record GateFigures(Ink ink, Reading reading, OptionalDouble claimed) {

    /**
     * How the drawings look.
     *
     * @param classes characters that were drawn
     * @param drawings of all of them
     * @param inked drawings that have a stroke
     * @param share mean ink of a pixel
     * @param softness pixels between paper and ink, as 4p(1-p), a unit of ink
     * @param deviationWithin standard deviation of a pixel between drawings of one character
     * @param deviationBetween standard deviation of a pixel between the characters' mean drawings
     * @param differenceByStyle mean difference of two drawings' pixels through style alone
     * @param differenceByNoise mean difference of two drawings' pixels through noise alone
     * @param unvaried characters whose drawings are all alike, or blank
     */
    record Ink(
            int classes,
            int drawings,
            int inked,
            double share,
            double softness,
            double deviationWithin,
            double deviationBetween,
            double differenceByStyle,
            double differenceByNoise,
            List<String> unvaried) {
        Ink {
            unvaried = List.copyOf(unvaried);
        }

        double inkedShare() {
            return inked / (double) drawings;
        }
    }

    /**
     * How the drawings are read whose characters the reader knows.
     *
     * @param classes characters that it knows; if none, the shares say nothing
     * @param unreadClasses characters that it does not know
     * @param accuracy share of drawings that are read as asked
     * @param lookalikeAccuracy share of drawings that are read as asked or as a look-alike
     * @param misread characters that are hardly ever read as either
     */
    record Reading(int classes, int unreadClasses, double accuracy, double lookalikeAccuracy, List<String> misread) {
        Reading {
            misread = List.copyOf(misread);
        }

        /** False for another script, which is judged by its ink alone, and the figures say so. */
        boolean hasAny() {
            return classes > 0;
        }
    }

    /** For people and dashboards. */
    Map<String, Double> byName() {
        Map<String, Double> figures = new TreeMap<>();
        figures.put("drawings", (double) ink.drawings);
        figures.put("inked_share", ink.inkedShare());
        figures.put("ink_share", ink.share);
        figures.put("softness", ink.softness);
        figures.put("deviation_within", ink.deviationWithin);
        figures.put("deviation_between", ink.deviationBetween);
        figures.put("difference_by_style", ink.differenceByStyle);
        figures.put("difference_by_noise", ink.differenceByNoise);
        figures.put("unvaried_classes", (double) ink.unvaried.size());
        figures.put("read_classes", (double) reading.classes);
        figures.put("unread_classes", (double) reading.unreadClasses);
        if (reading.hasAny()) {
            figures.put("accuracy", reading.accuracy);
            figures.put("lookalike_accuracy", reading.lookalikeAccuracy);
            figures.put("misread_classes", (double) reading.misread.size());
            claimed.ifPresent(claim -> figures.put("claimed_accuracy", claim));
        }
        return figures;
    }
}
