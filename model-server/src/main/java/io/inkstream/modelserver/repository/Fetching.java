package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.FAILED;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelChunk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Gets the bundles of the versions that are DOWNLOADING: from the cache folder, put together from chunks, or from where they lie.
 * Thread-safe, save where a method says that it is called under the monitor.
 */
final class Fetching implements AutoCloseable {
    private static final int MOST_PASSED_OVER = 10_000;

    private final Monitor monitor;
    private final Versions versions;
    private final BundleCache cache;
    private final ModelRepository.Limits limits;
    private final LongSupplier nanos;
    private final Consumer<Version> here;
    private final LocationFetcher fetcher;
    // Guarded by the monitor:
    private final Map<Version, Wait> waits = new HashMap<>();
    private final ChunkBuffer chunks;
    private final Set<ChunkBuffer.Key> passedOver = new HashSet<>();
    private long arrivedBytes;

    /** Where a version's bundle is. */
    private static final class Wait {
        private long sinceNanos;
        private Optional<byte[]> arrived = Optional.empty();
        private boolean wasDamaged;
        private boolean isForChunks;
        /** The cache folder is being asked; chunks that come meanwhile are kept. */
        private boolean isForCache;

        private boolean areSought;
        /** They were complete and not the announced bytes: which ones count is known only at the end of the topic. */
        private boolean haveDiffered;
    }

    /** @param here is called under the monitor when a version's bundle is here */
    Fetching(
            Monitor monitor,
            Versions versions,
            BundleCache cache,
            Locations locations,
            ModelRepository.Limits limits,
            LongSupplier nanos,
            Consumer<Version> here) {
        this.monitor = monitor;
        this.versions = versions;
        this.cache = cache;
        this.limits = limits;
        this.nanos = nanos;
        this.here = here;
        fetcher = new LocationFetcher(monitor, versions, locations, limits.downloadTimeout(), nanos, this::arrived);
        chunks = new ChunkBuffer(2 * limits.maxBundleBytes());
    }

    // Beginning and ending, under the monitor

    /** Begins to get a version's bundle: looks into the cache folder as soon as the monitor is left. */
    void begin(Version version) {
        versions.become(version, DOWNLOADING, "");
        wait(version).isForCache = true;
        monitor.afterwards(() -> lookUp(version));
    }

    /** Tries a version again that has failed, and where it is said to lie elsewhere, there. */
    void tryAgain(Version version) {
        version.takeTurns();
        wait(version).isForChunks = false;
        begin(version);
    }

    /** A version has failed, or is over. */
    void drop(Version version) {
        take(version);
        fetcher.forget(version);
        if (version.isOver()) {
            waits.remove(version);
        }
        if (version.state() == REJECTED) {
            forgetChunks(version); // what comes from now on is for another announcement
        }
    }

    void forgetChunks(Version version) {
        chunks.forget(version.announcement().chunks());
    }

    /** The chunks are read from the beginning now. */
    void readFromTheBeginning() {
        waits.values().forEach(wait -> wait.areSought |= wait.isForChunks);
    }

    private void lookUp(Version version) {
        boolean isKept = cache.contains(version.announcement().sha256());
        try (Monitor.Held ignored = monitor.enter()) {
            Wait wait = waits.get(version);
            if (wait != null) {
                wait.isForCache = false;
            }
            if (version.state() != DOWNLOADING) {
                return;
            }
            if (isKept) {
                here.accept(version);
                return;
            }
            seek(version);
        }
        pickUp(version.id());
    }

    private void seek(Version version) {
        if (version.announcement().liesElsewhere()) {
            fetcher.add(version);
            return;
        }
        Wait wait = wait(version);
        wait.sinceNanos = nanos.getAsLong();
        wait.isForChunks = true;
        wait.areSought = false;
    }

    private Wait wait(Version version) {
        return waits.computeIfAbsent(version, unused -> new Wait());
    }

    // What comes of them

