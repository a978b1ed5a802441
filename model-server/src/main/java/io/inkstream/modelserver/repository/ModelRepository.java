package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.CANARY;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.FAILED;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static io.inkstream.modelserver.repository.VersionState.VERIFYING;
import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final Duration FETCH_AGAIN = Duration.ofSeconds(1);
    /** Announcements of as many bytes are kept; a thousand ordinary ones have three million. */
    private static final long MOST_ANNOUNCED_BYTES = 64L << 20;
    /** Named versions come before all others, whatever their age. */
    private static final long NAMED = 1L << 62;

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

    private final BundleLoader loader;
    private final Consumer<LoadedModel> ahead;
    private final BundleCache cache;
    private final Locations locations;
    private final Limits limits;
    private final Backoff backoff;
    private final LongSupplier nanos;
    private final RepositoryMeters meters;
    private final Consumer<VersionStatus> listener;
    private final UrgentFirst loading = new UrgentFirst("model-loader");
    private final UrgentFirst fetching = new UrgentFirst("model-fetcher");

    private final Object lock = new Object();
    // Guarded by the lock:
    private final Map<ModelId, Version> versions = new HashMap<>();
    /** What is announced under ids that nothing can be made of. */
    private final Map<ModelId, VersionStatus> unusable = new HashMap<>();

    private final ChunkBuffer chunks;
    private long announcedBytes;
    private Set<ModelId> named = Set.of();
    private long arrivedBytes;
    private boolean readFromTheBeginning;
    private boolean closed;
    private volatile boolean isCrowded;

    /** One life of a version. Fields that change are guarded by the lock. */
    private final class Version {
        /** Replaced, after a failure, by one that differs only in where the bundle lies; read by the loading thread, too. */
        private volatile Announcement announcement;

        private Optional<Announcement> otherwise = Optional.empty();
        private final long beganNanos = nanos.getAsLong();
        private VersionState state = ANNOUNCED;
        private long inStateSinceNanos = beganNanos;
        private String reason = "";
        private String refusal = "";
        private Optional<CanaryReport> canary = Optional.empty();
        private String engine = "";
        private Shared<LoadedModel> model;
        private long modelBytes;
        private long lastUsedNanos;
        private boolean isQueued;
        // After a failure:
        private int failures;
        private long againAtNanos;
        private long saidAtMillis;
        private boolean wasDamaged;
        // While DOWNLOADING:
        private byte[] arrived;
        private boolean waitsForChunks;
        private boolean chunksWereSought;
        /** Chunks were complete and not the announced bytes: which ones count is known only at the end of the topic. */
        private boolean chunksDiffered;

        private boolean isFetching;
        private long fetchAtNanos;
        private String trouble = "";
        private long waitsSinceNanos;

        Version(Announcement announcement) {
            this.announcement = announcement;
            saidAtMillis = announcement.announcedAtMillis();
        }

        ModelId id() {
            return announcement.id();
        }

        boolean isOver() {
            return state == REJECTED || state == UNLOADED;
        }

        /** A rejected one may be announced anew, after its chunks; a failed one may have to be put together again. */
        boolean mayNeedChunks() {
            return state == ANNOUNCED || state == REJECTED || state == FAILED || waitsForChunks;
        }

        long urgency() {
            return (named.contains(id()) ? NAMED : 0) + announcement.announcedAtMillis();
        }

        VersionStatus status() {
            String why =
                    Stream.of(reason, refusal).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
            return new VersionStatus(
                    id(), state, why, announcement.sha256().hex(), announcement.sizeBytes(), canary, engine);
        }
    }

    /**
     * Starts with nothing known.
     *
     * @param ahead prepares the newest version for its first lines, before it is READY; may fail, since lines go without
     * @param backoff how long a version that FAILED waits until it is tried again
     * @param nanos monotonic clock
     * @param listener hears every change, in order; must not block
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
        this.loader = requireNonNull(loader, "loader");
        this.ahead = requireNonNull(ahead, "ahead");
        this.cache = requireNonNull(cache, "cache");
        this.locations = requireNonNull(locations, "locations");
        this.limits = requireNonNull(limits, "limits");
        this.backoff = requireNonNull(backoff, "backoff");
        this.nanos = requireNonNull(nanos, "nanos");
        this.meters = requireNonNull(meters, "meters");
        this.listener = requireNonNull(listener, "listener");
        chunks = new ChunkBuffer(2 * limits.maxBundleBytes());
    }

    // What the topics say ------------------------------------------------------------------------------------------

    /** Hears that a record of topic {@code models} announces a version. */
    public void announced(String key, ModelAnnouncement record) {
        Optional<String> fault = Announcement.fault(key, record);
        if (fault.isPresent()) {
            LOG.warn("An announcement under key '{}' is ignored: {}", quoted(key), fault.get());
            if (key.equals(record.getName() + ":" + record.getVersion())) {
                idOf(key).ifPresent(id -> ignored(id, record, fault.get()));
            }
            return;
        }
        Announcement announcement = Announcement.of(record);
        ModelId id = announcement.id();
        synchronized (lock) {
            unusable.remove(id);
            Version known = versions.get(id);
            if (known != null && !known.announcement.sha256().equals(announcement.sha256())) {
                refuse(known, "another bundle (SHA-256 " + announcement.sha256() + ")");
                return;
            }
            if (known != null && known.state == READY && !known.announcement.drawsLike(announcement)) {
                // Its bytes were held against its own announcement: another one of the same bytes can only be wrong.
                refuse(known, "the same bundle with other classes, styles or metrics");
                return;
            }
            boolean isRepeated = known != null && !known.isOver() && known.announcement.drawsLike(announcement);
            if (!isRepeated) {
                if (known != null) {
                    become(known, UNLOADED, "it was announced anew");
                }
                begin(announcement);
            } else if (!saidAgain(known, announcement)) {
                return;
            }
        }
        pickUp(id);
    }

    /** Hears that topic {@code models} withdraws a version. */
    public void withdrawn(String key) {
        idOf(key).ifPresent(id -> {
            Version version;
            synchronized (lock) {
                VersionStatus never = unusable.remove(id);
                if (never != null) {
                    tell(unusableStatus(id, UNLOADED, "it was withdrawn"));
                }
                version = versions.get(id);
                if (version != null) {
                    become(version, UNLOADED, "it was withdrawn");
                    chunks.forget(version.announcement.chunks());
                    remove(version);
                }
            }
            if (version != null) {
                forgetFile(version.announcement.sha256());
            }
        });
    }

    /** Hears a record of topic {@code model-chunks}. */
    public void chunk(String key, ModelChunk chunk) {
        int colon = key.lastIndexOf(':');
        Optional<ModelId> id = colon < 0 ? Optional.empty() : idOf(key.substring(0, colon));
        if (id.isEmpty() || !key.substring(colon + 1).equals(Integer.toString(chunk.getIndex()))) {
            LOG.warn("The chunk under key '{}' is ignored: the key is name:version:{}.", quoted(key), chunk.getIndex());
            return;
        }
        try {
            ChunkBuffer.Key bundle = new ChunkBuffer.Key(id.get(), new Sha256(chunk.getSha256()), chunk.getCount());
            synchronized (lock) {
                Version version = versions.get(id.get());
                boolean isIts = version != null && version.announcement.sha256().equals(bundle.sha256());
                if (isIts ? !version.mayNeedChunks() : cache.contains(bundle.sha256())) {
                    return;
                }
                chunks.add(bundle, chunk, isIts && version.announcement.chunks().equals(bundle));
                if (isIts && version.chunksDiffered) {
                    return;
                }
            }
        } catch (IllegalArgumentException | RejectedModelException e) {
            // Whoever may write to the topic wrote it: no verdict about a version.
            LOG.warn("The chunk under key '{}' is ignored: {}", quoted(key), e.getMessage());
            return;
        }
        pickUp(id.get());
    }

    /**
     * Hears which versions the policies of topic {@code rollouts} name: these are loaded first and never leave memory for
     * want of room.
     */
    public void named(Set<ModelId> ids) {
        synchronized (lock) {
            named = Set.copyOf(ids);
            for (ModelId id : named) {
                Version version = versions.get(id);
                if (version != null && version.state == READY && version.model == null) {
                    enqueue(version); // before the first document asks for it
                } else if (version != null && version.isQueued) {
                    loading.add(version.urgency(), () -> loadNow(version)); // once more, and before the others
                }
            }
            makeRoom(Optional.empty());
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
        if (fromTheBeginning.isPresent()) {
            for (ModelId id : begin(fromTheBeginning.get())) {
                pickUp(id);
            }
        }
        tryFailedAgain();
        doubted().forEach(this::pickUp);
        synchronized (lock) {
            long now = nanos.getAsLong();
            boolean again = false;
            for (Version version : versions.values()) {
                if (version.state == DOWNLOADING && version.waitsForChunks) {
                    long waited = now - version.waitsSinceNanos;
                    again |= seeksChunks(version, waited);
                    if (waited >= limits.downloadTimeout().toNanos() && version.chunksWereSought && !again) {
                        failed(
                                version,
                                "topic model-chunks has " + chunks.present(version.announcement.chunks()) + " of its "
                                        + version.announcement.chunkCount() + " chunks with SHA-256 "
                                        + version.announcement.sha256());
                    }
                }
            }
            return again;
        }
    }

    /** Versions whose chunks were not the announced bytes before. */
    private List<ModelId> doubted() {
        synchronized (lock) {
            return versions.values().stream()
                    .filter(version -> version.waitsForChunks && version.chunksDiffered)
                    .map(Version::id)
                    .toList();
        }
    }

    /** Tries again what failed and whose time has come; to be called every now and then, with or without a cluster. */
    public void tryFailedAgain() {
        List<ModelId> tried = new ArrayList<>();
        synchronized (lock) {
            long now = nanos.getAsLong();
            for (Version version : versions.values()) {
                if (version.state == FAILED && now - version.againAtNanos >= 0) {
                    tryAgain(version);
                    tried.add(version.id());
                } else if (version.state == DOWNLOADING && !version.trouble.isEmpty() && !version.isFetching) {
                    if (now - version.waitsSinceNanos
                            >= limits.downloadTimeout().toNanos()) {
                        failed(version, version.trouble);
                    } else if (now - version.fetchAtNanos >= 0) {
                        fetch(version);
                    }
                }
            }
        }
        tried.forEach(this::pickUp); // all chunks may be there by now
    }

    /**
     * What lies before an announcement in its transaction is seen a moment later when the other topic was polled first:
     * only a version that has waited for a while, or failed before, may need chunks that were passed over.
     */
    private boolean seeksChunks(Version version, long waitedNanos) {
        boolean mayBeOnTheirWay =
                version.failures == 0 && waitedNanos < limits.downloadTimeout().toNanos() / 10;
        if (version.chunksWereSought || mayBeOnTheirWay) {
            return false;
        }
        version.chunksWereSought = true;
        return true;
    }

    /** Returns the versions that wait for chunks, the most urgent first. */
    private List<ModelId> begin(Set<String> keys) {
        synchronized (lock) {
            for (Version version : List.copyOf(versions.values())) {
                if (!keys.contains(version.id().toString())) {
                    withdrawn(version.id().toString());
                }
            }
            for (ModelId id : List.copyOf(unusable.keySet())) {
                if (!keys.contains(id.toString())) {
                    withdrawn(id.toString());
                }
            }
            Set<Sha256> sha256s = new HashSet<>();
            versions.values().forEach(version -> sha256s.add(version.announcement.sha256()));
            cache.retain(sha256s);
            readFromTheBeginning = true;
            // The loading thread takes the first at once, so the most urgent has to be it.
            List<Version> urgentFirst = versions.values().stream()
                    .sorted(comparingLong(Version::urgency).reversed())
                    .toList();
            for (Version version : urgentFirst) {
                if (version.state == ANNOUNCED) {
                    download(version);
                }
                version.chunksWereSought |= version.waitsForChunks; // they are read from the beginning now
            }
            return urgentFirst.stream()
                    .filter(version -> version.waitsForChunks)
                    .map(Version::id)
                    .toList();
        }
    }

    private static Optional<ModelId> idOf(String key) {
        try {
            return Optional.of(ModelId.parse(key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // Questions ----------------------------------------------------------------------------------------------------

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
            if (isCrowded) {
                synchronized (lock) {
                    makeRoom(Optional.empty());
                }
            }
        }
    }

    /** Begins to use a READY version; empty if it is not READY, or on its way back into memory. */
    public Optional<Lease> lease(ModelId id) {
        synchronized (lock) {
            Version version = versions.get(id);
            if (version == null || version.state != READY) {
                return Optional.empty();
            }
            if (version.model == null) {
                enqueue(version);
                return Optional.empty();
            }
            version.lastUsedNanos = nanos.getAsLong();
            return version.model.use().map(Lease::new);
        }
    }

    /** Every version that is known, by id. */
    public List<VersionStatus> versions() {
        synchronized (lock) {
            return Stream.concat(versions.values().stream().map(Version::status), unusable.values().stream())
                    .sorted(comparing(status -> status.id().toString()))
                    .toList();
        }
    }

    /** Unloads everything; models in use are freed when their last user goes. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            for (Version version : versions.values()) {
                become(version, UNLOADED, "the server stops");
            }
            versions.clear();
            unusable.keySet().forEach(id -> tell(unusableStatus(id, UNLOADED, "the server stops")));
            unusable.clear();
        }
        fetching.close();
        loading.close();
    }

    // A life -------------------------------------------------------------------------------------------------------

    /** A name keeps what was first announced until it is withdrawn: images name it as where they come from. */
    private void refuse(Version known, String what) {
        known.refusal =
                what + " was announced under this version and is ignored: a version never changes, withdraw it first";
        LOG.warn("{}: {}.", known.id(), known.refusal);
        tell(known.status());
    }

    /**
     * Hears a version announced once more, with the same bytes.
     *
     * @return whether it is tried again: whoever says it again has perhaps mended what was wrong
     */
    private boolean saidAgain(Version known, Announcement announcement) {
        boolean isElsewhere = !known.announcement.liesLike(announcement);
        if (isElsewhere) {
            try {
                announcement.check(limits.maxBundleBytes(), locations);
            } catch (RejectedModelException e) {
                known.refusal = "a later announcement of it is ignored: " + e.getMessage();
                LOG.warn("{}: {}.", known.id(), known.refusal);
                tell(known.status());
                return false;
            }
            known.otherwise = Optional.of(known.announcement.lyingLike(announcement));
        }
        if (known.state != FAILED || (!isElsewhere && announcement.announcedAtMillis() <= known.saidAtMillis)) {
            return false;
        }
        known.saidAtMillis = Math.max(known.saidAtMillis, announcement.announcedAtMillis());
        tryAgain(known);
        return true;
    }

    /** What cannot be a version keeps nobody from announcing one under its name; its writer reads why it is none. */
    private void ignored(ModelId id, ModelAnnouncement record, String fault) {
        synchronized (lock) {
            Version known = versions.get(id);
            if (known != null) {
                known.refusal = "an announcement under this version is ignored: " + fault;
                tell(known.status());
            } else if (!closed && versions.size() + unusable.size() < limits.maxVersions()) {
                VersionStatus status = new VersionStatus(
                        id, REJECTED, fault, "", Math.max(0, record.getSizeBytes()), Optional.empty(), "");
                unusable.put(id, status);
                tell(status);
            }
        }
    }

    private static VersionStatus unusableStatus(ModelId id, VersionState state, String reason) {
        return new VersionStatus(id, state, reason, "", 0, Optional.empty(), "");
    }

    private static String quoted(String key) {
        return io.inkstream.schemas.Limits.cut(key, io.inkstream.schemas.Limits.QUOTED_CHARS);
    }

    /** Whoever listens has no say in what becomes of a version. */
    private void tell(VersionStatus status) {
        try {
            listener.accept(status);
        } catch (RuntimeException e) {
            LOG.error("A listener failed to hear that {} is {}.", status.id(), status.state(), e);
        }
    }

    private void remove(Version version) {
        versions.remove(version.id());
        announcedBytes -= version.announcement.weightBytes();
    }

    private void begin(Announcement announcement) {
        if (closed) {
            return;
        }
        Version version = new Version(announcement);
        Version before = versions.get(announcement.id());
        if (before != null) {
            remove(before);
        }
        String crowd = crowd(announcement.weightBytes());
        if (!crowd.isEmpty()) {
            version.state = UNLOADED;
            version.reason = crowd + ", the most allowed; withdraw old ones";
            LOG.warn("{} is ignored: {}.", announcement.id(), version.reason);
            tell(version.status());
            return;
        }
        versions.put(announcement.id(), version);
        announcedBytes += announcement.weightBytes();
        meters.began();
        tell(version.status());
        try {
            announcement.check(limits.maxBundleBytes(), locations);
        } catch (RejectedModelException e) {
            become(version, REJECTED, e.getMessage());
            return;
        }
        // Until the topic has been read once it is unknown which versions are newest, or withdrawn further on.
        if (readFromTheBeginning) {
            download(version);
        }
    }

    /** Says what there is too much of for one more announcement; empty if there is room. */
    private String crowd(long weightBytes) {
        if (versions.size() >= limits.maxVersions()) {
            return versions.size() + " versions are known";
        }
        return announcedBytes + weightBytes > MOST_ANNOUNCED_BYTES
                ? "the announcements of " + versions.size() + " versions take " + announcedBytes + " of "
                        + MOST_ANNOUNCED_BYTES + " bytes"
                : "";
    }

    private void download(Version version) {
        become(version, DOWNLOADING, "");
        if (cache.contains(version.announcement.sha256())) {
            enqueue(version);
        } else {
            seek(version);
        }
    }

    private void seek(Version version) {
        version.waitsSinceNanos = nanos.getAsLong();
        if (version.announcement.liesElsewhere()) {
            fetch(version);
        } else {
            version.waitsForChunks = true;
            version.chunksWereSought = false;
        }
    }

    private void tryAgain(Version version) {
        version.otherwise = version.otherwise.map(other -> {
            Announcement first = version.announcement;
            version.announcement = other;
            return first;
        });
        version.trouble = "";
        version.waitsForChunks = false;
        download(version);
    }

    private void fetch(Version version) {
        version.isFetching = true;
        fetching.add(version.urgency(), () -> fetchNow(version));
    }

    private void fetchNow(Version version) {
        Announcement announcement;
        synchronized (lock) {
            announcement = version.announcement;
            if (version.state != DOWNLOADING) {
                return;
            }
            if (version.trouble.isEmpty()) {
                version.waitsSinceNanos = nanos.getAsLong(); // from its first try: those before it may take long
            }
        }
        String trouble = "";
        try {
            arrived(version, locations.fetch(announcement.location(), Math.toIntExact(announcement.sizeBytes())));
        } catch (RejectedModelException e) {
            reject(version, e.getMessage());
        } catch (NotNowException e) {
            failed(version, e.getMessage());
        } catch (IOException e) {
            LOG.warn("{} is fetched again later: {}", version.id(), e.getMessage());
            trouble = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the repository closes
        } catch (RuntimeException e) {
            LOG.error("{} cannot be fetched; it is tried again.", version.id(), e);
            trouble = "fetching it failed: " + e;
        }
        synchronized (lock) {
            version.isFetching = false;
            version.trouble = trouble;
            version.fetchAtNanos = nanos.getAsLong() + FETCH_AGAIN.toNanos();
        }
    }

    /** Takes the bundle of a waiting version once its last chunk is there. */
    private void pickUp(ModelId id) {
        Version version;
        Optional<byte[]> whole;
        synchronized (lock) {
            version = versions.get(id);
            if (version == null || !version.waitsForChunks) {
                return;
            }
            try {
                whole = chunks.takeComplete(version.announcement.chunks(), version.announcement.sizeBytes());
            } catch (NotNowException e) {
                differ(version, e.getMessage());
                return;
            }
            if (whole.isPresent() && version.state == FAILED) {
                become(version, DOWNLOADING, ""); // late, and welcome
            }
        }
        try {
            whole.ifPresent(bundle -> arrived(version, bundle));
        } catch (NotNowException e) {
            differ(version, e.getMessage());
        }
    }

    private void differ(Version version, String reason) {
        synchronized (lock) {
            version.chunksDiffered = true;
            failed(version, reason);
        }
    }

    /** Hands a bundle to the loading thread: in memory as long as little waits there, else through the cache folder. */
    private void arrived(Version version, byte[] bundle) {
        version.announcement.checkBytes(bundle);
        boolean fits;
        synchronized (lock) {
            fits = arrivedBytes + bundle.length <= 2 * limits.maxBundleBytes();
            if (version.state != DOWNLOADING) {
                return;
            }
            if (fits) {
                version.arrived = bundle;
                arrivedBytes += bundle.length;
                version.waitsForChunks = false;
                enqueue(version);
            }
        }
        if (!fits) {
            boolean isKept = cache.write(version.announcement.sha256(), bundle);
            synchronized (lock) {
                version.waitsForChunks = false;
                if (isKept) {
                    enqueue(version);
                } else {
                    failed(version, "too many bundles wait in memory, and this one cannot be kept in the cache folder");
                }
            }
            forgetFile(version.announcement.sha256()); // if it was withdrawn meanwhile
        }
    }

    private void enqueue(Version version) {
        if (!version.isQueued && !version.isOver()) {
            version.isQueued = true;
            loading.add(version.urgency(), () -> loadNow(version));
        }
    }

    private void become(Version version, VersionState next, String reason) {
        if (!version.state.mayBecome(next)) {
            throw new IllegalStateException(version.id() + " is " + version.state + " and cannot become " + next);
        }
        long now = nanos.getAsLong();
        meters.moved(version.state, next, now - version.inStateSinceNanos);
        version.inStateSinceNanos = now;
        version.state = next;
        version.reason = reason;
        if (next == REJECTED || next == FAILED) {
            LOG.warn("{} is {}: {}.", version.id(), next, reason);
        } else {
            LOG.info("{} is {}{}.", version.id(), next, reason.isEmpty() ? "" : ": " + reason);
        }
        if (version.isOver()) {
            version.waitsForChunks = false;
            takeArrived(version);
            leaveMemory(version);
            meters.gone(version.id());
        }
        if (next == REJECTED) {
            chunks.forget(version.announcement.chunks()); // what comes from now on is for another announcement
        }
        if (next == UNLOADED) {
            version.canary = Optional.empty(); // nobody looks at the picture of what is gone
        }
        tell(version.status());
    }

    /** Tries it again later. */
    private void failed(Version version, String reason) {
        synchronized (lock) {
            if (version.isOver() || version.state == FAILED) {
                return;
            }
            version.failures++;
            version.againAtNanos = nanos.getAsLong() + backoff.nanosAfter(version.failures);
            takeArrived(version);
            become(version, FAILED, reason);
        }
    }

    private void reject(Version version, String reason) {
        synchronized (lock) {
            if (!version.isOver()) {
                become(version, REJECTED, reason);
            }
        }
    }

    // The loading thread -------------------------------------------------------------------------------------------

    private void loadNow(Version version) {
        try {
            VersionState state;
            synchronized (lock) {
                version.isQueued = false;
                state = version.state;
            }
            if (state == DOWNLOADING) {
                load(version);
            } else if (state == READY) {
                bringBack(version);
            }
        } catch (RejectedModelException e) {
            end(version, e.getMessage(), true);
        } catch (NotNowException e) {
            end(version, e.getMessage(), false);
        } catch (Throwable e) {
            LOG.error("{} cannot be loaded; it is tried again.", version.id(), e);
            end(version, "loading it failed: " + e, false);
        }
    }

    private void load(Version version) throws RejectedModelException {
        Sha256 sha256 = version.announcement.sha256();
        Optional<byte[]> bundle;
        synchronized (lock) {
            bundle = takeArrived(version);
        }
        boolean isCached = bundle.isEmpty();
        if (isCached) {
            bundle = cache.read(sha256);
        }
        if (bundle.isEmpty()) {
            synchronized (lock) {
                if (version.state == DOWNLOADING && version.wasDamaged) {
                    failed(version, "its file in the cache folder is damaged or gone, again");
                } else if (version.state == DOWNLOADING) {
                    version.wasDamaged = true;
                    seek(version);
                }
            }
            return;
        }
        advance(version, VERIFYING);
        version.announcement.checkBytes(bundle.get());
        BundleLoader.Loaded loaded;
        try {
            loaded = loader.load(version.announcement, bundle.get(), state -> advance(version, state));
            prepare(version, loaded.model());
        } catch (RuntimeException | Error e) {
            if (!isCached) {
                cache.write(sha256, bundle.get()); // the next try need not fetch it
                forgetFile(sha256);
            }
            throw e;
        }
        synchronized (lock) {
            if (version.state != CANARY) {
                loaded.model().close(); // withdrawn meanwhile
                return;
            }
            version.canary = Optional.of(loaded.canary());
            version.engine = loaded.model().engine();
            admit(version, loaded.model());
            become(version, READY, "");
            meters.ready(version.id(), loaded.canary(), nanos.getAsLong() - version.beganNanos);
        }
        if (!isCached) {
            cache.write(sha256, bundle.get()); // after READY: lines need not wait for the disk
            forgetFile(sha256); // if it was withdrawn meanwhile
        }
    }

    /** The newest may take over at once; older ones, which a start loads after it, would only take its lines' time. */
    private void prepare(Version version, LoadedModel model) {
        boolean isNewest;
        synchronized (lock) {
            isNewest = versions.values().stream()
                    .noneMatch(other -> other.state == READY
                            && other.id().name().equals(version.id().name())
                            && other.announcement.announcedAtMillis() > version.announcement.announcedAtMillis());
        }
        if (!isNewest) {
            return;
        }
        try {
            ahead.accept(model);
        } catch (RuntimeException e) {
            LOG.warn("{} has drawn nothing ahead: its first lines will be late.", version.id(), e);
        } catch (Error e) {
            model.close();
            throw e;
        }
    }

    private void bringBack(Version version) throws RejectedModelException {
        synchronized (lock) {
            if (version.model != null) {
                return;
            }
        }
        Optional<byte[]> bundle = cache.read(version.announcement.sha256());
        if (bundle.isEmpty()) {
            synchronized (lock) {
                if (version.state == READY) {
                    become(version, UNLOADED, "it had left memory and its file is gone; its bundle is fetched anew");
                    begin(version.announcement);
                }
            }
            return;
        }
        LoadedModel back = loader.reload(bundle.get());
        synchronized (lock) {
            if (version.state == READY) {
                LOG.info("{} is back in memory.", version.id());
                admit(version, back);
            } else {
                back.close();
            }
        }
    }

    private void end(Version version, String reason, boolean isVerdict) {
        synchronized (lock) {
            if (version.state == READY) {
                // It passed once: it is looked at anew, and either serves or has a reason that is said.
                become(version, UNLOADED, "it did not come back into memory: " + reason);
                begin(version.announcement);
            } else if (isVerdict) {
                reject(version, reason);
            } else {
                failed(version, reason);
            }
        }
    }

    private void advance(Version version, VersionState next) throws RejectedModelException {
        synchronized (lock) {
            if (version.isOver()) {
                throw new RejectedModelException("nobody wants it any more");
            }
            become(version, next, "");
        }
    }

    private void forgetFile(Sha256 sha256) {
        boolean isKnown;
        synchronized (lock) {
            // After close() nothing is known, and everything may be wanted by the next start.
            isKnown = closed
                    || versions.values().stream()
                            .anyMatch(version -> version.announcement.sha256().equals(sha256));
        }
        if (!isKnown) {
            cache.delete(sha256);
        }
    }

    private Optional<byte[]> takeArrived(Version version) {
        Optional<byte[]> bundle = Optional.ofNullable(version.arrived);
        version.arrived = null;
        bundle.ifPresent(bytes -> arrivedBytes -= bytes.length);
        return bundle;
    }

    // Memory -------------------------------------------------------------------------------------------------------

    private void admit(Version version, LoadedModel model) {
        // Freeing takes milliseconds, which neither a line nor the lock has.
        version.model = new Shared<>(model, leaving -> loading.add(Long.MAX_VALUE, leaving::close));
        version.modelBytes = model.networkBytes();
        version.lastUsedNanos = nanos.getAsLong();
        makeRoom(Optional.of(version));
    }

    private void leaveMemory(Version version) {
        if (version.model != null) {
            version.model.retire();
            version.model = null;
            makeRoom(Optional.empty());
        }
    }

    private void makeRoom(Optional<Version> newest) {
        Collection<Version> resident = versions.values().stream()
                .filter(version -> version.model != null)
                .toList();
        long bytes = resident.stream().mapToLong(version -> version.modelBytes).sum();
        int models = resident.size();
        long now = nanos.getAsLong();
        List<Version> leastUsedFirst = resident.stream()
                .filter(version ->
                        version != newest.orElse(null) && !named.contains(version.id()) && !version.model.isInUse())
                .sorted(comparingLong(version -> version.lastUsedNanos - now))
                .toList();
        for (Version version : leastUsedFirst) {
            if (bytes <= limits.maxResidentBytes()) {
                break;
            }
            LOG.info("{} leaves memory: models of {} bytes are in it.", version.id(), bytes);
            version.model.retire();
            version.model = null;
            bytes -= version.modelBytes;
            models--;
        }
        // What is in use now may leave when its last user goes.
        isCrowded = bytes > limits.maxResidentBytes()
                && resident.stream()
                        .anyMatch(version ->
                                version.model != null && version.model.isInUse() && !named.contains(version.id()));
        meters.resident(models, bytes);
    }
}
