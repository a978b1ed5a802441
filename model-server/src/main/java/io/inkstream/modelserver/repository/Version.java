package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;

import io.inkstream.schemas.ModelId;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One life of an announced version on this server. Its state is changed by {@link Versions} alone. Guarded by the repository's monitor. */
final class Version {
    private final long beganNanos;
    /** Replaced, after a failure, by one that differs only in where the bundle lies; read by the working threads, too. */
    private volatile Announcement announcement;

    private Optional<Announcement> otherwise = Optional.empty();
    private VersionState state = ANNOUNCED;
    private long inStateSinceNanos;
    private String reason = "";
    private String refusal = "";
    private Optional<CanaryReport> canary = Optional.empty();
    private String engine = "";
    private int failures;
    private long againAtNanos;
    private long saidAtMillis;

    Version(Announcement announcement, long nowNanos) {
        this.announcement = announcement;
        beganNanos = nowNanos;
        inStateSinceNanos = nowNanos;
        saidAtMillis = announcement.announcedAtMillis();
    }

    ModelId id() {
        return announcement.id();
    }

    Announcement announcement() {
        return announcement;
    }

    VersionState state() {
        return state;
    }

    boolean isOver() {
        return state == REJECTED || state == UNLOADED;
    }

    /** Whether it has failed in this life, and may have recovered since. */
    boolean hasFailed() {
        return failures > 0;
    }

    /** Time from its announcement until now. */
    long ageNanos(long nowNanos) {
        return nowNanos - beganNanos;
    }

    /** Whether a failed one is due to be tried again. */
    boolean isDue(long nowNanos) {
        return nowNanos - againAtNanos >= 0;
    }

    VersionStatus status() {
        String why = Stream.of(reason, refusal).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
        return new VersionStatus(
                id(), state, why, announcement.sha256().hex(), announcement.sizeBytes(), canary, engine);
    }

    /** Goes on to a state; returns how long it was in the one before. */
    long become(VersionState next, String why, long nowNanos) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(id() + " is " + state + " and cannot become " + next);
        }
        long nanosInState = nowNanos - inStateSinceNanos;
        inStateSinceNanos = nowNanos;
        state = next;
        reason = why;
        if (next == UNLOADED) {
            canary = Optional.empty(); // nobody looks at the picture of what is gone
        }
        return nanosInState;
    }

    /** An announcement under its id is not heeded. */
    void refused(String what) {
        refusal = what;
    }

    /** It has been loaded. */
    void loaded(CanaryReport report, String runsOn) {
        canary = Optional.of(report);
        engine = runsOn;
    }

    /**
     * It has failed.
     *
     * @return how often it has by now
     */
    int failed() {
        return ++failures;
    }

    void againAt(long nanos) {
        againAtNanos = nanos;
    }

    /** Whether an announcement of the same is later than those that count. */
    boolean isSaidLater(Announcement again) {
        return again.announcedAtMillis() > saidAtMillis;
    }

    void saidAgain(Announcement again) {
        saidAtMillis = Math.max(saidAtMillis, again.announcedAtMillis());
    }

    /** Its bundle is said to lie elsewhere, too. */
    void liesToo(Announcement elsewhere) {
        otherwise = Optional.of(announcement.lyingLike(elsewhere));
    }

    /** Goes by the other place that its bundle is said to lie at, if there is one, and by this one the next time. */
    void takeTurns() {
        otherwise = otherwise.map(other -> {
            Announcement before = announcement;
            announcement = other;
            return before;
        });
    }
}
