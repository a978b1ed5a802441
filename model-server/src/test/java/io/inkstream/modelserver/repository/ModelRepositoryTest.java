package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.CANARY;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static io.inkstream.modelserver.repository.VersionState.VERIFYING;
import static io.inkstream.modelserver.repository.VersionState.WARMING;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.batching.Patience;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ModelRepositoryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong();
    private final BlockingQueue<VersionStatus> changes = new LinkedBlockingQueue<>();
    private final FakeLoader loader = new FakeLoader();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Locations locations = Locations.NONE;
    private BundleCache cache;
    private ModelRepository repository;

    @BeforeEach
    void open() {
        cache = new BundleCache(folder);
        repository = repository();
    }

    @AfterEach
    void close() {
        loader.permits.release(100);
        repository.close();
        assertThat(loader.open).hasValue(0);
    }

    @Test
    void aVersionGoesUpStepByStepAndServes() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        v1.sendChunks();
        List<VersionState> states = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            states.add(changes.take().state());
        }
        assertThat(states).containsExactly(ANNOUNCED, DOWNLOADING, VERIFYING, WARMING, CANARY, READY);
        try (ModelRepository.Lease lease = repository.lease(v1.id).orElseThrow()) {
            assertThat(lease.model().sha256()).isEqualTo(v1.sha256);
        }
    }

    @Test
    void chunksMayComeBeforeTheirAnnouncement() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.sendChunks();
        v1.announce();
        awaitState(v1, READY);
    }

    @Test
    void nothingServesBeforeItIsReady() {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        assertThat(repository.lease(v1.id)).isEmpty();
        assertThat(repository.lease(new ModelId("nobody", "1"))).isEmpty();
    }

    @Test
    void theNewestIsLoadedFirstOnceTheTopicIsRead() throws Exception {
        List<Published> all = List.of(new Published("1", 100), new Published("3", 300), new Published("2", 200));
        all.forEach(Published::announce);
        all.forEach(Published::sendChunks);
        repository.caughtUp(Optional.of(Set.of("a:1", "a:2", "a:3")));
        awaitState(all.get(0), READY);
        assertThat(loader.loaded).containsExactly("a:3", "a:2", "a:1");
    }

    @Test
    void aRejectedVersionLeavesTheGoodOneServing() throws Exception {
        Published good = new Published("1", 100);
        Published bad = new Published("2", 200);
        catchUp();
        good.publish();
        awaitState(good, READY);
        loader.reject = "a:2";
        bad.publish();
        assertThat(awaitState(bad, REJECTED).reason()).isEqualTo("the loader says no");
        assertThat(repository.lease(bad.id)).isEmpty();
        repository.lease(good.id).orElseThrow().close();
    }

    @Test
    void aLoaderThatThrowsRejectsThatVersionOnly() throws Exception {
        Published bad = new Published("1", 100);
        Published good = new Published("2", 200);
        catchUp();
        loader.crash = "a:1";
        bad.publish();
        assertThat(awaitState(bad, REJECTED).reason()).contains("loading it failed");
        good.publish();
        awaitState(good, READY);
    }

    @Test
    void bytesWithAnotherDigestAreRejected() throws Exception {
        Published v1 = new Published("1", 100);
        v1.bundle[17] ^= 1;
        catchUp();
        v1.publish();
        assertThat(awaitState(v1, REJECTED).reason()).contains("its bundle's SHA-256 is", "announced is " + v1.sha256);
    }

    @Test
    void aBundleOfAnotherLengthIsRejected() throws Exception {
        Published v1 = new Published("1", 100);
        v1.record.setSizeBytes(v1.bundle.length - 1);
        catchUp();
        v1.publish();
        assertThat(awaitState(v1, REJECTED).reason()).contains("announced are " + (v1.bundle.length - 1));
    }

    @Test
    void impossibleAnnouncementsAreRejectedAtOnce() throws Exception {
        catchUp();
        Published huge = new Published("1", 100);
        huge.record.setSizeBytes(1L << 30);
        Published elsewhere = new Published("2", 100);
        elsewhere.record.setLocation("file:/etc/passwd");
        Published digest = new Published("3", 100);
        digest.record.setSha256("../../etc/passwd");
        Published chunks = new Published("4", 100);
        chunks.record.setChunkCount(0);
        List.of(huge, elsewhere, digest, chunks).forEach(Published::announce);
        assertThat(awaitState(huge, REJECTED).reason()).contains("1073741824 bytes");
        assertThat(awaitState(elsewhere, REJECTED).reason()).contains("file:/etc/passwd");
        assertThat(awaitState(digest, REJECTED).reason()).contains("64 lower-case hex digits");
        assertThat(awaitState(chunks, REJECTED).reason()).contains("0 chunks");
    }

    @Test
    void missingChunksAreSoughtOnceAndThenRejected() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        awaitWaiting(v1);
        v1.sendChunk(0);
        assertThat(seek()).isFalse(); // sought already
        now.addAndGet(TIMEOUT.toNanos());
        seek();
        assertThat(awaitState(v1, REJECTED).reason()).startsWith("topic model-chunks has 1 of its 3 chunks");
    }

    @Test
    void chunksOfAnotherBundleUnderTheSameVersionDoNotCount() throws Exception {
        Published v1 = new Published("1", 100);
        Published other = new Published("1", 100);
        other.chunkSha256 = "f".repeat(64);
        catchUp();
        v1.announce();
        awaitWaiting(v1);
        v1.sendChunk(0);
        other.sendChunk(1);
        other.sendChunk(2);
        now.addAndGet(TIMEOUT.toNanos());
        seek();
        assertThat(awaitState(v1, REJECTED).reason()).contains("1 of its 3 chunks");
    }

    @Test
    void aRejectedVersionMayBeAnnouncedAnew() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.reject = "a:1";
        v1.publish();
        awaitState(v1, REJECTED);
        loader.reject = null;
        v1.publish();
        awaitState(v1, READY);
    }

    @Test
    void aReadyVersionNeverChangesItsBytes() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
        Published forged = new Published("1", 200);
        forged.record.setSha256("e".repeat(64));
        forged.announce();
        VersionStatus status = repository.versions().get(0);
        assertThat(status.state()).isEqualTo(READY);
        assertThat(status.sha256()).isEqualTo(v1.sha256);
        assertThat(status.reason()).contains("a version never changes");
    }

    @Test
    void aWithdrawnVersionIsFreedWhenItsLastUserGoes() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
        ModelRepository.Lease lease = repository.lease(v1.id).orElseThrow();
        repository.withdrawn("a:1");
        assertThat(awaitState(v1, UNLOADED).reason()).isEqualTo("it was withdrawn");
        assertThat(repository.lease(v1.id)).isEmpty();
        assertThat(loader.open).hasValue(1);
        lease.close();
        awaitOpen(0);
    }

    @Test
    void aVersionWithdrawnWhileItLoadsIsNotServed() throws Exception {
        Published v1 = new Published("1", 100);
        loader.permits.drainPermits();
        catchUp();
        v1.publish();
        awaitState(v1, CANARY);
        repository.withdrawn("a:1");
        loader.permits.release(2);
        Published next = new Published("2", 200);
        next.publish();
        awaitState(next, READY);
        assertThat(repository.lease(v1.id)).isEmpty();
        awaitOpen(1);
    }

    @Test
    void versionsThatATopicReadAgainNoLongerHasAreUnloaded() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
        repository.caughtUp(Optional.of(Set.of()));
        awaitState(v1, UNLOADED);
        assertThat(cache.contains(v1.sha256)).isFalse();
    }

    @Test
    void aRestartTakesTheBundleFromTheCache() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
        repository.close();
        changes.clear();
        repository = repository();
        v1.announce(); // no chunks
        repository.caughtUp(Optional.of(Set.of("a:1")));
        awaitState(v1, READY);
    }

    @Test
    void aDamagedCacheIsDownloadedAgain() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        damageCache(v1);
        v1.sendChunks(); // passed over, since the cache seems to have the bundle
        v1.announce();
        awaitWaiting(v1); // finds out, and asks for the chunks again
        v1.sendChunks();
        awaitState(v1, READY);
    }

    @Test
    void theOneUnusedForLongestLeavesMemoryAndComesBackWhenAskedFor() throws Exception {
        catchUp();
        List<Published> versions = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            now.addAndGet(1);
            Published version = new Published(Integer.toString(i), 100L * i);
            version.publish();
            awaitState(version, READY);
            versions.add(version);
        }
        awaitOpen(2);
        assertThat(repository.versions()).allMatch(version -> version.state() == READY);
        assertThat(repository.lease(versions.get(0).id)).isEmpty();
        assertThat(loader.reloaded.take()).isEqualTo(versions.get(0).sha256);
        Optional<ModelRepository.Lease> back = repository.lease(versions.get(0).id);
        while (back.isEmpty()) {
            Thread.onSpinWait();
            back = repository.lease(versions.get(0).id);
        }
        back.get().close();
        awaitOpen(2);
    }

    @Test
    void recordsUnderForeignKeysAreIgnored() {
        catchUp();
        repository.announced("another:key", new Published("1", 100).record);
        repository.chunk("no key", new ModelChunk(0, 1, "a", ByteBuffer.allocate(1)));
        repository.withdrawn("never:seen");
        assertThat(repository.versions()).isEmpty();
    }

    private ModelRepository repository() {
        return new ModelRepository(
                loader,
                cache,
                locations,
                new ModelRepository.Limits(10_000, 100, 2 * FakeLoader.MODEL_BYTES, TIMEOUT),
                now::get,
                new RepositoryMeters(meters),
                changes::add);
    }

    private void catchUp() {
        repository.caughtUp(Optional.of(Set.of()));
    }

    private boolean seek() {
        return repository.caughtUp(Optional.empty());
    }

    private VersionStatus awaitState(Published version, VersionState state) throws InterruptedException {
        while (true) {
            VersionStatus change = changes.take();
            if (change.id().equals(version.id) && change.state() == state) {
                return change;
            }
        }
    }

    private void awaitOpen(int models) {
        while (loader.open.get() != models) {
            Thread.onSpinWait();
        }
    }

    /** Waits until a version lacks chunks, which makes the repository want to read them from the beginning. */
    private void awaitWaiting(Published version) throws InterruptedException {
        awaitState(version, DOWNLOADING);
        while (!seek()) {
            now.addAndGet(Duration.ofMillis(1).toNanos());
        }
    }

    private void damageCache(Published version) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(version.sha256 + ".bundle"), new byte[] {1});
    }

    /** A version as its publisher sees it; the bundle comes in three chunks. */
    private final class Published {
        private final ModelId id;
        private final byte[] bundle = new byte[3_000];
        private final String sha256;
        private final ModelAnnouncement record;
        private String chunkSha256;

        Published(String version, long announcedAt) {
            id = new ModelId("a", version);
            bundle[0] = (byte) version.charAt(0);
            sha256 = ModelBundle.sha256(bundle);
            chunkSha256 = sha256;
            Manifest manifest = TestBundles.manifest("a", version);
            record = TestBundles.announcement(bundle, manifest, Instant.ofEpochMilli(announcedAt));
            record.setChunkCount(3);
        }

        void publish() {
            sendChunks();
            announce();
        }

        void announce() {
            repository.announced(id.toString(), record);
        }

        void sendChunks() {
            for (int i = 0; i < 3; i++) {
                sendChunk(i);
            }
        }

        void sendChunk(int index) {
            ByteBuffer piece = ByteBuffer.wrap(bundle, index * 1_000, 1_000).slice();
            repository.chunk(id + ":" + index, new ModelChunk(index, 3, chunkSha256, piece));
        }
    }

    /** Loads anything but what it is told to refuse, and counts what is open. */
    private static final class FakeLoader implements BundleLoader {
        static final long MODEL_BYTES = 1_000;

        private final Semaphore permits = new Semaphore(100);
        private final AtomicInteger open = new AtomicInteger();
        private final List<String> loaded = new CopyOnWriteArrayList<>();
        private final BlockingQueue<String> reloaded = new LinkedBlockingQueue<>();
        private volatile String reject;
        private volatile String crash;

        @Override
        public Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException {
            String id = announcement.id().toString();
            progress.reached(WARMING);
            if (id.equals(reject)) {
                throw new RejectedModelException("the loader says no");
            }
            if (id.equals(crash)) {
                throw new IllegalStateException("a bug");
            }
            progress.reached(CANARY);
            permits.acquireUninterruptibly();
            loaded.add(id);
            return new Loaded(model(announcement.sha256()), new CanaryReport(Map.of(), new byte[0]));
        }

        @Override
        public LoadedModel reload(byte[] bundle) {
            String sha256 = ModelBundle.sha256(bundle);
            reloaded.add(sha256);
            return model(sha256);
        }

        private LoadedModel model(String sha256) {
            open.incrementAndGet();
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            BatchedGlyphModel glyphs = new BatchedGlyphModel(
                    new NoPredictor(),
                    new BatchingConfig(1, Duration.ZERO, 1, 1),
                    () -> Patience.ENDLESS,
                    System::nanoTime,
                    new BatchedGlyphModel.Meters(new BatchMeters(registry, "a"), new BatchMeters(registry, "b")));
            Manifest manifest = TestBundles.manifest("any", "1");
            return new LoadedModel(sha256, manifest, new DrawingModel(sha256, manifest, glyphs), glyphs, MODEL_BYTES);
        }

        private final class NoPredictor implements Predictor {
            @Override
            public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
                throw new UnsupportedOperationException();
            }

            @Override
            public float[][] read(float[][] inks) {
                throw new UnsupportedOperationException();
            }

            @Override
            public String engine() {
                return "none";
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        }
    }
}
