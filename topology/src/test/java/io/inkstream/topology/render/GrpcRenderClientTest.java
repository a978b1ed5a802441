package io.inkstream.topology.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.health.Troubles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcRenderClientTest {
    private static final RenderLineRequest REQUEST = RenderLineRequest.newBuilder()
            .setModel("base:1")
            .setLineHeightPx(64)
            .addGlyphs(3)
            .build();

    private final List<Server> servers = new ArrayList<>();
    private final Troubles troubles = new Troubles();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private GrpcRenderClient client;

    @AfterEach
    void close() {
        client.close();
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
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"})
    void everyOtherFailureIsTheServersAndIsSaid(Status.Code code) throws Exception {
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
        client = new GrpcRenderClient(List.of(server(new ArrayList<>())), 1, Duration.ofMillis(20), troubles, meters);

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
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        assertThat(client.tryRender(REQUEST, answer::complete)).isTrue();
        return answer.get();
    }

    private GrpcRenderClient client(int maxInFlight, ManagedChannel... channels) {
        return new GrpcRenderClient(List.of(channels), maxInFlight, Duration.ofSeconds(30), troubles, meters);
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
