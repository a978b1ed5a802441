package io.inkstream.modelserver.rpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.Readers;
import io.inkstream.modelserver.repository.Backoff;
import io.inkstream.modelserver.repository.BundleCache;
import io.inkstream.modelserver.repository.BundleJudge;
import io.inkstream.modelserver.repository.GateConfig;
import io.inkstream.modelserver.repository.Locations;
import io.inkstream.modelserver.repository.MemoryBudget;
import io.inkstream.modelserver.repository.ModelRepository;
import io.inkstream.modelserver.repository.RepositoryMeters;
import io.inkstream.modelserver.repository.VerifyingBundleLoader;
import io.inkstream.modelserver.repository.VersionState;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.ListModelsRequest;
import io.inkstream.schemas.rpc.ListModelsResponse;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.rpc.Variation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service behind a real gRPC server, with a small model of its own. */
@Timeout(60)
class RenderServiceIT {
    private static final int IN_WORK = 1;
    private static final int MAX_PENDING = 2;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Gate gate = new Gate();
    private final Readers readers = Readers.open();
    private byte[] bundle;
    private ModelRepository repository;
    private LineWorkers workers;
    private RpcServer server;
    private boolean isDrained;
    private ManagedChannel channel;
    private ModelServerGrpc.ModelServerBlockingStub stub;

    @BeforeEach
    void open() throws Exception {
        ModelBundle model = TestBundles.good("test", "1", 7);
        bundle = model.toBytes();
        repository = new ModelRepository(
                new VerifyingBundleLoader(
                        new BundleJudge(
                                parsed -> gate.before(OnnxPredictor.open(parsed, 1)),
                                readers.glyphs(),
                                GateConfig.DEFAULTS,
                                bundle.length,
                                MemoryBudget.ofThisProcess(1L << 30)),
                        this::batched),
                warmed -> {},
                new BundleCache(folder),
                Locations.NONE,
                new ModelRepository.Limits(bundle.length, 10, 1 << 30, LONG),
                new Backoff(LONG, LONG, () -> 0),
                System::nanoTime,
                new RepositoryMeters(registry),
                status -> {
                    if (status.state() == VersionState.READY) {
                        ready.countDown();
                    }
                });
        ModelAnnouncement announcement = TestBundles.announcement(bundle, model.manifest(), Instant.EPOCH);
        publish(announcement);
        assertThat(ready.await(30, SECONDS)).isTrue();

        workers = new LineWorkers(IN_WORK, MAX_PENDING);
        RenderService service = new RenderService(
                repository,
                new LineRenderer(new HandCache(1 << 20)),
                readers,
                workers,
                new RenderMeters(registry, workers),
                System::nanoTime,
                new RenderService.Identity("test-cpu", "test-code"));
        server = new RpcServer("127.0.0.1", 0, service);
        server.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        stub = ModelServerGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        gate.open();
        channel.shutdownNow();
        drain();
        repository.close();
        readers.close();
    }

    private synchronized void drain() {
        if (!isDrained) {
            isDrained = true;
            server.drain(workers, LONG);
        }
    }

