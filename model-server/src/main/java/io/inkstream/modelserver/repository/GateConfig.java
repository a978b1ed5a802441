package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

/**
 * How well a version has to draw before it serves. RATIONALE.md has what good and bad models measure.
 *
 * @param draws drawings of each character that are looked at, 4 to 64
 * @param accuracyTolerance by how much fewer of them may be read as asked than the bundle's card claims
 * @param leastAccuracy share of them that must be read as asked or as a look-alike
 * @param mostMisread characters that may be read hardly ever as asked or as a look-alike: one is a weak spot, two are
 *     swapped labels
 * @param leastDeviation standard deviation of a pixel between drawings of one character; below it a model repeats itself
 * @param mostDeviation above it a model scribbles
 * @param requiredCharacters that a version must have a class for
 */
public record GateConfig(
        int draws,
        double accuracyTolerance,
        double leastAccuracy,
        int mostMisread,
        double leastDeviation,
        double mostDeviation,
        String requiredCharacters) {
    public static final GateConfig DEFAULTS = new GateConfig(6, .12, .75, 1, .14, .3, "");

    public GateConfig {
        requireNonNull(requiredCharacters, "requiredCharacters");
        if (draws < 4 || draws > 64 || mostMisread < 0) {
            throw new IllegalArgumentException(
                    "need 4 to 64 draws and 0 or more misread characters, got " + draws + " and " + mostMisread);
        }
        checkShare("accuracyTolerance", accuracyTolerance);
        checkShare("leastAccuracy", leastAccuracy);
        checkShare("leastDeviation", leastDeviation);
        checkShare("mostDeviation", mostDeviation);
        if (leastDeviation > mostDeviation) {
            throw new IllegalArgumentException(
                    "the least deviation is above the most: " + leastDeviation + " > " + mostDeviation);
        }
    }

    private static void checkShare(String what, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(what + " is 0 to 1, got " + share);
        }
    }
}
