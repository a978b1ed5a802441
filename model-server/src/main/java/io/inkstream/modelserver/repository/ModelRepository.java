package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.CANARY;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static io.inkstream.modelserver.repository.VersionState.VERIFYING;
import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.ModelBundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows every announced version and lets those serve that passed every check; a bad version never disturbs a good one.
 *
 * <p>Events come from one thread, questions from any. One thread of its own loads versions, the newest first, one after
 * the other. At most {@link Limits#maxResident} models are in memory; a READY one that had to leave comes back when
 * somebody asks for it.
 */
public final class ModelRepository implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

    /**
     * Bounds.
     *
     * @param maxBundleBytes largest bundle
     * @param maxVersions most versions that are known at a time
     * @param maxResident most models in memory
     * @param downloadTimeout how long an announced version waits for its chunks
     */
    public record Limits(long maxBundleBytes, int maxVersions, int maxResident, Duration downloadTimeout) {
        public Limits {
            requireNonNull(downloadTimeout, "downloadTimeout");
            if (maxBundleBytes < 1 || maxVersions < 1 || maxResident < 1 || downloadTimeout.isNegative()) {
                throw new IllegalArgumentException("bounds must be positive, got " + maxBundleBytes + ", " + maxVersions
                        + ", " + maxResident + ", " + downloadTimeout);
            }
        }
    }

    private final BundleLoader loader;
    private final BundleCache cache;
    private final Limits limits;
    private final LongSupplier nanos;
    private final Consumer<VersionStatus> listener;
    private final PriorityBlockingQueue<Task> tasks = new PriorityBlockingQueue<>();
    private final Thread loading;

    private final Object lock = new Object();
    // Guarded by the lock:
    private final Map<ModelId, Version> versions = new HashMap<>();
    private final ChunkBuffer chunks;
    private boolean readFromTheBeginning;
    private boolean closed;

    /** One thing for the loading thread to do; those of the newest version come first, the end before all. */
    private record Task(Version version) implements Comparable<Task> {
        private static final Task END = new Task(null);

        @Override
        public int compareTo(Task other) {
            return Long.compare(other.rank(), rank());
        }

        private long rank() {
            return version == null ? Long.MAX_VALUE : version.announcement.announcedAtMillis();
        }
    }

    /** One life of a version. Fields that change are guarded by the lock. */
    private static final class Version {
        private final Announcement announcement;
        private VersionState state = ANNOUNCED;
        private String reason = "";
        private Optional<CanaryReport> canary = Optional.empty();
        private String engine = "";
        private Shared<LoadedModel> model;
        private long lastUsedNanos;
        private boolean isQueued;
        private boolean waitsForChunks;
        private boolean chunksWereSought;
        private long giveUpAtNanos;

        Version(Announcement announcement) {
            this.announcement = announcement;
        }

        ModelId id() {
            return announcement.id();
        }

        VersionStatus status() {
            return new VersionStatus(
                    id(), state, reason, announcement.sha256(), announcement.sizeBytes(), canary, engine);
        }
    }

    /**
     * Starts with nothing known.
     *
     * @param nanos monotonic clock
     * @param listener hears every change, in order; must not block
     */
    public ModelRepository(
            BundleLoader loader,
            BundleCache cache,
            Limits limits,
            LongSupplier nanos,
            Consumer<VersionStatus> listener) {
        this.loader = requireNonNull(loader, "loader");
        this.cache = requireNonNull(cache, "cache");
        this.limits = requireNonNull(limits, "limits");
        this.nanos = requireNonNull(nanos, "nanos");
        this.listener = requireNonNull(listener, "listener");
        chunks = new ChunkBuffer(2 * limits.maxBundleBytes());
        loading = new Thread(this::load, "model-loader");
        loading.setDaemon(true);
        loading.start();
    }

    /** Hears that a record of topic {@code models} announces a version. */
    public void announced(String key, ModelAnnouncement record) {
        ModelId id;
        try {
            id = new ModelId(record.getName(), record.getVersion());
        } catch (IllegalArgumentException e) {
            LOG.warn("An announcement under key '{}' is ignored: {}", key, e.getMessage());
            return;
        }
        if (!id.toString().equals(key)) {
            LOG.warn("An announcement of {} is ignored: its key is '{}'.", id, key);
            return;
        }
        Announcement announcement = Announcement.of(id, record);
        synchronized (lock) {
            Version known = versions.get(id);
            if (known != null && known.state != REJECTED) {
                if (known.announcement.sha256().equals(announcement.sha256())) {
                    return;
                }
                if (known.state == READY) {
                    known.reason = "another bundle (SHA-256 " + announcement.sha256()
                            + ") was announced under this version and is ignored: a version never changes";
                    LOG.warn("{}: {}.", id, known.reason);
                    listener.accept(known.status());
                    return;
                }
            }
            if (known != null) {
                become(known, UNLOADED, "it was announced anew");
            }
            begin(announcement);
        }
    }

    /** Hears that a record of topic {@code models} cannot be read. */
    public void unreadable(String key, String why) {
        LOG.warn("The record of topic models under key '{}' is ignored: {}", key, why);
    }

    /** Hears that topic {@code models} withdraws a version. */
    public void withdrawn(String key) {
        synchronized (lock) {
            versions.values().stream()
                    .filter(version -> version.id().toString().equals(key))
                    .findFirst()
                    .ifPresent(version -> {
                        become(version, UNLOADED, "it was withdrawn");
                        versions.remove(version.id());
                    });
        }
    }

    /** Hears a record of topic {@code model-chunks}. */
    public void chunk(String key, ModelChunk chunk) {
        int colon = key.lastIndexOf(':');
        if (colon < 0 || !key.substring(colon + 1).equals(Integer.toString(chunk.getIndex()))) {
            LOG.warn("The chunk under key '{}' is ignored: the key is name:version:{}.", key, chunk.getIndex());
            return;
        }
        ChunkBuffer.Key bundle = new ChunkBuffer.Key(key.substring(0, colon), chunk.getSha256());
        synchronized (lock) {
            Optional<Version> wanted = versions.values().stream()
                    .filter(version -> version.announcement.chunks().equals(bundle))
                    .findFirst();
            boolean isOver = wanted.filter(version -> version.state != ANNOUNCED && version.state != DOWNLOADING)
                    .isPresent();
            boolean isWaitedFor =
                    wanted.filter(version -> version.waitsForChunks).isPresent();
            if (isOver || (!isWaitedFor && cache.contains(chunk.getSha256()))) {
                return;
            }
            try {
                chunks.add(bundle, chunk);
            } catch (RejectedModelException e) {
                wanted.ifPresentOrElse(
                        version -> become(version, REJECTED, e.getMessage()),
                        () -> LOG.warn("The chunk under key '{}' is ignored: {}", key, e.getMessage()));
                return;
            }
            wanted.filter(version -> chunks.present(bundle) == version.announcement.chunkCount())
                    .ifPresent(this::enqueue);
        }
    }

    /**
     * Hears that both topics have been read to their ends.
     *
     * @param fromTheBeginning names the keys that topic {@code models} has, when it was read as a whole; versions that are
     *     not among them go
     * @return whether the chunks have to be read from the beginning again, for a bundle that lacks some
     */
    public boolean caughtUp(Optional<Set<String>> fromTheBeginning) {
        synchronized (lock) {
            fromTheBeginning.ifPresent(keys -> {
                for (Version version : List.copyOf(versions.values())) {
                    if (!keys.contains(version.id().toString())) {
                        withdrawn(version.id().toString());
                    }
                }
                Set<String> sha256s = new HashSet<>();
                versions.values().forEach(version -> sha256s.add(version.announcement.sha256()));
                cache.retain(sha256s);
                if (!readFromTheBeginning) {
                    readFromTheBeginning = true;
                    // The loading thread takes the first at once, so the newest has to be it.
                    versions.values().stream()
                            .sorted(comparingLong((Version version) -> version.announcement.announcedAtMillis())
                                    .reversed())
                            .forEach(this::enqueue);
                }
            });
            boolean again = false;
            for (Version version : List.copyOf(versions.values())) {
                if (version.state == DOWNLOADING && version.waitsForChunks) {
                    again |= !version.chunksWereSought;
                    version.chunksWereSought = true;
                    if (version.giveUpAtNanos - nanos.getAsLong() <= 0) {
                        become(
                                version,
                                REJECTED,
                                "topic model-chunks has " + chunks.present(version.announcement.chunks()) + " of its "
                                        + version.announcement.chunkCount() + " chunks with SHA-256 "
                                        + version.announcement.sha256());
                    }
                }
            }
            return again;
        }
    }

    /** A READY model in use; it stays in memory until this is closed. */
    public static final class Lease implements AutoCloseable {
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
            return versions.values().stream()
                    .map(Version::status)
                    .sorted(comparing(status -> status.id().toString()))
                    .toList();
        }
    }

    /** Unloads everything; models in use are freed when their last user goes. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            for (Version version : List.copyOf(versions.values())) {
                become(version, UNLOADED, "the server stops");
            }
            versions.clear();
        }
        tasks.add(Task.END);
        boolean interrupted = false;
        while (loading.isAlive()) {
            try {
                loading.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(Announcement announcement) {
        if (closed) {
            return;
        }
        Version version = new Version(announcement);
        if (!versions.containsKey(announcement.id()) && versions.size() >= limits.maxVersions()) {
            LOG.warn(
                    "{} is ignored: {} versions are known, the most allowed; withdraw old ones.",
                    announcement.id(),
                    versions.size());
            return;
        }
        versions.put(announcement.id(), version);
        listener.accept(version.status());
        try {
            announcement.check(limits.maxBundleBytes());
        } catch (RejectedModelException e) {
            become(version, REJECTED, e.getMessage());
            return;
        }
        enqueue(version);
    }

    private void enqueue(Version version) {
        // Until the topic has been read once it is unknown which versions are newest, or withdrawn further on.
        if (readFromTheBeginning && !version.isQueued && version.state != REJECTED && version.state != UNLOADED) {
            version.isQueued = true;
            tasks.add(new Task(version));
        }
    }

    private void become(Version version, VersionState next, String reason) {
        if (!version.state.mayBecome(next)) {
            throw new IllegalStateException(version.id() + " is " + version.state + " and cannot become " + next);
        }
        version.state = next;
        version.reason = reason;
        if (next == REJECTED) {
            LOG.warn("{} is REJECTED: {}.", version.id(), reason);
        } else {
            LOG.info("{} is {}{}.", version.id(), next, reason.isEmpty() ? "" : ": " + reason);
        }
        if (next == REJECTED || next == UNLOADED) {
            chunks.forget(version.announcement.chunks());
            if (version.model != null) {
                version.model.retire();
                version.model = null;
            }
        }
        listener.accept(version.status());
    }

    private void load() {
        while (true) {
            Task task;
            try {
                task = tasks.take();
            } catch (InterruptedException e) {
                continue; // only close() ends it
            }
            if (task.version == null) {
                return;
            }
            Version version = task.version;
            try {
                synchronized (lock) {
                    version.isQueued = false;
                }
                load(version);
            } catch (RejectedModelException e) {
                reject(version, e.getMessage());
            } catch (Throwable e) {
                LOG.error("{} cannot be loaded.", version.id(), e);
                reject(version, "loading it failed: " + e);
            }
        }
    }

    private void reject(Version version, String reason) {
        synchronized (lock) {
            if (version.state == READY) {
                become(version, UNLOADED, reason);
                versions.remove(version.id(), version);
            } else if (version.state != UNLOADED && version.state != REJECTED) {
                become(version, REJECTED, reason);
            }
        }
    }

    private void load(Version version) throws RejectedModelException {
        Announcement announcement = version.announcement;
        boolean comesBack;
        synchronized (lock) {
            comesBack = version.state == READY;
            if (comesBack ? version.model != null : version.state != ANNOUNCED && version.state != DOWNLOADING) {
                return;
            }
            if (version.state == ANNOUNCED) {
                become(version, DOWNLOADING, "");
                version.giveUpAtNanos =
                        nanos.getAsLong() + limits.downloadTimeout().toNanos();
            }
        }
        Optional<byte[]> cached = cache.read(announcement.sha256());
        if (comesBack) {
            byte[] bundle = cached.orElseThrow(() -> new RejectedModelException(
                    "it had left memory and its file in the cache folder is gone; announce it again"));
            become(version, loader.reload(bundle));
            return;
        }
        Optional<byte[]> bundle = cached.isPresent() ? cached : assembled(version);
        if (bundle.isEmpty()) {
            return; // its last chunk brings it here again
        }
        advance(version, VERIFYING);
        verify(announcement, bundle.get());
        if (cached.isEmpty()) {
            cache.write(announcement.sha256(), bundle.get());
        }
        BundleLoader.Loaded loaded = loader.load(announcement, bundle.get(), state -> advance(version, state));
        become(version, loaded);
    }

    private Optional<byte[]> assembled(Version version) {
        synchronized (lock) {
            Optional<byte[]> bundle = chunks.takeComplete(version.announcement.chunks());
            version.waitsForChunks = bundle.isEmpty();
            return bundle;
        }
    }

    private static void verify(Announcement announcement, byte[] bundle) throws RejectedModelException {
        if (bundle.length != announcement.sizeBytes()) {
            throw new RejectedModelException(
                    "its bundle has " + bundle.length + " bytes, announced are " + announcement.sizeBytes());
        }
        String sha256 = ModelBundle.sha256(bundle);
        if (!sha256.equals(announcement.sha256())) {
            throw new RejectedModelException(
                    "its bundle's SHA-256 is " + sha256 + ", announced is " + announcement.sha256());
        }
    }

    private void advance(Version version, VersionState next) throws RejectedModelException {
        synchronized (lock) {
            if (version.state == UNLOADED || version.state == REJECTED) {
                throw new RejectedModelException("nobody wants it any more");
            }
            become(version, next, "");
        }
    }

    private void become(Version version, BundleLoader.Loaded loaded) {
        synchronized (lock) {
            if (version.state != CANARY) {
                loaded.model().close(); // withdrawn meanwhile
                return;
            }
            version.canary = Optional.of(loaded.canary());
            version.engine = loaded.model().engine();
            admit(version, loaded.model());
            become(version, READY, "");
        }
    }

    private void become(Version version, LoadedModel back) {
        synchronized (lock) {
            if (version.state == READY) {
                LOG.info("{} is back in memory.", version.id());
                admit(version, back);
            } else {
                back.close();
            }
        }
    }

    private void admit(Version version, LoadedModel model) {
        version.model = new Shared<>(model, LoadedModel::close);
        version.lastUsedNanos = nanos.getAsLong();
        makeRoom(version);
    }

    private void makeRoom(Version newest) {
        Collection<Version> resident = new ArrayList<>(versions.values());
        resident.removeIf(version -> version.model == null || version == newest);
        while (resident.size() >= limits.maxResident()) {
            Version least = resident.stream()
                    .min(comparing((Version version) -> version.model.isInUse())
                            .thenComparing(comparingLong(version -> version.lastUsedNanos - nanos.getAsLong())))
                    .orElseThrow();
            LOG.info("{} leaves memory: {} models are in it.", least.id(), resident.size() + 1);
            least.model.retire();
            least.model = null;
            resident.remove(least);
        }
    }
}