    @Test
    void aLineComesWithItsBoxesAndItsProvenance() {
        RenderLineResponse line = stub.renderLine(request().build());
        assertThat(line.getImage().toByteArray()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(line.getHeightPx()).isEqualTo(64);
        assertThat(line.getWidthPx()).isBetween(64, 2000);
        assertThat(line.getBoxesList()).hasSize(5).allSatisfy(box -> {
            assertThat(box.getLeft()).isNotNegative();
            assertThat(box.getLeft() + box.getWidth()).isLessThanOrEqualTo(line.getWidthPx());
            assertThat(box.getTop() + box.getHeight()).isLessThanOrEqualTo(64);
        });
        assertThat(line.getModelSha256()).isEqualTo(ModelBundle.sha256(bundle));
        assertThat(line.getPredictor()).startsWith("onnxruntime-");
        assertThat(line.getCpuFamily()).isEqualTo("test-cpu");
        assertThat(line.getCodeVersion()).isEqualTo("test-code");
    }

    @Test
    void whatTheModelHasNoClassForIsComposedOrRefusedByName() {
        String character = TestBundles.manifest("test", "1").classes().get(0).character();
        RenderLineResponse line = stub.renderLine(request()
                .clearGlyphs()
                .addAllGlyphs(List.of(0, -2, -1, -3))
                .addAllGraphemes(List.of(character + "\u0301", "\u25a1"))
                .build());
        assertThat(line.getBoxesList()).hasSize(3).allMatch(box -> box.getWidth() > 0);
        assertStatus(Status.Code.INVALID_ARGUMENT, "'\u4e2d'", r -> r.clearGlyphs()
                .addGlyphs(-2)
                .addGraphemes("\u4e2d"));
    }

    @Test
    void glyphsAreReadBackForWhoAsksAndNothingThatIsDrawnChanges() {
        RenderLineResponse asked = stub.renderLine(request().setReadBack(true).build());
        assertThat(asked.getReadAsList())
                .hasSameSizeAs(asked.getBoxesList())
                .allMatch(readers.glyphs().characters()::contains);
        RenderLineResponse unasked = stub.renderLine(request().build());
        assertThat(unasked.getReadAsList()).isEmpty();
        assertThat(asked.toBuilder().clearReadAs().build()).isEqualTo(unasked);
    }

    @Test
    void aLineIsReadForWhoAsksAndNothingThatIsDrawnChanges() {
        RenderLineResponse asked = stub.renderLine(request().setReadLine(true).build());
        assertThat(asked.getReading()).isNotEmpty();
        RenderLineResponse unasked = stub.renderLine(request().build());
        assertThat(unasked.hasReading()).isFalse();
        assertThat(asked.toBuilder().clearReading().build()).isEqualTo(unasked);
    }

    @Test
    void anSvgIsTheSameLineWrittenDown() {
        RenderLineResponse line =
                stub.renderLine(request().setFormat(ImageFormat.SVG).build());
        assertThat(line.getImage().toStringUtf8())
                .startsWith("<svg")
                .contains("viewBox=\"0 0 " + line.getWidthPx() + " ");
    }

    @Test
    void equalRequestsGetEqualBytesWhoeverElseDraws() throws Exception {
        List<RenderLineResponse> alone = new ArrayList<>();
        for (int seed = 0; seed < MAX_PENDING; seed++) {
            alone.add(stub.renderLine(fresh(seed)));
        }
        List<CompletableFuture<RenderLineResponse>> together = new ArrayList<>();
        for (int seed = 0; seed < MAX_PENDING; seed++) {
            together.add(call(fresh(seed)));
        }
        for (int seed = 0; seed < MAX_PENDING; seed++) {
            assertThat(together.get(seed).get(30, SECONDS)).isEqualTo(alone.get(seed));
        }
        assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
    }

    @Test
    void aVersionThatIsNotReadyIsNotFound() {
        assertStatus(Status.Code.NOT_FOUND, "model test:2 is not known here", r -> r.setModel("test:2"));
        assertStatus(Status.Code.INVALID_ARGUMENT, "name:version", r -> r.setModel("no version"));
    }

    @Test
    void whatCanNeverBeDrawnIsAnInvalidArgument() {
        assertStatus(Status.Code.INVALID_ARGUMENT, "no style \"gothic\"", r -> r.setStyle("gothic"));
        assertStatus(Status.Code.INVALID_ARGUMENT, "glyph 10", r -> r.addGlyphs(10));
        assertStatus(Status.Code.INVALID_ARGUMENT, "0", r -> r.setLineHeightPx(0));
        assertStatus(Status.Code.INVALID_ARGUMENT, "10000", r -> r.setLineHeightPx(10_000));
        assertStatus(Status.Code.INVALID_ARGUMENT, "16384", r -> r.setLineWidthPx(16_385));
        assertStatus(Status.Code.INVALID_ARGUMENT, "at most 4096 glyphs, got 4097", r -> r.clearGlyphs()
                .addAllGlyphs(java.util.Collections.nCopies(4_097, 0)));
        assertStatus(Status.Code.INVALID_ARGUMENT, "NaN", r -> r.setMaxOverlap(Double.NaN));
        assertStatus(Status.Code.INVALID_ARGUMENT, "0.5", r -> r.setMaxOverlap(.5));
        assertStatus(Status.Code.INVALID_ARGUMENT, "-1", r -> r.setLineIndex(-1));
        assertStatus(Status.Code.INVALID_ARGUMENT, "variation 7", r -> r.setVariationValue(7));
        assertStatus(Status.Code.INVALID_ARGUMENT, "format", r -> r.setFormatValue(7));
    }

    @Test
    void aFaultOfTheServerIsNotTheCallers() {
        gate.fault = new IllegalArgumentException("a bug");
        assertStatus(Status.Code.INTERNAL, "a bug", r -> r.setVariation(Variation.FRESH)
                .setSeed(99));
        gate.fault = null;
        stub.renderLine(fresh(99));
    }

    @Test
    void aLineThatIsTooLongForItsWidthIsDrawnAllTheSame() {
        RenderLineRequest.Builder request = request().setLineHeightPx(16).setLineWidthPx(32);
        for (int i = 0; i < 300; i++) {
            request.addGlyphs(i % 10);
        }
        RenderLineResponse line = stub.renderLine(request.build());
        assertThat(line.getWidthPx()).isLessThanOrEqualTo(32);
        assertThat(line.getBoxesCount()).isEqualTo(305);
    }

    @Test
    void aFullServerRefusesAtOnceAndDrawsWhatItAdmitted() throws Exception {
        gate.shut();
        List<CompletableFuture<RenderLineResponse>> admitted = new ArrayList<>();
        admitted.add(call(fresh(1)));
        gate.awaitSomebody();
        for (int i = 0; i < MAX_PENDING; i++) {
            admitted.add(call(fresh(2 + i)));
        }
        awaitPending(MAX_PENDING);
        assertStatus(Status.Code.RESOURCE_EXHAUSTED, "2 lines are queued", r -> {});
        gate.open();
        for (CompletableFuture<RenderLineResponse> line : admitted) {
            assertThat(line.get(30, SECONDS).getBoxesCount()).isEqualTo(5);
        }
    }

    @Test
    void aCallerThatGoesGivesItsPlaceBack() throws Exception {
        gate.shut();
        CompletableFuture<RenderLineResponse> first = call(fresh(1));
        gate.awaitSomebody();
        var waiting = ModelServerGrpc.newFutureStub(channel).renderLine(fresh(2));
        awaitPending(1);
        waiting.cancel(true);
        awaitPending(0);
        gate.open();
        first.get(30, SECONDS);
    }

    @Test
    void noLineIsDrawnAfterItsDeadline() throws Exception {
        gate.shut();
        CompletableFuture<RenderLineResponse> first = call(fresh(1));
        gate.awaitSomebody();
        assertThatThrownBy(() -> stub.withDeadlineAfter(50, java.util.concurrent.TimeUnit.MILLISECONDS)
                        .renderLine(fresh(2)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        awaitPending(0);
        gate.open();
        first.get(30, SECONDS);
        double drawn = registry.get("inkstream.model.server.lines")
                .tag("status", "ok")
                .timer()
                .count();
        assertThat(drawn).isEqualTo(1);
    }

    @Test
    void modelsAreListedWithTheirStates() {
        ListModelsResponse.Model model =
                stub.listModels(ListModelsRequest.getDefaultInstance()).getModels(0);
        assertThat(model.getModel()).isEqualTo("test:1");
        assertThat(model.getState()).isEqualTo("READY");
        assertThat(model.getSha256()).isEqualTo(ModelBundle.sha256(bundle));
        assertThat(model.getSizeBytes()).isEqualTo(bundle.length);
    }

    @Test
    void healthFollowsReadiness() {
        assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
        server.serving(true);
        assertThat(health()).isEqualTo(ServingStatus.SERVING);
        server.serving(false);
        assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void reflectionNamesTheService() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new FirstOf<>(answer));
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(answer.get(30, SECONDS).toString()).contains("inkstream.v1.ModelServer");
        requests.onCompleted();
    }

    @Test
    void drainingFinishesWhatWasAdmittedAndAdmitsNothing() throws Exception {
        gate.shut();
        CompletableFuture<RenderLineResponse> inWork = call(fresh(1));
        gate.awaitSomebody();
        List<CompletableFuture<RenderLineResponse>> admitted = new ArrayList<>(List.of(inWork));
        for (int i = 0; i < MAX_PENDING; i++) {
            admitted.add(call(fresh(2 + i)));
        }
        awaitPending(MAX_PENDING);
        Thread draining = new Thread(this::drain);
        draining.start();
        // Refused because it is full, until it is refused because it stops.
        while (status(fresh(9)) != Status.Code.UNAVAILABLE) {
            Thread.onSpinWait();
        }
        gate.open();
        for (CompletableFuture<RenderLineResponse> line : admitted) {
            assertThat(line.get(30, SECONDS).getBoxesCount()).isEqualTo(5);
        }
        draining.join();
    }

    private BatchedGlyphModel batched(Predictor predictor) {
        return new BatchedGlyphModel(
                predictor,
                new BatchingConfig(16, Duration.ofMillis(1), 256, 1),
                System::nanoTime,
                new BatchedGlyphModel.Meters(new BatchMeters(registry, "glyph"), new BatchMeters(registry, "reading")));
    }

    private void publish(ModelAnnouncement announcement) {
        repository.caughtUp(Optional.of(Set.of()));
        repository.announced("test:1", announcement);
        int count = announcement.getChunkCount();
        for (int i = 0; i < count; i++) {
            int from = i * TestBundles.CHUNK;
            ByteBuffer piece = ByteBuffer.wrap(bundle, from, Math.min(TestBundles.CHUNK, bundle.length - from))
                    .slice();
            repository.chunk("test:1:" + i, new ModelChunk(i, count, announcement.getSha256(), piece));
        }
    }

    private static RenderLineRequest.Builder request() {
        return RenderLineRequest.newBuilder()
                .setModel("test:1")
                .setStyle("plain")
                .setSeed(3)
                .addAllGlyphs(List.of(0, 1, 2, -1, 3, 4))
                .setLineHeightPx(64)
                .setLineWidthPx(2000)
                .setMaxOverlap(.2);
    }

    /** A line that no cache has. */
    private static RenderLineRequest fresh(long seed) {
        return request().setSeed(seed).setVariation(Variation.FRESH).build();
    }

    private CompletableFuture<RenderLineResponse> call(RenderLineRequest request) {
        CompletableFuture<RenderLineResponse> answer = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                channel.newCall(ModelServerGrpc.getRenderLineMethod(), CallOptions.DEFAULT),
                request,
                new FirstOf<>(answer));
        return answer;
    }

    private Status.Code status(RenderLineRequest request) {
        try {
            stub.renderLine(request);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private void assertStatus(Status.Code code, String message, Consumer<RenderLineRequest.Builder> change) {
        RenderLineRequest.Builder request = request();
        change.accept(request);
        assertThatThrownBy(() -> stub.renderLine(request.build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(code);
                    assertThat(e.getStatus().getDescription()).contains(message);
                });
    }

    private ServingStatus health() {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private void awaitPending(int lines) {
        while (workers.pending() != lines) {
            Thread.onSpinWait();
        }
    }

    /** Passes the first answer on. */
    private record FirstOf<T>(CompletableFuture<T> answer) implements io.grpc.stub.StreamObserver<T> {
        @Override
        public void onNext(T value) {
            answer.complete(value);
        }

        @Override
        public void onError(Throwable cause) {
            answer.completeExceptionally(cause);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new IllegalStateException("ended without an answer"));
        }
    }

    /** Holds drawing up while it is shut. */
    private static final class Gate {
        private final Semaphore places = new Semaphore(Integer.MAX_VALUE);
        private final Semaphore arrived = new Semaphore(0);
        private volatile RuntimeException fault;

        void shut() {
            places.drainPermits();
            arrived.drainPermits();
        }

        void open() {
            places.drainPermits();
            places.release(1_000_000);
        }

        void awaitSomebody() throws InterruptedException {
            assertThat(arrived.tryAcquire(30, SECONDS)).isTrue();
        }

        Predictor before(Predictor predictor) {
            return new Predictor() {
                @Override
                public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
                    arrived.release();
                    if (fault != null) {
                        throw fault;
                    }
                    places.acquireUninterruptibly();
                    return predictor.draw(styles, noises, classes);
                }

                @Override
                public float[][] read(float[][] inks) {
                    return predictor.read(inks);
                }

                @Override
                public String engine() {
                    return predictor.engine();
                }

                @Override
                public void close() {
                    predictor.close();
                }
            };
        }
    }
}
