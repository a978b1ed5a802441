package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.FAILED;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows every announced version and lets those serve that passed every check; a bad version never disturbs a good one.
 *
 * <p>Events come from one thread, questions from any. One thread of its own fetches bundles from their locations, another
 * one loads versions, one after the other: those that a policy names first, then the newest. When the models in memory
 * outgrow {@link Limits#maxResidentBytes}, the one unused for longest leaves that no policy names and no request uses; it
 * stays READY and comes back when somebody asks for it.
 *
 * <p>A verdict is not a failure. What speaks against the bytes of a version, or against its announcement, makes it REJECTED
 * for good. What goes wrong on the way (chunks or a location that do not come or bring other bytes, disk, memory, engine)
 * makes it FAILED, and it is tried again and again, ever more seldom, until it succeeds or is withdrawn.
 *
 * <p>The first announcement of a version counts. Where a later one says that the same bytes lie is tried in turns with it,
 * once it has failed.
 */
public final class ModelRepository implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

    /**
     * Bounds.
     *
     * @param maxBundleBytes largest bundle
     * @param maxVersions most versions that are known at a time
     * @param maxResidentBytes most bytes of network files whose models are in memory, but for those that must stay
     * @param downloadTimeout how long an announced version waits for its bundle before it counts as FAILED
     */
    public record Limits(long maxBundleBytes, int maxVersions, long maxResidentBytes, Duration downloadTimeout) {
        public Limits {
            requireNonNull(downloadTimeout, "downloadTimeout");
            if (maxBundleBytes < 1 || maxVersions < 1 || maxResidentBytes < 1 || downloadTimeout.isNegative()) {
                throw new IllegalArgumentException("bounds must be positive, got " + maxBundleBytes + ", " + maxVersions
                        + ", " + maxResidentBytes + ", " + downloadTimeout);
            }
        }
    }

    private final BundleCache cache;
    private final Locations locations;
    private final Limits limits;
    private final LongSupplier nanos;
    private final Monitor monitor = new Monitor();
    private final UrgentFirst loadingThread = new UrgentFirst("model-loader");
    private final Versions versions;
    private final Fetching fetching;
    private final Residency residency;
    private final Loading loading;
    // Guarded by the monitor:
    private boolean readFromTheBeginning;

    /**
     * Starts with nothing known.
     *
     * @param ahead prepares the newest version for its first lines, before it is READY; may fail, since lines go without
     * @param backoff how long a version that FAILED waits until it is tried again
     * @param nanos monotonic clock
     * @param listener receives every change, in order; must not block
     */
    public ModelRepository(
            BundleLoader loader,
            Consumer<LoadedModel> ahead,
            BundleCache cache,
            Locations locations,
            Limits limits,
            Backoff backoff,
            LongSupplier nanos,
            RepositoryMeters meters,
            Consumer<VersionStatus> listener) {
        this.cache = requireNonNull(cache, "cache");
        this.locations = requireNonNull(locations, "locations");
        this.limits = requireNonNull(limits, "limits");
        this.nanos = requireNonNull(nanos, "nanos");
        versions = new Versions(
                monitor,
                limits.maxVersions(),
                requireNonNull(backoff, "backoff"),
                nanos,
                requireNonNull(meters, "meters"),
                requireNonNull(listener, "listener"),
                this::left);
        residency = new Residency(
                monitor,
                versions,
                limits.maxResidentBytes(),
                nanos,
                meters,
                // Freeing takes milliseconds, which neither a line nor the monitor has.
                leaving -> loadingThread.add(Long.MAX_VALUE, leaving::close));
        fetching = new Fetching(monitor, versions, cache, locations, limits, nanos, this::here);
        loading = new Loading(
                monitor,
                versions,
                fetching,
                residency,
                requireNonNull(loader, "loader"),
                requireNonNull(ahead, "ahead"),
                this::begin,
                loadingThread);
    }

    // What the topics say

    /** Hears that a record of topic {@code models} announces a version. */
    public void announced(String key, ModelAnnouncement record) {
        Optional<String> fault = Announcement.fault(key, record);
        if (fault.isPresent()) {
            LOG.warn("An announcement under key '{}' is ignored: {}", quoted(key), fault.get());
            if (key.equals(record.getName() + ":" + record.getVersion())) {
                ModelId.ifValid(key).ifPresent(id -> {
                    try (Monitor.Held ignored = monitor.enter()) {
                        versions.unusable(id, record.getSizeBytes(), fault.get());
                    }
                });
            }
            return;
        }
        Announcement announcement = Announcement.of(record);
        try (Monitor.Held ignored = monitor.enter()) {
            Version known = versions.get(announcement.id()).orElse(null);
            if (known == null) {
                begin(announcement);
            } else if (!known.announcement().sha256().equals(announcement.sha256())) {
                refuse(known, "another bundle (SHA-256 " + announcement.sha256() + ")");
                return;
            } else if (known.announcement().drawsLike(announcement) && !known.isOver()) {
                if (!saidAgain(known, announcement)) {
                    return;
                }
            } else if (known.state() == READY) {
                // Its bytes were held against its own announcement: another one of the same bytes can only be wrong.
                refuse(known, "the same bundle with other classes, styles or metrics");
                return;
            } else {
                versions.become(known, UNLOADED, "it was announced anew");
                begin(announcement);
            }
        }
        fetching.pickUp(announcement.id());
    }

    /**
     * Hears that a record of topic {@code models} announces a version that does not draw: it is none of ours, nor are its
     * chunks.
     */
    public void passOver(String key, ModelAnnouncement record) {
        LOG.debug("{} is of kind {} and none of ours.", quoted(key), quoted(record.getKind()));
        try {
            ModelId id = new ModelId(record.getName(), record.getVersion());
            if (!id.toString().equals(key)) {
                throw new IllegalArgumentException("it names " + id);
            }
            fetching.passOver(new ChunkBuffer.Key(id, new Sha256(record.getSha256()), record.getChunkCount()));
        } catch (IllegalArgumentException e) {
            LOG.warn("An announcement under key '{}' is ignored: {}", quoted(key), e.getMessage());
        }
    }

    /** Hears that topic {@code models} withdraws a version. */
    public void withdrawn(String key) {
        ModelId.ifValid(key).ifPresent(this::withdrawn);
    }

    private void withdrawn(ModelId id) {
        Optional<Version> version;
        try (Monitor.Held ignored = monitor.enter()) {
            fetching.passOverNoMore(id);
            version = versions.end(id, "it was withdrawn");
            version.ifPresent(fetching::forgetChunks);
        }
        version.ifPresent(gone -> fetching.forgetFile(gone.announcement().sha256()));
    }

    /** Hears a record of topic {@code model-chunks}. */
    public void chunk(String key, ModelChunk chunk) {
        int colon = key.lastIndexOf(':');
        Optional<ModelId> id = colon < 0 ? Optional.empty() : ModelId.ifValid(key.substring(0, colon));
        if (id.isEmpty() || !key.substring(colon + 1).equals(Integer.toString(chunk.getIndex()))) {
            LOG.warn("The chunk under key '{}' is ignored: the key is name:version:{}.", quoted(key), chunk.getIndex());
            return;
        }
        try {
            fetching.chunk(new ChunkBuffer.Key(id.get(), new Sha256(chunk.getSha256()), chunk.getCount()), chunk);
        } catch (IllegalArgumentException | RejectedModelException e) {
            // Whoever may write to the topic wrote it: no verdict about a version.
            LOG.warn("The chunk under key '{}' is ignored: {}", quoted(key), e.getMessage());
        }
    }

    /**
     * Hears which versions the policies of topic {@code rollouts} name: these are loaded first and never leave memory for
     * want of room.
     */
    public void named(Set<ModelId> ids) {
        try (Monitor.Held ignored = monitor.enter()) {
            versions.named(ids);
            for (ModelId id : ids) {
                versions.get(id).ifPresent(version -> {
                    loading.hurry(version);
                    if (version.state() == READY && !residency.has(version)) {
                        loading.add(version); // before the first document asks for it
                    }
                });
            }
            residency.makeRoom();
        }
    }

    /**
     * Hears that both topics have been read to their ends.
     *
     * @param fromTheBeginning names the keys that topic {@code models} has, when it was read as a whole and the chunks
     *     begin next; versions that are not among them go
     * @return whether the chunks have to be read from the beginning again, for a bundle that lacks some
     */
    public boolean caughtUp(Optional<Set<String>> fromTheBeginning) {
        fromTheBeginning.ifPresent(this::beginWith);
        tryFailedAgain();
        fetching.lookAgain();
        return fetching.lacksChunks();
    }

    /** Tries again what failed and whose time has come; to be called every now and then, with or without a cluster. */
    public void tryFailedAgain() {
        List<Version> due;
        try (Monitor.Held ignored = monitor.enter()) {
            long now = nanos.getAsLong();
            due = versions.in(FAILED).stream()
                    .filter(version -> version.isDue(now))
                    .toList();
        }
        for (Version version : due) {
            try (Monitor.Held ignored = monitor.enter()) {
                if (version.state() == FAILED) {
                    fetching.tryAgain(version);
                }
            }
            fetching.pickUp(version.id()); // all chunks may be there by now
        }
        fetching.goOn();
    }

    private void beginWith(Set<String> keys) {
        List<ModelId> ids;
        try (Monitor.Held ignored = monitor.enter()) {
            ids = versions.ids();
        }
        ids.stream().filter(id -> !keys.contains(id.toString())).forEach(this::withdrawn);
        List<Version> announced;
        try (Monitor.Held ignored = monitor.enter()) {
            readFromTheBeginning = true;
            announced = versions.urgentFirst();
        }
        // Announcements come in this thread, so that these are all.
        cache.retain(announced.stream()
                .map(version -> version.announcement().sha256())
                .collect(Collectors.toSet()));
        // The loading thread takes the first at once, so the most urgent has to be it.
        for (Version version : announced) {
            try (Monitor.Held ignored = monitor.enter()) {
                if (version.state() == ANNOUNCED) {
                    fetching.begin(version);
                }
            }
        }
        try (Monitor.Held ignored = monitor.enter()) {
            fetching.readFromTheBeginning();
        }
        fetching.waitingForChunks().forEach(fetching::pickUp);
    }

    private static String quoted(String key) {
        return io.inkstream.schemas.Limits.cut(key, io.inkstream.schemas.Limits.QUOTED_CHARS);
    }

    // Under the monitor

    private void begin(Announcement announcement) {
        fetching.passOverNoMore(announcement.id());
        versions.begin(announcement).ifPresent(version -> {
            try {
                announcement.check(limits.maxBundleBytes(), locations);
            } catch (RejectedModelException e) {
                versions.reject(version, e.getMessage());
                return;
            }
            // Until the topic has been read once it is unknown which versions are newest, or withdrawn further on.
            if (readFromTheBeginning) {
                fetching.begin(version);
            }
        });
    }

    private void refuse(Version known, String what) {
        versions.refuse(
                known,
                what + " was announced under this version and is ignored: a version never changes, withdraw it first");
    }

    /**
     * Hears a version announced once more, with the same bytes.
     *
     * @return whether it is tried again: whoever says it again has perhaps mended what was wrong
     */
    private boolean saidAgain(Version known, Announcement announcement) {
        boolean isElsewhere = !known.announcement().liesLike(announcement);
        if (isElsewhere) {
            try {
                announcement.check(limits.maxBundleBytes(), locations);
            } catch (RejectedModelException e) {
                versions.refuse(known, "a later announcement of it is ignored: " + e.getMessage());
                return false;
            }
            known.liesToo(announcement);
        }
        if (known.state() != FAILED || (!isElsewhere && !known.isSaidLater(announcement))) {
            return false;
        }
        known.saidAgain(announcement);
        fetching.tryAgain(known);
        return true;
    }

    private void here(Version version) {
        loading.add(version);
    }

    private void left(Version version) {
        fetching.drop(version);
        if (version.isOver()) {
            residency.leave(version);
        }
    }

    // Questions

    /** A READY model in use; it stays in memory until this is closed. */
    public final class Lease implements AutoCloseable {
        private final Shared<LoadedModel>.Use use;

        private Lease(Shared<LoadedModel>.Use use) {
            this.use = use;
        }

        public LoadedModel model() {
            return use.value();
        }

        @Override
        public void close() {
            use.close();
            if (residency.isCrowded()) {
                try (Monitor.Held ignored = monitor.enter()) {
                    residency.makeRoom();
                }
            }
        }
    }

    /** Begins to use a READY version; empty if it is not READY, or on its way back into memory. */
    public Optional<Lease> lease(ModelId id) {
        try (Monitor.Held ignored = monitor.enter()) {
            Version version = versions.get(id).orElse(null);
            if (version == null || version.state() != READY) {
                return Optional.empty();
            }
            if (!residency.has(version)) {
                loading.add(version);
            }
            return residency.use(version).map(Lease::new);
        }
    }

    /** Every version that is known, by id. */
    public List<VersionStatus> versions() {
        try (Monitor.Held ignored = monitor.enter()) {
            return versions.statuses();
        }
    }

    /** Unloads everything; models in use are freed when their last user goes. */
    @Override
    public void close() {
        try (Monitor.Held ignored = monitor.enter()) {
            versions.close();
        }
        fetching.close();
        loadingThread.close();
    }
}
