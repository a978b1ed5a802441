package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.HugeBundles;
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
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Valid models of absurd sizes against the real repository, in a process that ends when its memory does. */
@Timeout(300)
class MemoryIT {
    private static final long MAX_BUNDLE_BYTES = 16 << 20;
    private static final long MAX_ENGINE_BYTES = 256 << 20;

    @TempDir
    Path folder;

    @Test
    void aProcessOf512MebibytesJudgesThemAllAndGoesOnServing() throws Exception {
        File words = folder.resolve("words.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+ExitOnOutOfMemoryError",
                        MemoryIT.class.getName(),
                        folder.resolve("cache").toString())
                .redirectErrorStream(true)
                .redirectOutput(words);
        Map<String, String> environment = builder.environment();
        environment.put("CLASSPATH", System.getProperty("java.class.path")); // too long for a command line
        Process process = builder.start();
        try {
            assertThat(process.waitFor(280, TimeUnit.SECONDS))
                    .as("it ends, having said: %s", Files.readString(words.toPath()))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(words.toPath()))
                .contains(
                        "11,600 classes: READY",
                        "256 pixels: READY",
                        "insatiable: REJECTED, its networks need about",
                        "bytes to run, this server gives a version at most 268435456",
                        "shipped: READY",
                        "all drew");
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void aVersionWaitsForMemoryThatIsNotFreeNow() throws Exception {
        AtomicLong free = new AtomicLong();
        MemoryBudget memory = new MemoryBudget(1L << 30, MAX_ENGINE_BYTES, 2, free::get);
        try (Judges judges = new Judges(folder, memory)) {
            ModelId id = judges.publish(TestBundles.good("small", "1", 7));
            assertThat(judges.await(id, VersionState.FAILED).reason())
                    .contains("judging it needs about", "bytes of heap, 0 are free now");
            free.set(1L << 30);
            judges.await(id, VersionState.READY);
        }
    }

    @Test
    void aVersionThatCanNeverBeJudgedIsRejectedWithTheNumbers() throws Exception {
        MemoryBudget memory = new MemoryBudget(20 << 20, MAX_ENGINE_BYTES, 2, () -> 1L << 30);
        try (Judges judges = new Judges(folder, memory)) {
            ModelId id = judges.publish(TestBundles.good("small", "1", 7));
            assertThat(judges.await(id, VersionState.REJECTED).reason())
                    .contains("judging it needs about", "at most 20971520 (half of -Xmx)");
        }
    }

    /** What runs in the other process. */
    public static void main(String[] args) throws Exception {
        MemoryBudget memory = MemoryBudget.ofThisProcess(MAX_ENGINE_BYTES);
        try (Judges judges = new Judges(Path.of(args[0]), memory)) {
            ModelBundle many = HugeBundles.good("many", 11_600, 28);
            ModelBundle large = HugeBundles.good("large", 10, 256);
            ModelBundle shipped = ModelBundle.parse(TestBundles.shipped(), 4 * MAX_BUNDLE_BYTES);
            judges.say("11,600 classes", judges.publish(many));
            judges.say("256 pixels", judges.publish(large));
            judges.say("insatiable", judges.publish(HugeBundles.insatiable("insatiable")));
            judges.say("shipped", judges.publish(shipped));
            for (ModelBundle one : new ModelBundle[] {many, large, shipped}) {
                judges.draw(one);
            }
            System.out.println("all drew");
        }
        System.exit(0);
    }

    /** A repository with all that judges. */
    private static final class Judges implements AutoCloseable {
        private final BlockingQueue<VersionStatus> changes = new LinkedBlockingQueue<>();
        private final AtomicLong now = new AtomicLong();
        private final ServerReader reader = ServerReader.open();
        private final ModelRepository repository;

        Judges(Path cache, MemoryBudget memory) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            BatchedGlyphModel.Meters meters = new BatchedGlyphModel.Meters(
                    new BatchMeters(registry, "glyph"), new BatchMeters(registry, "reading"));
            repository = new ModelRepository(
                    new VerifyingBundleLoader(
                            new BundleJudge(
                                    bundle -> OnnxPredictor.open(bundle, 1),
                                    reader,
                                    GateConfig.DEFAULTS,
                                    MAX_BUNDLE_BYTES,
                                    memory),
                            predictor -> new BatchedGlyphModel(
                                    predictor,
                                    new BatchingConfig(16, Duration.ZERO, 4096, 2),
                                    System::nanoTime,
                                    meters)),
                    model -> {},
                    new BundleCache(cache),
                    Locations.NONE,
                    new ModelRepository.Limits(MAX_BUNDLE_BYTES, 100, 1 << 30, Duration.ofSeconds(10)),
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), () -> 0),
                    now::get,
                    new RepositoryMeters(registry),
                    changes::add);
            repository.caughtUp(Optional.of(Set.of()));
        }

        ModelId publish(ModelBundle bundle) {
            new BadModels.Publication(bundle.toBytes(), bundle.manifest()).to(repository);
            return bundle.manifest().id();
        }

        void say(String what, ModelId id) throws InterruptedException {
            VersionStatus end = await(id, VersionState.READY, VersionState.REJECTED, VersionState.FAILED);
            System.out.println(what + ": " + end.state() + (end.reason().isEmpty() ? "" : ", " + end.reason()));
        }

        VersionStatus await(ModelId id, VersionState... states) throws InterruptedException {
            while (true) {
                VersionStatus change = changes.poll(10, TimeUnit.MILLISECONDS);
                if (change == null) {
                    now.addAndGet(Duration.ofMillis(100).toNanos());
                    repository.tryFailedAgain();
                } else if (change.id().equals(id) && Set.of(states).contains(change.state())) {
                    return change;
                } else if (change.id().equals(id)) {
                    assertThat(change.state()).isNotIn(VersionState.READY, VersionState.REJECTED);
                }
            }
        }

        void draw(ModelBundle bundle) {
            int classes = bundle.manifest().classes().size();
            int[] glyphs = IntStream.range(0, 60).map(i -> i % classes).toArray();
            try (ModelRepository.Lease lease =
                    repository.lease(bundle.manifest().id()).orElseThrow()) {
                new LineRenderer(new HandCache(1 << 20))
                        .render(
                                lease.model().drawing(),
                                new LineRequest("", 3, 0, glyphs, new LineFormat(32, 16_384, .3), Variation.HAND))
                        .raster();
            }
        }

        @Override
        public void close() {
            repository.close();
            reader.close();
        }
    }
}
