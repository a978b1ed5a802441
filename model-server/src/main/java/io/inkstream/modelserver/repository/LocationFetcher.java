package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches bundles from where their announcements say that they lie, in one thread, the most urgent first; what does not come is
 * fetched again until the time for it is over. Thread-safe, save where a method says that it is called under the monitor.
 */
final class LocationFetcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocationFetcher.class);
    private static final Duration FETCH_AGAIN = Duration.ofSeconds(1);

    private final Monitor monitor;
    private final Versions versions;
    private final Locations locations;
    private final Duration timeout;
    private final LongSupplier nanos;
    private final BiConsumer<Version, byte[]> arrived;
    private final UrgentFirst thread = new UrgentFirst("model-fetcher");
    // Guarded by the monitor:
    private final Map<Version, Trip> trips = new HashMap<>();

    private static final class Trip {
        private long sinceNanos;
        private boolean isUnderWay;
        private long againAtNanos;
        private String trouble = "";

        Trip(long nowNanos) {
            sinceNanos = nowNanos;
        }
    }

    /**
     * Nothing to do yet.
     *
     * @param timeout after which a version fails whose bundle has not come
     * @param arrived takes a bundle; throws {@link NotNowException} if it is not the announced one
     */
    LocationFetcher(
            Monitor monitor,
            Versions versions,
            Locations locations,
            Duration timeout,
            LongSupplier nanos,
            BiConsumer<Version, byte[]> arrived) {
        this.monitor = monitor;
        this.versions = versions;
        this.locations = locations;
        this.timeout = timeout;
        this.nanos = nanos;
        this.arrived = arrived;
    }

    /** Has a version's bundle fetched when its turn comes; under the monitor. */
    void add(Version version) {
        trips.put(version, new Trip(nanos.getAsLong()));
        queue(version);
    }

    /** A version has failed, or is over; under the monitor. */
    void forget(Version version) {
        trips.remove(version);
    }

    /** Fetches again what did not come, or gives up on it for now. */
    void goOn() {
        try (Monitor.Held ignored = monitor.enter()) {
            long now = nanos.getAsLong();
            for (Version version : versions.in(DOWNLOADING)) {
                Trip trip = trips.get(version);
                if (trip == null || trip.isUnderWay || trip.trouble.isEmpty()) {
                    continue;
                }
                if (now - trip.sinceNanos >= timeout.toNanos()) {
                    versions.failed(version, trip.trouble);
                } else if (now - trip.againAtNanos >= 0) {
                    queue(version);
                }
            }
        }
    }

    private void queue(Version version) {
        trips.get(version).isUnderWay = true;
        long urgency = versions.urgency(version);
        monitor.afterwards(() -> thread.add(urgency, () -> fetchNow(version)));
    }

    private void fetchNow(Version version) {
        Trip trip;
        try (Monitor.Held ignored = monitor.enter()) {
            trip = trips.get(version);
            if (trip == null || version.state() != DOWNLOADING) {
                return;
            }
            if (trip.trouble.isEmpty()) {
                trip.sinceNanos = nanos.getAsLong(); // from its first try: those before it may take long
            }
        }
        String trouble = tryNow(version);
        try (Monitor.Held ignored = monitor.enter()) {
            if (trouble.isEmpty()) {
                trips.remove(version, trip); // and none that has begun since
            } else {
                trip.isUnderWay = false;
                trip.trouble = trouble;
                trip.againAtNanos = nanos.getAsLong() + FETCH_AGAIN.toNanos();
            }
        }
    }

    /** Returns why it has to be tried again; empty if it has not. */
    private String tryNow(Version version) {
        Announcement announcement = version.announcement();
        try {
            arrived.accept(
                    version, locations.fetch(announcement.location(), Math.toIntExact(announcement.sizeBytes())));
        } catch (RejectedModelException e) {
            try (Monitor.Held ignored = monitor.enter()) {
                versions.reject(version, e.getMessage());
            }
        } catch (NotNowException e) {
            try (Monitor.Held ignored = monitor.enter()) {
                versions.failed(version, e.getMessage());
            }
        } catch (IOException e) {
            LOG.warn("Fetching {} is retried later: {}", version.id(), e.getMessage());
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the repository closes
        } catch (RuntimeException e) {
            LOG.error("{} cannot be fetched; it is retried.", version.id(), e);
            return "fetching it failed: " + e;
        }
        return "";
    }

    /** Ends its thread. */
    @Override
    public void close() {
        thread.close();
    }
}
