package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.FAILED;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The announced versions, each with its state, and what is announced under ids that nothing can be made of. Tells every change
 * to the listener, in order. Guarded by the repository's monitor.
 */
final class Versions {
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
    /** Announcements of as many bytes are kept; a thousand ordinary ones have three million. */
    private static final long MOST_ANNOUNCED_BYTES = 64L << 20;
    /** Named versions come before all others, whatever their age. */
    private static final long NAMED = 1L << 62;

    private final Monitor monitor;
    private final int most;
    private final Backoff backoff;
    private final LongSupplier nanos;
    private final RepositoryMeters meters;
    private final Consumer<VersionStatus> listener;
    private final Consumer<Version> left;

    private final Map<ModelId, Version> versions = new HashMap<>();
    private final Map<ModelId, VersionStatus> unusable = new HashMap<>();
    private long announcedBytes;
    private Set<ModelId> named = Set.of();
    private boolean isClosed;

    /**
     * None yet.
     *
     * @param most that are known at a time
     * @param backoff how long a version that FAILED waits until it is tried again
     * @param left hears of each version that is over or has failed, before the listener does
     */
    Versions(
            Monitor monitor,
            int most,
            Backoff backoff,
            LongSupplier nanos,
            RepositoryMeters meters,
            Consumer<VersionStatus> listener,
            Consumer<Version> left) {
        this.monitor = monitor;
        this.most = most;
        this.backoff = backoff;
        this.nanos = nanos;
        this.meters = meters;
        this.listener = listener;
        this.left = left;
    }

    // Which there are

    Optional<Version> get(ModelId id) {
        return Optional.ofNullable(versions.get(id));
    }

    /** All; a copy, since going through them may change them. */
    List<Version> all() {
        return List.copyOf(versions.values());
    }

    /** Those in a state. */
    List<Version> in(VersionState state) {
        return versions.values().stream()
                .filter(version -> version.state() == state)
                .toList();
    }

    /** All, the most urgent first. */
    List<Version> urgentFirst() {
        return versions.values().stream()
                .sorted(comparingLong(this::urgency).reversed())
                .toList();
    }

    /** Ids of all, those that nothing can be made of among them. */
    List<ModelId> ids() {
        return Stream.concat(versions.keySet().stream(), unusable.keySet().stream())
                .distinct()
                .toList();
    }

    /** All that is known, by id. */
    List<VersionStatus> statuses() {
        return Stream.concat(versions.values().stream().map(Version::status), unusable.values().stream())
                .sorted(comparing(status -> status.id().toString()))
                .toList();
    }

    /** Whether a version has this bundle, or none is known any more and the next start may want it. */
    boolean want(Sha256 sha256) {
        return isClosed
                || versions.values().stream()
                        .anyMatch(version -> version.announcement().sha256().equals(sha256));
    }

    /** Whether none of its name that is READY is newer. */
    boolean isNewest(Version version) {
        return versions.values().stream()
                .noneMatch(other -> other.state() == READY
                        && other.id().name().equals(version.id().name())
                        && other.announcement().announcedAtMillis()
                                > version.announcement().announcedAtMillis());
    }

    /** Policies name these. */
    void named(Set<ModelId> ids) {
        named = Set.copyOf(ids);
    }

    boolean isNamed(Version version) {
        return named.contains(version.id());
    }

    /** What is most urgent is greatest: those that a policy names, then the newest. */
    long urgency(Version version) {
        return (isNamed(version) ? NAMED : 0) + version.announcement().announcedAtMillis();
    }

    // Their lives

    /** Begins a life, in the place of one that is over; empty if there is no room for it. */
    Optional<Version> begin(Announcement announcement) {
        if (isClosed) {
            return Optional.empty();
        }
        unusable.remove(announcement.id());
        get(announcement.id()).ifPresent(this::remove);
        Version version = new Version(announcement, nanos.getAsLong());
        String crowd = crowd(announcement.weightBytes());
        if (!crowd.isEmpty()) {
            version.become(UNLOADED, crowd + ", the most allowed; withdraw old ones", nanos.getAsLong());
            say(version, () -> LOG.warn("{} is ignored: {}.", announcement.id(), crowd));
            return Optional.empty();
        }
        versions.put(announcement.id(), version);
        announcedBytes += announcement.weightBytes();
        meters.began();
        say(version, () -> {});
        return Optional.of(version);
    }

