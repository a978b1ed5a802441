package io.inkstream.modelserver.repository;

import static java.util.Comparator.comparingLong;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models in memory. When they outgrow their bound, those unused for longest leave that no policy names and no request uses.
 * Guarded by the repository's monitor.
 */
final class Residency {
    private static final Logger LOG = LoggerFactory.getLogger(Residency.class);

    private final Monitor monitor;
    private final Versions versions;
    private final long maxBytes;
    private final LongSupplier nanos;
    private final RepositoryMeters meters;
    private final Consumer<LoadedModel> free;
    private final Map<Version, Resident> residents = new HashMap<>();
    private volatile boolean isCrowded;

    private static final class Resident {
        private final Shared<LoadedModel> model;
        private final long bytes;
        private long lastUsedNanos;

        Resident(Shared<LoadedModel> model, long bytes, long nowNanos) {
            this.model = model;
            this.bytes = bytes;
            this.lastUsedNanos = nowNanos;
        }
    }

    /**
     * Empty.
     *
     * @param maxBytes most bytes of network files, but for those that must stay
     * @param free frees a model when its last user has gone, in a thread that has the time
     */
    Residency(
            Monitor monitor,
            Versions versions,
            long maxBytes,
            LongSupplier nanos,
            RepositoryMeters meters,
            Consumer<LoadedModel> free) {
        this.monitor = monitor;
        this.versions = versions;
        this.maxBytes = maxBytes;
        this.nanos = nanos;
        this.meters = meters;
        this.free = free;
    }

    boolean has(Version version) {
        return residents.containsKey(version);
    }

    /** Begins a use of a version's model, if it is in memory. */
    Optional<Shared<LoadedModel>.Use> use(Version version) {
        Resident resident = residents.get(version);
        if (resident == null) {
            return Optional.empty();
        }
        resident.lastUsedNanos = nanos.getAsLong();
        return resident.model.use();
    }

    /** Whether models should leave as soon as their last user goes. For any thread. */
    boolean isCrowded() {
        return isCrowded;
    }

    /** Takes a model in; others leave for it. */
    void admit(Version version, LoadedModel model) {
        residents.put(version, new Resident(new Shared<>(model, free), model.networkBytes(), nanos.getAsLong()));
        makeRoom(Optional.of(version));
    }

    /** A version is over. */
    void leave(Version version) {
        Resident resident = residents.remove(version);
        if (resident != null) {
            resident.model.retire();
            makeRoom();
        }
    }

    /** Lets models leave that may, if there are too many. */
    void makeRoom() {
        makeRoom(Optional.empty());
    }

    private void makeRoom(Optional<Version> newest) {
        long now = nanos.getAsLong();
        List<Version> leastUsedFirst = residents.keySet().stream()
                .filter(version -> version != newest.orElse(null) && mayLeave(version))
                .sorted(comparingLong(version -> residents.get(version).lastUsedNanos - now))
                .toList();
        long bytes = residents.values().stream()
                .mapToLong(resident -> resident.bytes)
                .sum();
        for (Version version : leastUsedFirst) {
            if (bytes <= maxBytes) {
                break;
            }
            long before = bytes;
            monitor.afterwards(() -> LOG.info("Unloaded {}: loaded models have {} bytes.", version.id(), before));
            Resident resident = residents.remove(version);
            resident.model.retire();
            bytes -= resident.bytes;
        }
        // What is in use now may leave when its last user goes.
        isCrowded = bytes > maxBytes
                && residents.entrySet().stream()
                        .anyMatch(entry -> entry.getValue().model.isInUse() && !versions.isNamed(entry.getKey()));
        meters.resident(residents.size(), bytes);
    }

    private boolean mayLeave(Version version) {
        return !versions.isNamed(version) && !residents.get(version).model.isInUse();
    }
}
