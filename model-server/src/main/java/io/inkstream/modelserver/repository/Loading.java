package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.CANARY;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static io.inkstream.modelserver.repository.VersionState.VERIFYING;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads versions in one thread, one after the other, the most urgent first: those whose bundle is here, and those that have left
 * memory and are asked for. Thread-safe, save where a method says that it is called under the monitor.
 */
final class Loading {
    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

    private final Monitor monitor;
    private final Versions versions;
    private final Fetching fetching;
    private final Residency residency;
    private final BundleLoader loader;
    private final Consumer<LoadedModel> ahead;
    private final Consumer<Announcement> anew;
    private final UrgentFirst thread;
    // Guarded by the monitor:
    private final Set<Version> queued = new HashSet<>();

    /**
     * Nothing to do yet.
     *
     * @param ahead prepares the newest version for its first lines; may fail, since lines go without
     * @param anew begins another life of a version that did not come back into memory; called under the monitor
     * @param thread that loads
     */
    Loading(
            Monitor monitor,
            Versions versions,
            Fetching fetching,
            Residency residency,
            BundleLoader loader,
            Consumer<LoadedModel> ahead,
            Consumer<Announcement> anew,
            UrgentFirst thread) {
        this.monitor = monitor;
        this.versions = versions;
        this.fetching = fetching;
        this.residency = residency;
        this.loader = loader;
        this.ahead = ahead;
        this.anew = anew;
        this.thread = thread;
    }

    /** Has a version loaded when its turn comes; under the monitor. */
    void add(Version version) {
        if (!version.isOver() && queued.add(version)) {
            queue(version);
        }
    }

    /** Has a version that waits for its turn loaded before others, if it has become more urgent; under the monitor. */
    void hurry(Version version) {
        if (queued.contains(version)) {
            queue(version); // the one left over will find nothing to do
        }
    }

    private void queue(Version version) {
        long urgency = versions.urgency(version);
        monitor.afterwards(() -> thread.add(urgency, () -> loadNow(version)));
    }

    private void loadNow(Version version) {
        try {
            VersionState state;
            try (Monitor.Held ignored = monitor.enter()) {
                queued.remove(version);
                state = version.state();
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
            LOG.error("{} cannot be loaded; it is retried.", version.id(), e);
            end(version, "loading it failed: " + e, false);
        }
    }

    private void load(Version version) throws RejectedModelException {
        Optional<byte[]> arrived;
        try (Monitor.Held ignored = monitor.enter()) {
            arrived = fetching.take(version);
        }
        Optional<byte[]> bundle = arrived.or(() -> fetching.kept(version));
        if (bundle.isEmpty()) {
            fetching.damaged(version);
            return;
        }
        advance(version, VERIFYING);
        version.announcement().checkBytes(bundle.get());
        BundleLoader.Loaded loaded;
        try {
            loaded = loader.load(version.announcement(), bundle.get(), state -> advance(version, state));
            prepare(version, loaded.model());
        } catch (RuntimeException | Error e) {
            arrived.ifPresent(bytes -> fetching.keep(version, bytes)); // the next try need not fetch it
            throw e;
        }
        if (!admit(version, loaded)) {
            loaded.model().close(); // withdrawn meanwhile
            return;
        }
        arrived.ifPresent(bytes -> fetching.keep(version, bytes)); // after READY: lines need not wait for the disk
    }

    private boolean admit(Version version, BundleLoader.Loaded loaded) {
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.state() != CANARY) {
                return false;
            }
            residency.admit(version, loaded.model());
            versions.ready(version, loaded);
            return true;
        }
    }

    /** The newest may take over at once; older ones, which a start loads after it, would only take its lines' time. */
    private void prepare(Version version, LoadedModel model) {
        boolean isNewest;
        try (Monitor.Held ignored = monitor.enter()) {
            isNewest = versions.isNewest(version);
        }
        if (!isNewest) {
            return;
        }
        try {
            ahead.accept(model);
        } catch (RuntimeException e) {
            LOG.warn("{} was not pre-warmed: its first lines will be slow.", version.id(), e);
        } catch (Error e) {
            model.close();
            throw e;
        }
    }

    private void bringBack(Version version) throws RejectedModelException {
        try (Monitor.Held ignored = monitor.enter()) {
            if (residency.has(version)) {
                return;
            }
        }
        Optional<byte[]> bundle = fetching.kept(version);
        if (bundle.isEmpty()) {
            try (Monitor.Held ignored = monitor.enter()) {
                if (version.state() == READY) {
                    again(version, "it was unloaded and its file is gone; its bundle is fetched again");
                }
            }
            return;
        }
        LoadedModel back = loader.reload(bundle.get());
        boolean isWanted;
        try (Monitor.Held ignored = monitor.enter()) {
            isWanted = version.state() == READY;
            if (isWanted) {
                monitor.afterwards(() -> LOG.info("{} is loaded again.", version.id()));
                residency.admit(version, back);
            }
        }
        if (!isWanted) {
            back.close();
        }
    }

    private void end(Version version, String reason, boolean isVerdict) {
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.state() == READY) {
                // It passed once: it is looked at anew, and either serves or has a reason that is said.
                again(version, "it could not be loaded again: " + reason);
            } else if (isVerdict) {
                versions.reject(version, reason);
            } else {
                versions.failed(version, reason);
            }
        }
    }

    private void again(Version version, String reason) {
        versions.become(version, UNLOADED, reason);
        anew.accept(version.announcement());
    }

    private void advance(Version version, VersionState next) throws RejectedModelException {
        try (Monitor.Held ignored = monitor.enter()) {
            if (version.isOver()) {
                throw new RejectedModelException("no longer needed");
            }
            versions.become(version, next, "");
        }
    }
}
