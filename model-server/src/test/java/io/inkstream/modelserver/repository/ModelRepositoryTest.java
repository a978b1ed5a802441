package io.inkstream.modelserver.repository;

import static io.inkstream.modelserver.repository.VersionState.ANNOUNCED;
import static io.inkstream.modelserver.repository.VersionState.CANARY;
import static io.inkstream.modelserver.repository.VersionState.DOWNLOADING;
import static io.inkstream.modelserver.repository.VersionState.FAILED;
import static io.inkstream.modelserver.repository.VersionState.READY;
import static io.inkstream.modelserver.repository.VersionState.REJECTED;
import static io.inkstream.modelserver.repository.VersionState.UNLOADED;
import static io.inkstream.modelserver.repository.VersionState.VERIFYING;
import static io.inkstream.modelserver.repository.VersionState.WARMING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.StyleMetrics;
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
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ModelRepositoryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong();
    private final BlockingQueue<VersionStatus> changes = new LinkedBlockingQueue<>();
    private final FakeLoader loader = new FakeLoader();
    private final List<String> prepared = new CopyOnWriteArrayList<>();
    private volatile Consumer<LoadedModel> ahead = model -> prepared.add(model.sha256());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Locations locations = Locations.NONE;
    private Duration timeout = TIMEOUT;
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
    void theNewestIsPreparedBeforeItIsReady() throws Exception {
        Published old = new Published("1", 100);
        Published next = new Published("2", 200);
        catchUp();
        old.publish();
        awaitState(old, READY);
        ahead = model -> {
            assertThat(repository.lease(next.id)).isEmpty();
            prepared.add(model.sha256());
        };
        next.publish();
        awaitState(next, READY);
        assertThat(prepared).containsExactly(old.sha256, next.sha256);
    }

    @Test
    void whatIsLoadedAfterTheNewestIsNotPrepared() throws Exception {
        List<Published> all = List.of(new Published("1", 100), new Published("3", 300), new Published("2", 200));
        all.forEach(Published::announce);
        all.forEach(Published::sendChunks);
        repository.caughtUp(Optional.of(Set.of("a:1", "a:2", "a:3")));
        awaitState(all.get(0), READY);
        assertThat(prepared).containsExactly(all.get(1).sha256);
    }

    @Test
    void aVersionThatCannotBePreparedServesAllTheSame() throws Exception {
        ahead = model -> {
            throw new IllegalStateException("a bug");
        };
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
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
    void aLoaderThatThrowsFailsThatVersionOnlyAndTriesItAgain() throws Exception {
        Published bad = new Published("1", 100);
        Published good = new Published("2", 200);
        catchUp();
        loader.crash = "a:1";
        bad.publish();
        assertThat(awaitState(bad, FAILED).reason()).contains("loading it failed");
        good.publish();
        awaitState(good, READY);
        loader.crash = null;
        passFirst();
        awaitState(bad, READY); // from the cache: its chunks were never sent again
    }

    @Test
    void whatFailsAgainAndAgainIsTriedEverMoreSeldomAndForEver() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.crash = "a:1";
        v1.publish();
        awaitState(v1, FAILED);
        for (int wait : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            now.addAndGet(Duration.ofSeconds(wait).toNanos() - 1);
            repository.tryFailedAgain();
            assertThat(repository.versions().get(0).state()).isEqualTo(FAILED);
            now.addAndGet(1);
            repository.tryFailedAgain();
            awaitState(v1, DOWNLOADING);
            awaitState(v1, FAILED);
        }
    }

    @Test
    void aFailedVersionThatIsWithdrawnIsNotTriedAgain() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.crash = "a:1";
        v1.publish();
        awaitState(v1, FAILED);
        repository.withdrawn("a:1");
        awaitState(v1, UNLOADED);
        loader.crash = null;
        now.addAndGet(LONGEST.toNanos());
        repository.tryFailedAgain();
        assertThat(repository.versions()).isEmpty();
        assertThat(cache.contains(new Sha256(v1.sha256))).isFalse();
        assertThat(loader.loaded).isEmpty();
    }

    @Test
    void aFailedVersionThatIsAnnouncedAgainIsTriedAtOnce() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.crash = "a:1";
        v1.publish();
        awaitState(v1, FAILED);
        loader.crash = null;
        v1.announce(); // the same record, as when the topic is read anew
        assertThat(repository.versions().get(0).state()).isEqualTo(FAILED);
        v1.record.setAnnouncedAt(Instant.ofEpochMilli(101));
        v1.announce();
        awaitState(v1, READY);
    }

    @Test
    void aMomentWithoutMemoryIsNoVerdict() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.notNow = "a:1";
        v1.publish();
        assertThat(awaitState(v1, FAILED).reason()).isEqualTo("no room now");
        loader.notNow = null;
        passFirst();
        awaitState(v1, READY);
    }

    @Test
    void chunksOfOtherBytesAreNoVerdictAboutTheVersion() throws Exception {
        Published v1 = new Published("1", 100);
        Published forged = new Published("1", 100);
        forged.bundle[17] ^= 1;
        catchUp();
        v1.announce();
        forged.sendChunks();
        assertThat(awaitState(v1, FAILED).reason()).contains("its bundle's SHA-256 is", "announced is " + v1.sha256);
        v1.sendChunks();
        seek();
        awaitState(v1, READY);
    }

    @Test
    void aForgedChunkAmongTheRightOnesHasThemSoughtAnew() throws Exception {
        Published v1 = new Published("1", 100);
        Published forged = new Published("1", 100);
        forged.bundle[2_017] ^= 1;
        catchUp();
        v1.announce();
        forged.sendChunk(2);
        v1.sendChunk(0);
        v1.sendChunk(1);
        awaitState(v1, FAILED);
        v1.sendChunk(2); // of which the others are forgotten
        now.addAndGet(FIRST.toNanos());
        assertThat(seek()).isTrue();
        forged.sendChunk(2); // the topic has it before the right ones whenever it is read
        v1.sendChunks();
        seek();
        awaitState(v1, READY);
    }

    @Test
    void chunksOfAnotherLengthAreNoVerdictAboutTheVersion() throws Exception {
        Published v1 = new Published("1", 100);
        v1.record.setSizeBytes(v1.bundle.length - 1);
        catchUp();
        v1.publish();
        assertThat(awaitState(v1, FAILED).reason()).contains("announced are " + (v1.bundle.length - 1));
    }

    @Test
    void theFirstAnnouncementCountsAndAnotherPlaceIsTriedInTurnsOnceItFails() throws Exception {
        Path shelf = shelf();
        reopen(new Locations(List.of("file:" + shelf), TIMEOUT));
        Published v1 = new Published("1", 100);
        v1.announce();
        v1.liesAt("file:" + shelf.resolve("a.zip")); // where nothing is
        v1.announce();
        repository.caughtUp(Optional.of(Set.of("a:1")));
        v1.record.setChunkCount(3);
        v1.record.setLocation(null);
        v1.sendChunks();
        awaitState(v1, READY);

        Published v2 = new Published("2", 200);
        v2.liesAt("file:" + shelf.resolve("nothing.zip"));
        v2.announce();
        awaitState(v2, DOWNLOADING);
        v2.liesAt("file:" + Files.write(shelf.resolve("b.zip"), v2.bundle));
        v2.announce();
        assertThat(awaitEnd(v2).state()).isEqualTo(FAILED);
        assertThat(awaitEnd(v2).state()).isEqualTo(READY);
    }

    @Test
    void aLaterAnnouncementOfTheSameBytesSpoilsNothing() throws Exception {
        List<Published> spoilt = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Published version = new Published(Integer.toString(i), i);
            version.announce();
            Published forged = new Published(Integer.toString(i), 1_000);
            switch (i) {
                case 0 -> forged.record.setSizeBytes(1);
                case 1 -> forged.record.setSizeBytes(1L << 40);
                case 2 -> forged.record.setChunkCount(7);
                default -> forged.liesAt("file:/etc/passwd");
            }
            forged.announce();
            spoilt.add(version);
        }
        repository.caughtUp(Optional.of(Set.of("a:0", "a:1", "a:2", "a:3")));
        for (Published version : spoilt) {
            version.sendChunks();
            awaitState(version, READY);
        }
        assertThat(repository.versions().get(3).reason()).contains("a later announcement of it is ignored");
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
        assertThat(awaitState(digest, REJECTED).reason()).contains("64 lower-case hexadecimal digits");
        assertThat(awaitState(chunks, REJECTED).reason()).contains("0 chunks");
    }

    @Test
    void missingChunksAreSoughtOnceAndThenItFailsUntilTheyCome() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        awaitWaiting(v1);
        v1.sendChunk(0);
        assertThat(seek()).isFalse(); // sought already
        now.addAndGet(TIMEOUT.toNanos());
        seek();
        assertThat(awaitState(v1, FAILED).reason()).startsWith("topic model-chunks has 1 of its 3 chunks");
        v1.sendChunk(1);
        v1.sendChunk(2);
        awaitState(v1, READY);
    }

    @Test
    void aVersionThatLackedChunksHasThemSoughtAgainLater() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        awaitWaiting(v1);
        now.addAndGet(TIMEOUT.toNanos());
        seek();
        awaitState(v1, FAILED);
        assertThat(seek()).isFalse();
        passFirst();
        awaitWaiting(v1);
        v1.sendChunks();
        awaitState(v1, READY);
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
        assertThat(awaitState(v1, FAILED).reason()).contains("1 of its 3 chunks");
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
    void aReadyVersionServesOnThoughTheSameBytesAreAnnouncedWithOtherMetrics() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.publish();
        awaitState(v1, READY);
        v1.announce(); // the same again changes nothing
        assertThat(repository.versions().get(0).reason()).isEmpty();
        Published other = new Published("1", 200);
        other.record.setSha256(v1.sha256);
        other.record.setStyles(List.of());
        other.announce();

        VersionStatus status = repository.versions().get(0);
        assertThat(status.state()).isEqualTo(READY);
        assertThat(status.reason()).contains("other classes, styles or metrics").contains("a version never changes");
        repository.lease(v1.id).orElseThrow().close();
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
        while (cache.contains(new Sha256(v1.sha256))) { // its file may still be on its way to the folder
            Thread.onSpinWait();
        }
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
    void aVersionThatFailsToComeBackIntoMemoryIsLookedAtAnew() throws Exception {
        catchUp();
        Published first = new Published("1", 100);
        for (Published version : List.of(first, new Published("2", 200), new Published("3", 300))) {
            now.addAndGet(1);
            version.publish();
            awaitState(version, READY);
            awaitFile(version);
        }
        awaitOpen(2);
        loader.failReload = true;
        assertThat(repository.lease(first.id)).isEmpty();
        assertThat(awaitState(first, UNLOADED).reason()).contains("could not be loaded again");
        awaitState(first, READY);
        repository.lease(first.id).orElseThrow().close();
    }

    @Test
    void aPolicysVersionOvertakesThoseThatWaitToBeLoaded() throws Exception {
        loader.permits.drainPermits();
        catchUp();
        Published busy = new Published("9", 900);
        busy.publish();
        awaitState(busy, CANARY);
        List<Published> waiting = List.of(new Published("1", 100), new Published("2", 200), new Published("3", 300));
        waiting.forEach(Published::publish);
        repository.named(Set.of(waiting.get(0).id));
        loader.permits.release(4);
        awaitState(waiting.get(1), READY);
        assertThat(loader.loaded).containsExactly("a:9", "a:1", "a:3", "a:2");
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
    void anAnnouncementThatIsSeenBeforeItsChunksDoesNotHaveAllChunksReadAgain() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        awaitState(v1, DOWNLOADING);
        assertThat(seek()).isFalse();
        v1.sendChunks();
        awaitState(v1, READY);
    }

    @Test
    void moreBundlesThanMemoryHoldsAllGetTheirTurn() throws Exception {
        loader.permits.drainPermits();
        catchUp();
        List<Published> versions = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // 60,000 bytes, three times what may wait in memory
            Published version = new Published(Integer.toString(i), 100 + i);
            version.publish();
            versions.add(version);
        }
        loader.permits.release(1_000);
        Set<ModelId> ready = new HashSet<>();
        while (ready.size() < versions.size()) {
            VersionStatus change = changes.take();
            assertThat(change.state()).isNotEqualTo(REJECTED);
            if (change.state() == READY) {
                ready.add(change.id());
            }
        }
        assertThat(seek()).isFalse();
    }

    @Test
    void aFullDiskIsNoVerdict() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        repository.close();
        cache = new BundleCache(file.resolve("below"));
        repository = repository();
        loader.permits.drainPermits();
        catchUp();
        List<Published> versions = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // three times what may wait in memory
            Published version = new Published(Integer.toString(i), 100 + i);
            version.publish();
            versions.add(version);
        }
        assertThat(awaitState(versions.get(19), FAILED).reason()).contains("cannot be kept in the cache folder");
        loader.permits.release(100_000);
        while (!repository.versions().stream().allMatch(version -> version.state() == READY)) {
            // Time stands still while one is in work: a busy machine takes long, and its time-out would be over.
            if (repository.versions().stream()
                    .allMatch(version -> EnumSet.of(READY, FAILED).contains(version.state()))) {
                now.addAndGet(FIRST.toNanos());
            }
            if (seek()) {
                versions.forEach(Published::sendChunks);
            }
        }
    }

    @Test
    void otherBytesUnderAKnownNameAreRefusedInEveryState() throws Exception {
        Published v1 = new Published("1", 100);
        Published forged = new Published("1", 200);
        forged.record.setSha256("e".repeat(64));
        forged.announce(); // read first: the topic has it first
        v1.announce();
        repository.caughtUp(Optional.of(Set.of("a:1")));
        v1.sendChunks();
        VersionStatus status = repository.versions().get(0);
        assertThat(status.sha256()).isEqualTo(forged.record.getSha256());
        assertThat(status.reason()).contains(v1.sha256, "a version never changes, withdraw it first");
        repository.withdrawn("a:1");
        v1.publish();
        assertThat(awaitState(v1, READY).reason()).isEmpty();
    }

    @Test
    void aRejectedVersionKeepsItsReasonWhenOthersBytesAreAnnounced() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        loader.reject = "a:1";
        v1.publish();
        awaitState(v1, REJECTED);
        Published other = new Published("1", 200);
        other.record.setSha256("e".repeat(64));
        other.announce();
        assertThat(repository.versions().get(0).reason()).contains("the loader says no", "a version never changes");
    }

    @Test
    void aVersionBeyondTheMostAllowedIsToldSo() throws Exception {
        catchUp();
        for (int i = 0; i < 100; i++) {
            new Published(Integer.toString(i), 100).announce();
        }
        Published tooMuch = new Published("100", 100);
        tooMuch.announce();
        assertThat(awaitState(tooMuch, UNLOADED).reason()).contains("100 versions are known", "withdraw old ones");
        assertThat(repository.versions()).hasSize(100);
    }

    @Test
    void aVersionWithdrawnWhileItWaitsForItsBundleNeverServes() throws Exception {
        Published v1 = new Published("1", 100);
        catchUp();
        v1.announce();
        v1.sendChunk(0);
        awaitState(v1, DOWNLOADING);
        repository.withdrawn("a:1");
        v1.sendChunk(1);
        v1.sendChunk(2);
        Published next = new Published("2", 200);
        next.publish();
        awaitState(next, READY);
        assertThat(loader.loaded).containsExactly("a:2");
        assertThat(repository.versions()).hasSize(1);
    }

    @Test
    void aVersionReplacedWhileItLoadsServesTheNewBytesOnly() throws Exception {
        Published old = new Published("1", 100);
        Published replacement = new Published("1", 200);
        replacement.changeBytes();
        loader.permits.drainPermits();
        catchUp();
        old.publish();
        awaitState(old, CANARY);
        repository.withdrawn("a:1");
        replacement.publish();
        loader.permits.release(100);
        awaitState(replacement, READY);
        try (ModelRepository.Lease lease = repository.lease(replacement.id).orElseThrow()) {
            assertThat(lease.model().sha256()).isEqualTo(replacement.sha256);
        }
        awaitOpen(1);
    }

    @Test
    void whatAPolicyNamesNeverLeavesMemoryForWantOfRoom() throws Exception {
        catchUp();
        Published stable = new Published("1", 100);
        stable.publish();
        awaitState(stable, READY);
        repository.named(Set.of(stable.id));
        for (int i = 2; i <= 6; i++) {
            now.addAndGet(1);
            Published other = new Published(Integer.toString(i), 100L * i);
            other.publish();
            awaitState(other, READY);
        }
        repository.lease(stable.id).orElseThrow().close();
        awaitOpen(2);
        assertThat(meters.get("inkstream.model.server.resident").gauge().value())
                .isEqualTo(2.0 * FakeLoader.MODEL_BYTES);
    }

    @Test
    void whatAPolicyNamesComesBackBeforeItIsAskedFor() throws Exception {
        catchUp();
        List<Published> versions = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            now.addAndGet(1);
            Published version = new Published(Integer.toString(i), 100L * i);
            version.publish();
            awaitState(version, READY);
            versions.add(version);
        }
        repository.named(Set.of(versions.get(0).id));
        assertThat(loader.reloaded.take()).isEqualTo(versions.get(0).sha256);
    }

    @Test
    void whatAPolicyNamesIsLoadedFirst() throws Exception {
        List<Published> all = List.of(new Published("1", 100), new Published("3", 300), new Published("2", 200));
        repository.named(Set.of(all.get(0).id));
        all.forEach(Published::announce);
        all.forEach(Published::sendChunks);
        repository.caughtUp(Optional.of(Set.of("a:1", "a:2", "a:3")));
        awaitState(all.get(2), READY);
        assertThat(loader.loaded).containsExactly("a:1", "a:3", "a:2");
    }

    @Test
    void whatARequestUsesNeverLeavesMemoryUntilItIsDone() throws Exception {
        catchUp();
        Published used = new Published("1", 100);
        used.publish();
        awaitState(used, READY);
        ModelRepository.Lease lease = repository.lease(used.id).orElseThrow();
        Published idle = new Published("2", 200);
        for (Published other : List.of(idle, new Published("3", 300))) {
            now.addAndGet(1);
            other.publish();
            awaitState(other, READY);
        }
        awaitOpen(2);
        assertThat(repository.lease(idle.id))
                .as("it left, though it was used later")
                .isEmpty();
        assertThat(loader.reloaded.take()).isEqualTo(idle.sha256); // and is brought back by being asked for
        repository.lease(used.id).orElseThrow().close();
        lease.close();
    }

    @Test
    void aVersionThatLostItsFileIsFetchedAnew() throws Exception {
        catchUp();
        Published first = new Published("1", 100);
        first.publish();
        awaitState(first, READY);
        for (int i = 2; i <= 3; i++) {
            now.addAndGet(1);
            Published other = new Published(Integer.toString(i), 100L * i);
            other.publish();
            awaitState(other, READY);
        }
        awaitFile(first);
        cache.delete(new Sha256(first.sha256));
        assertThat(repository.lease(first.id)).isEmpty();
        assertThat(awaitState(first, UNLOADED).reason()).contains("its file is gone");
        awaitState(first, DOWNLOADING);
        first.sendChunks();
        awaitState(first, READY);
    }

    @Test
    void aBundleAtAnAllowedLocationIsFetchedAndKept() throws Exception {
        Path shelf = shelf();
        reopen(new Locations(List.of("file:" + shelf), TIMEOUT));
        Published v1 = new Published("1", 100);
        Path file = Files.write(shelf.resolve("a.zip"), v1.bundle);
        v1.liesAt("file:" + file);
        catchUp();
        v1.announce();
        awaitState(v1, READY);
        awaitFile(v1);
    }

    @Test
    void otherBytesAtALocationAreNoVerdictAndTheRightOnesMayCome() throws Exception {
        Path shelf = shelf();
        reopen(new Locations(List.of("file:" + shelf), TIMEOUT));
        Published v1 = new Published("1", 100);
        byte[] other = v1.bundle.clone();
        other[17] ^= 1;
        v1.liesAt("file:" + Files.write(shelf.resolve("a.zip"), other));
        catchUp();
        v1.announce();
        assertThat(awaitState(v1, FAILED).reason()).contains("its bundle's SHA-256 is");
        Files.write(shelf.resolve("a.zip"), v1.bundle);
        passFirst();
        awaitState(v1, READY);
    }

    @Test
    void aLocationWithNothingYetIsAskedAgain() throws Exception {
        timeout = Duration.ofDays(1_000);
        Published late = unreachable();
        catchUp();
        late.announce();
        awaitState(late, DOWNLOADING);
        Files.write(shelf().resolve("late.zip"), late.bundle);
        assertThat(awaitEnd(late).state()).isEqualTo(READY);
    }

    @Test
    void aLocationWithNothingForLongFailsUntilThereIsSomething() throws Exception {
        Published late = unreachable();
        catchUp();
        late.announce();
        VersionStatus failed = awaitEnd(late);
        assertThat(failed.state()).isEqualTo(FAILED);
        assertThat(failed.reason()).contains("late.zip");
        Files.write(shelf().resolve("late.zip"), late.bundle);
        VersionStatus end = awaitEnd(late);
        while (end.state() == FAILED) { // it may have been asked while the file was being written
            end = awaitEnd(late);
        }
        assertThat(end.state()).isEqualTo(READY);
    }

    @Test
    void nothingIsLeftOfVersionsThatCameAndWent() throws Exception {
        loader.permits.release(200);
        catchUp();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 200; i++) {
            Published version = new Published(Integer.toString(i), 100 + i);
            version.publish();
            if (i % 3 != 0) {
                awaitState(version, READY);
            }
            repository.withdrawn(version.id.toString());
            awaitState(version, UNLOADED);
        }
        Published last = new Published("last", 1_000);
        last.publish();
        awaitState(last, READY);
        awaitFile(last);
        awaitOpen(1);
        assertThat(repository.versions()).hasSize(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> !name.startsWith("model-")))
                .hasSizeLessThan(8); // those of the one model
        assertThat(meters.get("inkstream.model.server.versions")
                        .tag("state", "ready")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void theWayToReadyIsMeasuredByStage() throws Exception {
        Published good = new Published("1", 100);
        Published bad = new Published("2", 200);
        catchUp();
        good.publish();
        awaitState(good, READY);
        loader.reject = "a:2";
        bad.publish();
        awaitState(bad, REJECTED);
        assertThat(meters.get("inkstream.model.server.load").timer().count()).isEqualTo(1);
        assertThat(meters.get("inkstream.model.server.load.stage")
                        .tag("stage", "canary")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("inkstream.model.server.versions.rejected")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("inkstream.model.server.canary")
                        .tags("model", "a:1", "figure", "accuracy")
                        .gauge()
                        .value())
                .isEqualTo(.7);
        repository.withdrawn("a:1");
        assertThat(meters.find("inkstream.model.server.canary").gauges()).isEmpty();
    }

    @Test
    void aWithdrawalNeverDeletesAFileOutsideTheCache() throws Exception {
        Path victim = Files.write(folder.getParent().resolve("victim.bundle"), new byte[] {1});
        catchUp();
        for (String digest : List.of("../victim", folder.getParent() + "/victim", "..\\victim", "victim\0", "")) {
            Published forged = new Published("1", 100);
            forged.record.setSha256(digest);
            forged.announce();
            assertThat(awaitState(forged, REJECTED).reason()).contains("64 lower-case hexadecimal digits");
            repository.withdrawn("a:1");
            assertThat(awaitState(forged, UNLOADED).reason()).isEqualTo("it was withdrawn");
        }
        assertThat(victim).exists();
        assertThat(repository.versions()).isEmpty();
        Files.delete(victim);
    }

    @Test
    void anAnnouncementThatCannotBeUsedDoesNotTakeTheNameOfTheNextOne() throws Exception {
        catchUp();
        Published poison = new Published("1", 100);
        poison.record.setSha256("0123");
        poison.announce();
        assertThat(awaitState(poison, REJECTED).sha256()).isEmpty();
        Published good = new Published("1", 200);
        good.publish();
        awaitState(good, READY);
        poison.announce();
        assertThat(repository.versions()).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(READY);
            assertThat(status.reason()).contains("an announcement under this version is ignored", "0123");
        });
        repository.lease(good.id).orElseThrow().close();
    }

    @Test
    void chunksThatNothingCanBeMadeOfHarmNobody() throws Exception {
        Published good = new Published("1", 100);
        catchUp();
        good.announce();
        good.sendChunk(0);
        ByteBuffer data = ByteBuffer.wrap(new byte[] {1});
        for (String digest : List.of("a\0b", "../victim", "", "F".repeat(64), "x".repeat(1_000_000))) {
            repository.chunk("a:1:1", new ModelChunk(1, 3, digest, data));
        }
        for (int[] numbers : new int[][] {{1, 0}, {1, -3}, {-1, 3}, {1, Integer.MIN_VALUE}, {1, 2}, {7, 3}}) {
            repository.chunk("a:1:" + numbers[0], new ModelChunk(numbers[0], numbers[1], good.sha256, data));
        }
        repository.chunk("a:1:1", new ModelChunk(1, 3, good.sha256, ByteBuffer.allocate(0)));
        repository.chunk("a:1:1", new ModelChunk(1, 3, good.sha256, ByteBuffer.allocate(600_000)));
        repository.chunk("x".repeat(1_000_000), new ModelChunk(1, 3, good.sha256, data));
        good.sendChunk(1);
        good.sendChunk(2);
        awaitState(good, READY);
    }

    @Test
    void absurdAnnouncementsAreRejectedWithShortReasons() throws Exception {
        catchUp();
        List<Consumer<ModelAnnouncement>> absurdities = List.of(
                record -> record.setSizeBytes(-1),
                record -> record.setSizeBytes(Long.MIN_VALUE),
                record -> record.setChunkCount(Integer.MIN_VALUE),
                record -> record.setChunkCount(Integer.MAX_VALUE),
                record -> record.setLocation("x".repeat(1_000_000)),
                record -> record.setLocation("\0"),
                record -> record.setSha256("x".repeat(1_000_000)),
                record -> record.setClasses(List.of(new ClassMetrics("x".repeat(1_000_000), 1.0, 1.0, 0.0))),
                record -> record.setClasses(Collections.nCopies(70_000, new ClassMetrics("x", 1.0, 1.0, 0.0))),
                record ->
                        record.setStyles(List.of(new StyleMetrics("x".repeat(1_000_000), "", 1.0, 1.0, 1.0, Map.of()))),
                record -> record.setStyles(
                        Collections.nCopies(2_000, new StyleMetrics("x", "", 1.0, 1.0, 1.0, Map.of()))));
        for (int i = 0; i < absurdities.size(); i++) {
            Published absurd = new Published(Integer.toString(i), 100);
            absurdities.get(i).accept(absurd.record);
            absurd.announce();
            assertThat(awaitState(absurd, REJECTED).reason()).isNotBlank().hasSizeLessThanOrEqualTo(1_000);
        }
        Published good = new Published("good", 100);
        good.publish();
        awaitState(good, READY);
    }

    @Test
    void announcementsTakeABoundedShareOfMemory() throws Exception {
        catchUp();
        List<ClassMetrics> many = Collections.nCopies(65_536, new ClassMetrics("x", 1.0, 1.0, 0.0));
        for (int i = 0; i < 40; i++) {
            Published large = new Published(Integer.toString(i), 100);
            large.record.setClasses(many);
            large.announce();
        }
        Published tooMuch = new Published("99", 100);
        tooMuch.record.setClasses(many);
        tooMuch.announce();
        assertThat(awaitState(tooMuch, UNLOADED).reason()).contains("the announcements of", "withdraw old ones");
        assertThat(repository.versions()).hasSizeBetween(20, 40);
        repository.withdrawn("a:0");
        tooMuch.announce();
        awaitState(tooMuch, DOWNLOADING);
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
                model -> ahead.accept(model),
                cache,
                locations,
                new ModelRepository.Limits(10_000, 100, 2 * FakeLoader.MODEL_BYTES, timeout),
                new Backoff(FIRST, LONGEST, () -> 0),
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

    private Path shelf() throws IOException {
        return Files.createDirectories(folder.resolve("shelf"));
    }

    private Published unreachable() throws IOException {
        reopen(new Locations(List.of("file:" + shelf()), TIMEOUT));
        Published version = new Published("1", 100);
        version.liesAt("file:" + shelf().resolve("late.zip"));
        return version;
    }

    private void passFirst() {
        now.addAndGet(FIRST.toNanos());
        repository.tryFailedAgain();
    }

    /** Lets time pass until the version is READY, REJECTED or FAILED. */
    private VersionStatus awaitEnd(Published version) throws InterruptedException {
        while (true) {
            VersionStatus change = changes.poll(1, TimeUnit.MILLISECONDS);
            if (change == null) {
                now.addAndGet(Duration.ofMillis(100).toNanos());
                seek();
            } else if (change.id().equals(version.id)
                    && Set.of(READY, REJECTED, FAILED).contains(change.state())) {
                return change;
            }
        }
    }

    private void reopen(Locations allowed) {
        repository.close();
        locations = allowed;
        repository = repository();
    }

    /** It is written behind READY. */
    private void awaitFile(Published version) {
        while (!cache.contains(new Sha256(version.sha256))) {
            Thread.onSpinWait();
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
        private String sha256;
        private final ModelAnnouncement record;
        private String chunkSha256;

        Published(String version, long announcedAt) {
            id = new ModelId("a", version);
            byte[] differs = version.getBytes(UTF_8);
            System.arraycopy(differs, 0, bundle, 0, differs.length);
            sha256 = ModelBundle.sha256(bundle);
            chunkSha256 = sha256;
            Manifest manifest = TestBundles.manifest("a", version);
            record = TestBundles.announcement(bundle, manifest, Instant.ofEpochMilli(announcedAt));
            record.setChunkCount(3);
        }

        void changeBytes() {
            bundle[2_000] ^= 1;
            sha256 = ModelBundle.sha256(bundle);
            chunkSha256 = sha256;
            record.setSha256(sha256);
        }

        void liesAt(String location) {
            record.setLocation(location);
            record.setChunkCount(0);
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
        private volatile String notNow;
        private volatile boolean failReload;

        @Override
        public Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException {
            String id = announcement.id().toString();
            progress.reached(WARMING);
            if (id.equals(reject)) {
                throw new RejectedModelException("the loader says no");
            }
            if (id.equals(notNow)) {
                throw new NotNowException("no room now");
            }
            if (id.equals(crash)) {
                throw new IllegalStateException("a bug");
            }
            progress.reached(CANARY);
            permits.acquireUninterruptibly();
            loaded.add(id);
            return new Loaded(
                    model(announcement.sha256().hex()), new CanaryReport(Map.of("accuracy", .7), new byte[0]));
        }

        @Override
        public LoadedModel reload(byte[] bundle) {
            String sha256 = ModelBundle.sha256(bundle);
            reloaded.add(sha256);
            if (failReload) {
                throw new IllegalStateException("no memory left");
            }
            return model(sha256);
        }

        private LoadedModel model(String sha256) {
            open.incrementAndGet();
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            BatchedGlyphModel glyphs = new BatchedGlyphModel(
                    new NoPredictor(),
                    new BatchingConfig(1, Duration.ZERO, 1, 1),
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