    void become(Version version, VersionState next, String reason) {
        VersionState before = version.state();
        meters.moved(before, next, version.become(next, reason, nanos.getAsLong()));
        if (version.isOver() || next == FAILED) {
            left.accept(version);
        }
        if (version.isOver()) {
            meters.gone(version.id());
        }
        say(version, () -> {
            if (next == REJECTED || next == FAILED) {
                LOG.warn("{} is {}: {}.", version.id(), next, reason);
            } else {
                LOG.info("{} is {}{}.", version.id(), next, reason.isEmpty() ? "" : ": " + reason);
            }
        });
    }

    /** It is tried again later. */
    void failed(Version version, String reason) {
        if (!version.isOver() && version.state() != FAILED) {
            version.againAt(nanos.getAsLong() + backoff.nanosAfter(version.failed()));
            become(version, FAILED, reason);
        }
    }

    /** It never serves. */
    void reject(Version version, String reason) {
        if (!version.isOver()) {
            become(version, REJECTED, reason);
        }
    }

    /** A version is READY. */
    void ready(Version version, BundleLoader.Loaded loaded) {
        version.loaded(loaded.canary(), loaded.model().engine());
        become(version, READY, "");
        meters.ready(version.id(), loaded.canary(), version.ageNanos(nanos.getAsLong()));
    }

    /** An announcement under its id is not heeded: a name keeps what was first announced until it is withdrawn. */
    void refuse(Version version, String refusal) {
        version.refused(refusal);
        say(version, () -> LOG.warn("{}: {}.", version.id(), refusal));
    }

    /** What is announced under an id is none; it keeps nobody from announcing one, and its writer reads why. */
    void unusable(ModelId id, long sizeBytes, String fault) {
        Optional<Version> known = get(id);
        if (known.isPresent()) {
            known.get().refused("an announcement under this version is ignored: " + fault);
            say(known.get(), () -> {});
        } else if (!isClosed && versions.size() + unusable.size() < most) {
            VersionStatus status =
                    new VersionStatus(id, REJECTED, fault, "", Math.max(0, sizeBytes), Optional.empty(), "");
            unusable.put(id, status);
            tell(status);
        }
    }

    /** Ends a life, and forgets it. */
    Optional<Version> end(ModelId id, String reason) {
        if (unusable.remove(id) != null) {
            tell(new VersionStatus(id, UNLOADED, reason, "", 0, Optional.empty(), ""));
        }
        Optional<Version> known = get(id);
        known.ifPresent(version -> {
            become(version, UNLOADED, reason);
            remove(version);
        });
        return known;
    }

    /** Ends all for good. */
    void close() {
        isClosed = true;
        ids().forEach(id -> end(id, "the server is shutting down"));
    }

    private void remove(Version version) {
        versions.remove(version.id());
        announcedBytes -= version.announcement().weightBytes();
    }

    /** Says what there is too much of for one more announcement; empty if there is room. */
    private String crowd(long weightBytes) {
        if (versions.size() >= most) {
            return versions.size() + " versions are known";
        }
        return announcedBytes + weightBytes > MOST_ANNOUNCED_BYTES
                ? "the announcements of " + versions.size() + " versions take " + announcedBytes + " of "
                        + MOST_ANNOUNCED_BYTES + " bytes"
                : "";
    }

    private void say(Version version, Runnable log) {
        monitor.afterwards(log);
        tell(version.status());
    }

    private void tell(VersionStatus status) {
        monitor.afterwards(() -> {
            try {
                listener.accept(status);
            } catch (RuntimeException e) { // whoever listens has no say in what becomes of a version
                LOG.error("A listener failed when {} became {}.", status.id(), status.state(), e);
            }
        });
    }
}