    /** The bundle that has come for a version, which is handed out once; under the monitor. */
    Optional<byte[]> take(Version version) {
        Wait wait = waits.get(version);
        if (wait == null) {
            return Optional.empty();
        }
        Optional<byte[]> bundle = wait.arrived;
        wait.arrived = Optional.empty();
        bundle.ifPresent(bytes -> arrivedBytes -= bytes.length);
        return bundle;
    }

    /** The bundle of a version from the cache folder, if it is there whole. */
    Optional<byte[]> kept(Version version) {
        return cache.read(version.announcement().sha256());
    }

    /**
     * Keeps a bundle in the cache folder, as long as a version has it.
     *
     * @return whether it could be kept
     */
    boolean keep(Version version, byte[] bundle) {
        boolean isKept = cache.write(version.announcement().sha256(), bundle);
        forgetFile(version.announcement().sha256()); // if it was withdrawn meanwhile
        return isKept;
    }

    /** Deletes a bundle from the cache folder, unless a version has it. */
    void forgetFile(Sha256 sha256) {
        boolean isWanted;
        try (Monitor.Held ignored = monitor.enter()) {
            isWanted = versions.want(sha256);
        }
        if (!isWanted) {
            cache.delete(sha256);
        }
    }

    /** What the cache folder was said to have is damaged or gone. */
    void damaged(Version version) {
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.state() != DOWNLOADING) {
                return;
            }
            if (wait(version).wasDamaged) {
                versions.failed(version, "its file in the cache folder is damaged or gone, again");
            } else {
                wait(version).wasDamaged = true;
                seek(version);
            }
        }
    }

    /** Hands a bundle over: in memory as long as little waits there, else through the cache folder. */
    private void arrived(Version version, byte[] bundle) {
        version.announcement().checkBytes(bundle);
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.state() != DOWNLOADING) {
                return;
            }
            if (arrivedBytes + bundle.length <= 2 * limits.maxBundleBytes()) {
                arrivedBytes += bundle.length;
                wait(version).arrived = Optional.of(bundle);
                wait(version).isForChunks = false;
                here.accept(version);
                return;
            }
        }
        boolean isKept = keep(version, bundle);
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.isOver()) {
                return;
            }
            wait(version).isForChunks = false;
            if (isKept) {
                here.accept(version);
            } else {
                versions.failed(
                        version, "too many bundles wait in memory, and this one cannot be kept in the cache folder");
            }
        }
    }

    // From chunks

    /** Takes in a chunk that some version may need. */
    void chunk(ChunkBuffer.Key bundle, ModelChunk chunk) throws RejectedModelException {
        Optional<Version> its;
        try (Monitor.Held ignored = monitor.enter()) {
            if (passedOver.contains(bundle)) {
                return;
            }
            its = versions.get(bundle.model())
                    .filter(version -> version.announcement().sha256().equals(bundle.sha256()));
            if (its.isPresent() && !mayNeedChunks(its.get())) {
                return;
            }
        }
        if (its.isEmpty() && cache.contains(bundle.sha256())) {
            return;
        }
        boolean haveDiffered;
        try (Monitor.Held ignored = monitor.enter()) {
            boolean isAwaited = its.filter(
                            version -> version.announcement().chunks().equals(bundle))
                    .isPresent();
            chunks.add(bundle, chunk, isAwaited);
            haveDiffered = its.map(waits::get).filter(wait -> wait.haveDiffered).isPresent();
        }
        if (!haveDiffered) {
            pickUp(bundle.model());
        }
    }

    /** Chunks of this bundle, which no server loads, take no memory: neither those that are here nor those that come. */
    void passOver(ChunkBuffer.Key bundle) {
        try (Monitor.Held ignored = monitor.enter()) {
            if (passedOver.size() < MOST_PASSED_OVER) { // the buffer has a bound for the others
                passedOver.add(bundle);
            }
            chunks.forget(bundle);
        }
    }

    /** The id was withdrawn, or means another bundle by now; the caller holds the monitor. */
    void passOverNoMore(ModelId id) {
        passedOver.removeIf(bundle -> bundle.model().equals(id));
    }

    /** A rejected one may be announced anew, after its chunks; a failed one may have to be put together again. */
    private boolean mayNeedChunks(Version version) {
        Wait wait = waits.get(version);
        return version.state() == ANNOUNCED
                || version.state() == REJECTED
                || version.state() == FAILED
                || (wait != null && (wait.isForChunks || wait.isForCache));
    }

    /** Takes the bundle of a waiting version once its last chunk is there. */
    void pickUp(ModelId id) {
        Version version;
        Optional<byte[]> whole;
        try (Monitor.Held ignored = monitor.enter()) {
            version = versions.get(id).filter(this::waitsForChunks).orElse(null);
            if (version == null) {
                return;
            }
            try {
                whole = chunks.takeComplete(
                        version.announcement().chunks(), version.announcement().sizeBytes());
            } catch (NotNowException e) {
                differ(version, e.getMessage());
                return;
            }
            if (whole.isPresent() && version.state() == FAILED) {
                versions.become(version, DOWNLOADING, ""); // late, and welcome
            }
        }
        if (whole.isEmpty()) {
            return;
        }
        try {
            arrived(version, whole.get());
        } catch (NotNowException e) {
            differ(version, e.getMessage());
        }
    }

    private boolean waitsForChunks(Version version) {
        Wait wait = waits.get(version);
        return wait != null && wait.isForChunks;
    }

    private void differ(Version version, String reason) {
        try (Monitor.Held ignored = monitor.enter()) {
            if (!version.isOver()) {
                wait(version).haveDiffered = true;
                versions.failed(version, reason);
            }
        }
    }

    /** Versions that wait for chunks, the most urgent first. */
    List<ModelId> waitingForChunks() {
        try (Monitor.Held ignored = monitor.enter()) {
            return versions.urgentFirst().stream()
                    .filter(this::waitsForChunks)
                    .map(Version::id)
                    .toList();
        }
    }

    /** Looks again, at the end of the topic, at chunks that were not the announced bytes before. */
    void lookAgain() {
        List<ModelId> doubted;
        try (Monitor.Held ignored = monitor.enter()) {
            doubted = versions.all().stream()
                    .filter(version -> waitsForChunks(version) && wait(version).haveDiffered)
                    .map(Version::id)
                    .toList();
        }
        doubted.forEach(this::pickUp);
    }

    /**
     * Gives up on chunks that have not come within the time for it.
     *
     * @return whether the topic has to be read from the beginning again, for a bundle that lacks some
     */
    boolean lacksChunks() {
        try (Monitor.Held ignored = monitor.enter()) {
            boolean again = false;
            for (Version version : versions.in(DOWNLOADING)) {
                Wait wait = wait(version);
                if (wait.isForChunks) {
                    long waited = nanos.getAsLong() - wait.sinceNanos;
                    again |= seeksChunks(version, wait, waited);
                    if (waited >= limits.downloadTimeout().toNanos() && wait.areSought && !again) {
                        Announcement announcement = version.announcement();
                        versions.failed(
                                version,
                                "topic model-chunks has " + chunks.present(announcement.chunks()) + " of its "
                                        + announcement.chunkCount() + " chunks with SHA-256 " + announcement.sha256());
                    }
                }
            }
            return again;
        }
    }

    /**
     * What lies before an announcement in its transaction is seen a moment later when the other topic was polled first:
     * only a version that has waited for a while, or failed before, may need chunks that were passed over.
     */
    private boolean seeksChunks(Version version, Wait wait, long waitedNanos) {
        boolean mayBeOnTheirWay =
                !version.hasFailed() && waitedNanos < limits.downloadTimeout().toNanos() / 10;
        if (wait.areSought || mayBeOnTheirWay) {
            return false;
        }
        wait.areSought = true;
        return true;
    }

    /** Fetches again what did not come from where it lies, or gives up on it for now. */
    void goOn() {
        fetcher.goOn();
    }

    /** Ends its thread. */
    @Override
    public void close() {
        fetcher.close();
    }
}
