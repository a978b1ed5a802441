package io.inkstream.schemas.rollout;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Names policies so that people see when and by which command they came, and no two are equal. */
public final class Revisions {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param random tells those apart that are made in the same second */
    public Revisions(InstantSource clock, RandomGenerator random) {
        this.clock = requireNonNull(clock, "clock");
        this.random = requireNonNull(random, "random");
    }

    /** A new revision, such as {@code 20261126T101500Z-promote-3f9a}. */
    public String next(String command) {
        Instant now = clock.instant();
        return TIME.format(now) + "-" + command + String.format(Locale.ROOT, "-%04x", random.nextInt(1 << 16));
    }
}
