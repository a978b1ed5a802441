package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.ModelServerSettings;
import io.inkstream.modelserver.ModelVerifier;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.hand.LineRequest;
import io.inkstream.modelserver.hand.Variation;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.modelserver.repository.BadModels.Publication;
import io.inkstream.modelserver.repository.BadModels.Row;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad models against the real repository and loader, while the shipped model serves beside them. */
@Timeout(60)
class BadModelsTest {
    private static final long MAX_BUNDLE_BYTES = 16 << 20;

    @TempDir
    static Path folder;

    private static final BlockingQueue<VersionStatus> CHANGES = new LinkedBlockingQueue<>();
    private static final AtomicLong NOW = new AtomicLong();

    private static ServerReader reader;
    private static ModelBundle shipped;
    private static ModelVerifier verifier;
    private static ModelRepository repository;
    private static byte[] line;

    @BeforeAll
    static void serveTheShippedModel() throws Exception {
        byte[] bytes = TestBundles.shipped();
        shipped = ModelBundle.parse(bytes, 4 * MAX_BUNDLE_BYTES);
        reader = ServerReader.open();
        verifier = ModelVerifier.open(Settings.of(ModelServerSettings.ALL, Map.of(), Map.of(), Map.of()));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        BatchedGlyphModel.Meters meters =
                new BatchedGlyphModel.Meters(new BatchMeters(registry, "glyph"), new BatchMeters(registry, "reading"));
        repository = new ModelRepository(
                new VerifyingBundleLoader(
                        new BundleJudge(
                                bundle -> OnnxPredictor.open(bundle, 1),
                                reader,
                                GateConfig.DEFAULTS,
                                MAX_BUNDLE_BYTES,
                                MemoryBudget.ofThisProcess(1L << 30)),
                        predictor -> new BatchedGlyphModel(
                                predictor, new BatchingConfig(16, Duration.ZERO, 4096, 1), System::nanoTime, meters)),
                model -> {},
                new BundleCache(folder),
                Locations.NONE,
                new ModelRepository.Limits(MAX_BUNDLE_BYTES, 100, 1 << 30, Duration.ofSeconds(10)),
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), () -> 0),
                NOW::get,
                new RepositoryMeters(registry),
                CHANGES::add);
        repository.caughtUp(Optional.of(Set.of()));
        new Publication(bytes, shipped.manifest()).to(repository);
        await(shipped.manifest().id(), VersionState.READY);
        line = draw();
    }

    @AfterAll
    static void close() {
        repository.close();
        verifier.close();
        reader.close();
    }

    static Stream<Row> badModels() {
        return new BadModels(shipped).all();
    }

    @ParameterizedTest
    @MethodSource("badModels")
    void isNeverServedAndHasItsReasonWhileTheGoodOneServesAndOfflineIfItsBytesTell(Row bad) throws Exception {
        bad.publication().to(repository);
        ModelId id = ModelId.parse(bad.publication().id());
        assertThat(await(id, bad.end()).reason()).contains(bad.words());
        assertThat(repository.lease(id)).isEmpty();
        assertThat(draw()).isEqualTo(line);
        if (bad.isBadByItself()) {
            assertThat(verifier.verify(bad.publication().bundle)
                            .<String>match(accepted -> "accepted", ModelVerifier.Refused::reason))
                    .contains(bad.words());
        }
    }

    @Test
    void otherBytesUnderTheNameOfAServingVersionAreRefusedLoudly() {
        ModelBundle other = TestBundles.good("any", "1", 7);
        Publication forged = new Publication(other.toBytes(), other.manifest());
        forged.announcement.setName(shipped.manifest().name());
        forged.announcement.setVersion(shipped.manifest().version());
        forged.to(repository);
        VersionStatus status = repository.versions().stream()
                .filter(version -> version.id().equals(shipped.manifest().id()))
                .findFirst()
                .orElseThrow();
        assertThat(status.state()).isEqualTo(VersionState.READY);
        assertThat(status.reason()).contains(ModelBundle.sha256(other.toBytes()), "a version never changes");
        assertThat(draw()).isEqualTo(line);
    }

    @Test
    void theShippedModelIsAcceptedOfflineWithWhatWasJudged() throws Exception {
        byte[] bytes = TestBundles.shipped();
        ModelVerifier.Accepted accepted = (ModelVerifier.Accepted) verifier.verify(bytes);
        assertThat(accepted.manifest().id()).isEqualTo(shipped.manifest().id());
        assertThat(accepted.sha256()).isEqualTo(ModelBundle.sha256(bytes));
        assertThat(accepted.canary().figures()).containsKeys("accuracy", "deviation_within", "line_ink_share");
        assertThat(accepted.canary().png()).startsWith(0x89, 'P', 'N', 'G').hasSizeLessThan(4096);
        assertThat(accepted.judged())
                .anyMatch(sentence -> sentence.contains("94 characters read by the server's reader"));
    }

    @Test
    void aBundleThatIsTooLargeIsRefusedOfflineBeforeItIsParsed() {
        ModelVerifier.Refused refused = (ModelVerifier.Refused) verifier.verify(new byte[(int) MAX_BUNDLE_BYTES + 1]);
        assertThat(refused.stage()).isEqualTo(VersionState.DOWNLOADING);
        assertThat(refused.reason()).contains("inkstream.model.server.max.bundle.bytes");
    }

    private static VersionStatus await(ModelId id, VersionState state) throws InterruptedException {
        while (true) {
            VersionStatus change = CHANGES.poll(10, TimeUnit.MILLISECONDS);
            if (change == null) {
                // What waits for chunks is given up in time.
                NOW.addAndGet(Duration.ofSeconds(1).toNanos());
                repository.caughtUp(Optional.empty());
            } else if (change.id().equals(id) && change.state() == state) {
                return change;
            }
        }
    }

    private static byte[] draw() {
        List<String> characters =
                shipped.manifest().classes().stream().map(ClassSpec::character).toList();
        int[] glyphs = "serves"
                .chars()
                .map(c -> characters.indexOf(Character.toString(c)))
                .toArray();
        LineRequest request = new LineRequest("", 3, 0, glyphs, new LineFormat(32, 2000, 1.0 / 3), Variation.FRESH);
        try (ModelRepository.Lease lease =
                repository.lease(shipped.manifest().id()).orElseThrow()) {
            return new LineRenderer(new HandCache(0))
                    .render(lease.model().drawing(), request)
                    .raster()
                    .image()
                    .toPng();
        }
    }
}
