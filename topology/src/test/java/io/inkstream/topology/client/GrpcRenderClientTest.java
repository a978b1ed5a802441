package io.inkstream.topology.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.rpc.ListModelsRequest;
import io.inkstream.schemas.rpc.ListModelsResponse;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.health.Troubles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcRenderClientTest {
    private static final RenderLineRequest REQUEST = RenderLineRequest.newBuilder()
            .setModel("base:1")
            .setLineHeightPx(64)
            .addGlyphs(3)
            .build();

    private final List<Server> servers = new ArrayList<>();
    private final Troubles troubles = new Troubles();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ModelServers pool;
    private GrpcRenderClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        servers.forEach(Server::shutdownNow);
    }

    @Test
    void aDrawnLineIsTheAnswer() throws Exception {
        RenderLineResponse response = FakeDrawing.response(REQUEST);
        client = client(1, server(response));

        assertThat(render()).isInstanceOfSatisfying(Answer.Drawn.class, drawn -> {
            assertThat(drawn.response()).isEqualTo(response);
            assertThat(drawn.tookMs()).isPositive();
        });
        assertThat(meters.get("inkstream.render").tag("status", "OK").timer().count())
                .isOne();
        assertThat(client.isReachable()).isTrue();
    }

    @Test
    void anInvalidLineIsRefusedWithTheServersReason() throws Exception {
        client = client(1, server(Status.INVALID_ARGUMENT.withDescription("no such class")));

        assertThat(render()).isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.message())
                .isEqualTo("no such class"));
        assertThat(troubles.reasons()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "NOT_FOUND", "UNIMPLEMENTED", "PERMISSION_DENIED", "UNAUTHENTICATED", "ABORTED"})
    void aServerThatCannotDrawAnythingIsATrouble(Status.Code code) throws Exception {
        client = client(1, server(code.toStatus().withDescription("why")));

        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(code + ": why"));
        assertThat(troubles.reasons()).containsEntry("model-server", "it answered " + code + ": why");
    }

    @ParameterizedTest
    @CsvSource({
        "INTERNAL, true",
        "UNKNOWN, true",
        "DEADLINE_EXCEEDED, true",
        "UNAVAILABLE, false",
        "RESOURCE_EXHAUSTED, false",
        "NOT_FOUND, false",
        "CANCELLED, false"
    })
    void aFailureIsTheVersionsFaultOnlyIfAServerTriedToDraw(Status.Code code, boolean isVersionsFault)
            throws Exception {
        client = client(1, server(code.toStatus()));

        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.isVersionsFault())
                .isEqualTo(isVersionsFault));
    }

    /** One line that a server cannot draw says nothing of the others, and readiness must not go up and down with it. */
    @Test
    void faultsAreATroubleOnlyInARow() throws Exception {
        client = client(1, server(Status.INTERNAL.withDescription("why")));
        for (int i = 1; i < GrpcRenderClient.FAULTS_IN_A_ROW; i++) {
            render();
        }
        assertThat(troubles.reasons()).isEmpty();

        render();
        assertThat(troubles.reasons())
                .containsEntry("model-server", "the last 10 lines or more failed; the latest answer: INTERNAL: why");
    }

    @Test
    void anEndWithoutAnAnswerIsAFaultAndGivesItsPlaceBackOnce() throws Exception {
        client = overTheWire(List.of());

        for (int i = 0; i < 3; i++) {
            assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
                assertThat(failed.reason()).startsWith("DATA_LOSS");
                assertThat(failed.isVersionsFault()).isTrue();
            });
        }
    }

    @Test
    void anAnswerThatIsFollowedByAnErrorIsTheErrorOnly() throws Exception {
        client = client(1, server(observer -> {
            observer.onNext(FakeDrawing.response(REQUEST));
            observer.onError(Status.INTERNAL.asException());
        }));
        List<Answer> answers = new ArrayList<>();
        assertThat(client.tryRender(REQUEST, answers::add)).isTrue();

        assertThat(answers).singleElement().isInstanceOf(Answer.Failed.class);
        assertThat(meters.get("inkstream.render.in.flight").gauge().value()).isZero();
    }

    /** Over a real transport: in a process nothing is written down and read again. */
    @Test
    void bytesThatAreNoAnswerAndTwoAnswersAreFaults() throws Exception {
        byte[] good = FakeDrawing.response(REQUEST).toByteArray();
        for (List<byte[]> sent : List.of(List.of(new byte[] {(byte) 0xff, 1, 2, 3}), List.of(good, good))) {
            try (GrpcRenderClient own = overTheWire(sent)) {
                assertThat(render(own)).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
                    assertThat(failed.isVersionsFault()).as(failed.reason()).isTrue();
                    assertThat(failed.reason()).startsWith("DATA_LOSS");
                });
                assertThat(own.tryRender(REQUEST, answer -> {}))
                        .as("its place was given back")
                        .isTrue();
            }
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsAFaultAndNoFullServer() throws Exception {
        byte[] large = FakeDrawing.response(REQUEST).toBuilder()
                .setImage(ByteString.copyFrom(new byte[Limits.ANSWER_BYTES + (1 << 20)]))
                .build()
                .toByteArray();
        try (GrpcRenderClient own = overTheWire(List.of(large))) {
            assertThat(render(own)).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
                assertThat(failed.isVersionsFault()).as(failed.reason()).isTrue();
                assertThat(failed.reason()).contains("exceeds maximum size");
            });
        }
    }

    @Test
    void theLargestAnswerIsTaken() throws Exception {
        byte[] large = FakeDrawing.response(REQUEST).toBuilder()
                .setImage(ByteString.copyFrom(new byte[Limits.ANSWER_BYTES]))
                .build()
                .toByteArray();
        try (GrpcRenderClient own = overTheWire(List.of(large))) {
            assertThat(render(own)).isInstanceOf(Answer.Drawn.class);
        }
    }

    @Test
    void whatAServerSaysIsCut() throws Exception {
        String endless = "x".repeat(100_000);
        client = client(1, server(Status.INTERNAL.withDescription(endless)));
        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.reason())
                .hasSizeLessThan(2_000));
        client.close();

        client = client(1, server(Status.INVALID_ARGUMENT.withDescription(endless)));
        assertThat(render()).isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.message())
                .hasSizeLessThan(2_000));
    }

    @Test
    void aLineIsAskedForWhereItsVersionIsReady() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        client = client(
                8,
                listing(Map.of("base:2", "READY", "base:1", "WARMING"), Status.INTERNAL, asked),
                listing(Map.of("base:1", "READY"), null, new AtomicInteger()),
                server(Status.INTERNAL)); // does not say what it has

        for (int i = 0; i < 9; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void aServerThatLacksTheVersionIsNoFailureWhereAnotherHasIt() throws Exception {
        client = client(
                8,
                listing(Map.of("base:1", "READY"), Status.NOT_FOUND, new AtomicInteger()),
                listing(Map.of("base:1", "READY"), null, new AtomicInteger()));

        for (int i = 0; i < 4; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
            assertThat(troubles.reasons()).isEmpty();
        }
        assertThat(meters.get("inkstream.render").tag("status", "OK").timer().count())
                .isEqualTo(4);
        assertThat(meters.get("inkstream.render.elsewhere").counter().count()).isEqualTo(2);
    }

    @Test
    void aVersionThatNobodyHasIsNotFound() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        client = client(
                8,
                listing(Map.of("base:2", "READY"), Status.NOT_FOUND, asked),
                listing(Map.of("base:2", "READY"), Status.NOT_FOUND, asked));

        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
            assertThat(failed.reason()).startsWith("NOT_FOUND");
            assertThat(failed.isVersionsFault()).isFalse();
        });
        assertThat(asked).hasValue(2);
        assertThat(troubles.reasons()).as("both are at work").isEmpty();
    }

    @Test
    void aServerThatGoesAwayIsNoFailureWhereAnotherDraws() throws Exception {
        client = client(
                8,
                listing(Map.of("base:1", "READY"), Status.UNAVAILABLE, new AtomicInteger()),
                listing(Map.of("base:1", "READY"), null, new AtomicInteger()));

        for (int i = 0; i < 4; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
        }
        assertThat(troubles.reasons()).isEmpty();
    }

    @Test
    void aLineThatAServerFailedToDrawIsAskedForElsewhereNext() throws Exception {
        AtomicInteger faults = new AtomicInteger();
        client = client(
                8,
                listing(Map.of("base:1", "READY"), Status.INTERNAL, faults),
                listing(Map.of("base:1", "READY"), null, new AtomicInteger()));

        assertThat(render()).isInstanceOf(Answer.Failed.class);
        for (int i = 0; i < 5; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
        }
        assertThat(faults).hasValue(1);
    }

    @Test
    void aTroubleIsOverWhenAServerSaysThatItCanDrawThoughNoLineComes() throws Exception {
        client = client(1, listing(Map.of("base:1", "READY"), null, new AtomicInteger()));
        troubles.raise("model-server", "it was away");
        pool.ask();

        assertThat(troubles.reasons()).isEmpty();
    }

    @Test
    void aServerThatStandsStillIsNotBlamedForALine() throws Exception {
        client = client(1, Duration.ofMillis(20), server(new ArrayList<>()));

        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.isVersionsFault())
                .isFalse());
    }

    @Test
    void aServerThatAnswersOthersIsBlamedForALineThatItDoesNotDraw() throws Exception {
        List<StreamObserver<RenderLineResponse>> calls = new ArrayList<>();
        client = client(2, Duration.ofSeconds(2), server(calls));
        CompletableFuture<Answer> slow = new CompletableFuture<>();
        assertThat(client.tryRender(REQUEST, slow::complete)).isTrue();
        assertThat(client.tryRender(REQUEST, answer -> {})).isTrue();
        calls.get(1).onNext(FakeDrawing.response(REQUEST));
        calls.get(1).onCompleted();

        assertThat(slow.get())
                .isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.isVersionsFault())
                        .isTrue());
    }

    @Test
    void aNameMayStandForSeveralServersAndMoreWithTime() throws Exception {
        Map<Integer, Integer> asked = new ConcurrentHashMap<>();
        List<InetAddress> found = new ArrayList<>(List.of(address(1)));
        ModelServers servers = new ModelServers(
                List.of("models:50051"),
                host -> List.copyOf(found),
                at -> {
                    int last = at.at().getAddress().getAddress()[3];
                    try {
                        return server(new ModelServerGrpc.ModelServerImplBase() {
                            @Override
                            public void renderLine(
                                    RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                                asked.merge(last, 1, Integer::sum);
                                observer.onNext(FakeDrawing.response(request));
                                observer.onCompleted();
                            }
                        });
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                System::nanoTime);
        client = new GrpcRenderClient(servers, 8, Duration.ofSeconds(30), troubles, meters, System::nanoTime);
        assertThat(render()).isInstanceOf(Answer.Failed.class);
        assertThat(client.isReachable()).isFalse();

        servers.lookUp();
        found.add(address(2));
        servers.lookUp();
        for (int i = 0; i < 4; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
        }
        assertThat(asked).containsEntry(1, 2).containsEntry(2, 2);

        found.remove(0);
        for (int i = 0; i < 3; i++) {
            servers.lookUp();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(render()).isInstanceOf(Answer.Drawn.class);
        }
        assertThat(asked).containsEntry(1, 2).containsEntry(2, 6);
    }

    @Test
    void aNameThatCannotBeLookedUpKeepsItsServers() throws Exception {
        List<InetAddress> found = new ArrayList<>(List.of(address(1)));
        ManagedChannel channel = server(FakeDrawing.response(REQUEST));
        ModelServers servers = new ModelServers(
                List.of("models:50051"),
                host -> {
                    if (found.isEmpty()) {
                        throw new UnknownHostException(host);
                    }
                    return found;
                },
                at -> channel,
                System::nanoTime);
        client = new GrpcRenderClient(servers, 8, Duration.ofSeconds(30), troubles, meters, System::nanoTime);
        servers.lookUp();
        found.clear();
        for (int i = 0; i < 10; i++) {
            servers.lookUp();
        }

        assertThat(render()).isInstanceOf(Answer.Drawn.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "models:", "models:x", ":50051", "::1:50051", "models:123456"})
    void anAddressWithoutAHostOrAPortIsRefused(String name) throws Exception {
        client = client(1, server(Status.INTERNAL));
        assertThatThrownBy(() -> ModelServers.of(List.of(name)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("HOST:PORT");
    }

    @Test
    void aShadowsCallIsBoundedAndMeasuredApartAndItsFailureIsNoTrouble() throws Exception {
        List<StreamObserver<RenderLineResponse>> calls = new ArrayList<>();
        client = client(1, server(calls));
        RenderClient shadows = client.forShadows(1);
        List<Answer> answers = new ArrayList<>();
        assertThat(shadows.tryRender(REQUEST, answers::add)).isTrue();
        assertThat(shadows.tryRender(REQUEST, answers::add)).isFalse();
        assertThat(client.tryRender(REQUEST, answer -> {})).isTrue();

        calls.get(0).onError(Status.INTERNAL.asException());
        assertThat(answers).hasSize(1);
        assertThat(troubles.reasons()).isEmpty();
        assertThat(meters.find("inkstream.render").timer()).isNull();
        assertThat(meters.get("inkstream.shadow.render")
                        .tag("status", "INTERNAL")
                        .timer()
                        .count())
                .isOne();
        assertThat(shadows.tryRender(REQUEST, answers::add)).isTrue();
    }

    @Test
    void aFullServerIsNoTrouble() throws Exception {
        client = client(1, server(Status.RESOURCE_EXHAUSTED));

        assertThat(render()).isInstanceOf(Answer.Failed.class);
        assertThat(troubles.reasons()).isEmpty();
    }

    @Test
    void aTroubleIsOverWithTheNextAnswer() throws Exception {
        troubles.raise("model-server", "down");
        client = client(1, server(FakeDrawing.response(REQUEST)));
        render();

        assertThat(troubles.reasons()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereFails() throws Exception {
        client = client(1, InProcessChannelBuilder.forName("nobody").build());

        assertThat(render()).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void callsBeyondTheBoundAreNotSentUntilOneEnds() throws Exception {
        List<StreamObserver<RenderLineResponse>> calls = new ArrayList<>();
        client = client(2, server(calls));
        List<Answer> answers = new ArrayList<>();

        assertThat(client.tryRender(REQUEST, answers::add)).isTrue();
        assertThat(client.tryRender(REQUEST, answers::add)).isTrue();
        assertThat(client.tryRender(REQUEST, answers::add)).isFalse();

        calls.get(0).onError(Status.UNAVAILABLE.asException());
        assertThat(answers).hasSize(1);
        assertThat(client.tryRender(REQUEST, answers::add)).isTrue();
        assertThat(client.tryRender(REQUEST, answers::add)).isFalse();
    }

    @Test
    void everyCallEndsByItsDeadline() throws Exception {
        client = client(1, Duration.ofMillis(20), server(new ArrayList<>()));

        assertThat(render()).isInstanceOfSatisfying(Answer.Failed.class, failed -> assertThat(failed.reason())
                .contains("DEADLINE_EXCEEDED"));
    }

    @Test
    void closingAnswersTheCallsUnderWay() throws Exception {
        client = client(1, server(new ArrayList<>()));
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        assertThat(client.tryRender(REQUEST, answer::complete)).isTrue();
        client.close();

        assertThat(answer.get()).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void serversTakeTurns() throws Exception {
        List<StreamObserver<RenderLineResponse>> first = new ArrayList<>();
        List<StreamObserver<RenderLineResponse>> second = new ArrayList<>();
        client = client(4, server(first), server(second));
        for (int i = 0; i < 4; i++) {
            assertThat(client.tryRender(REQUEST, answer -> {})).isTrue();
        }

        assertThat(first).hasSize(2);
        assertThat(second).hasSize(2);
    }

    private Answer render() throws Exception {
        return render(client);
    }

    private static Answer render(GrpcRenderClient by) throws Exception {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        assertThat(by.tryRender(REQUEST, answer::complete)).isTrue();
        return answer.get();
    }

    private GrpcRenderClient client(int maxInFlight, ManagedChannel... channels) {
        return client(maxInFlight, Duration.ofSeconds(30), channels);
    }

    private GrpcRenderClient client(int maxInFlight, Duration deadline, ManagedChannel... channels) {
        List<String> names =
                IntStream.range(0, channels.length).mapToObj(i -> "host:" + i).toList();
        pool = new ModelServers(
                names, host -> List.of(address(1)), at -> channels[at.at().getPort()], System::nanoTime);
        GrpcRenderClient made = new GrpcRenderClient(pool, maxInFlight, deadline, troubles, meters, System::nanoTime);
        pool.lookUp();
        return made;
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress("host", new byte[] {127, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A client of a server that sends these bytes as messages, over a port of this machine. */
    private GrpcRenderClient overTheWire(List<byte[]> messages) throws IOException {
        MethodDescriptor.Marshaller<byte[]> plain = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                return new byte[0];
            }
        };
        // Declared as one that sends a stream, or the server itself would keep to one message.
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder(plain, plain)
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName(ModelServerGrpc.getRenderLineMethod().getFullMethodName())
                .build();
        Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder(ModelServerGrpc.SERVICE_NAME)
                        .addMethod(method, ServerCalls.asyncServerStreamingCall((request, observer) -> {
                            messages.forEach(observer::onNext);
                            observer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        servers.add(server);
        ModelServers own = ModelServers.of(List.of("127.0.0.1:" + server.getPort()));
        GrpcRenderClient made = new GrpcRenderClient(
                own, 1, Duration.ofSeconds(30), new Troubles(), new SimpleMeterRegistry(), System::nanoTime);
        own.lookUp();
        return made;
    }

    /** A server that says what it has, and answers lines with the status, or draws them where there is none. */
    private ManagedChannel listing(Map<String, String> states, Status status, AtomicInteger asked) throws IOException {
        return server(new ModelServerGrpc.ModelServerImplBase() {
            @Override
            public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
                ListModelsResponse.Builder models = ListModelsResponse.newBuilder();
                states.forEach((model, state) ->
                        models.addModelsBuilder().setModel(model).setState(state));
                observer.onNext(models.build());
                observer.onCompleted();
            }

            @Override
            public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                asked.incrementAndGet();
                if (status != null) {
                    observer.onError(status.asException());
                } else {
                    observer.onNext(FakeDrawing.response(request));
                    observer.onCompleted();
                }
            }
        });
    }

    private ManagedChannel server(Consumer<StreamObserver<RenderLineResponse>> answer) throws IOException {
        return server(new ModelServerGrpc.ModelServerImplBase() {
            @Override
            public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                answer.accept(observer);
            }
        });
    }

    private ManagedChannel server(RenderLineResponse response) throws IOException {
        return server(new ModelServerGrpc.ModelServerImplBase() {
            @Override
            public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                observer.onNext(response);
                observer.onCompleted();
            }
        });
    }

    private ManagedChannel server(Status status) throws IOException {
        return server(new ModelServerGrpc.ModelServerImplBase() {
            @Override
            public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                observer.onError(status.asException());
            }
        });
    }

    private ManagedChannel server(List<StreamObserver<RenderLineResponse>> calls) throws IOException {
        return server(new ModelServerGrpc.ModelServerImplBase() {
            @Override
            public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
                calls.add(observer);
            }
        });
    }

    private ManagedChannel server(ModelServerGrpc.ModelServerImplBase service) throws IOException {
        String name = UUID.randomUUID().toString();
        servers.add(InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(service)
                .build()
                .start());
        return InProcessChannelBuilder.forName(name).directExecutor().build();
    }
}
