package io.inkstream.topology.client;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.rpc.ListModelsRequest;
import io.inkstream.schemas.rpc.ListModelsResponse;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.ModelServerGrpc.ModelServerStub;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * One model server at one address: its READY versions, and when it last answered. Safe for use by many
 * threads.
 */
public final class ModelServer {
    /** A server that lists its versions no sooner does not answer; its lines may still come. */
    private static final Duration LIST_DEADLINE = Duration.ofSeconds(2);

    private final ManagedChannel channel;
    private final ModelServerStub stub;
    private final LongSupplier nanos;
    private final Runnable listed;
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private volatile Set<String> ready; // null while it has not said
    private volatile long heardNanos;

    /**
     * Asks nothing yet.
     *
     * @param channel closed by the caller
     * @param listed is told when the server has said what it has; must be quick
     */
    ModelServer(ManagedChannel channel, LongSupplier nanos, Runnable listed) {
        this.channel = channel;
        this.nanos = nanos;
        this.listed = listed;
        this.stub = ModelServerGrpc.newStub(channel).withMaxInboundMessageSize(Limits.ANSWER_BYTES + (64 << 10));
        heardNanos = nanos.getAsLong();
    }

    /** What calls are made with. */
    ModelServerStub stub() {
        return stub;
    }

    /** Whether the server has said that it has the version READY. */
    boolean hasReady(String model) {
        Set<String> known = ready;
        return known != null && known.contains(model);
    }

    /** Whether the server has said what it has, and answered when it was last asked. */
    boolean isKnown() {
        return ready != null;
    }

    /** Whether it can draw something, as far as is known. */
    boolean canDraw() {
        Set<String> known = ready;
        return known != null && !known.isEmpty() && !isBroken();
    }

    /** Whether it cannot be reached now. */
    boolean isBroken() {
        return channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE;
    }

    /** Notes that it answered something. */
    void heard() {
        heardNanos = nanos.getAsLong();
    }

    boolean wasHeardSince(long thenNanos) {
        return heardNanos - thenNanos > 0;
    }

    /** Asks at once what it has, unless it is being asked. */
    void ask() {
        if (!isAsking.compareAndSet(false, true)) {
            return;
        }
        try {
            stub.withDeadlineAfter(LIST_DEADLINE.toNanos(), TimeUnit.NANOSECONDS)
                    .listModels(ListModelsRequest.getDefaultInstance(), new StreamObserver<>() {
                        private ListModelsResponse response;

                        @Override
                        public void onNext(ListModelsResponse value) {
                            response = value;
                        }

                        @Override
                        public void onError(Throwable cause) {
                            ready = null; // whoever cannot say what it has may still draw: it is tried after the others
                            isAsking.set(false);
                        }

                        @Override
                        public void onCompleted() {
                            if (response != null) {
                                ready = readyOf(response);
                                heard();
                            }
                            isAsking.set(false);
                            listed.run();
                        }
                    });
        } catch (RuntimeException e) {
            isAsking.set(false); // the channel was closed meanwhile
        }
    }

    /** Connects again without waiting any longer, if it is broken: a server that comes back is known again at once. */
    void reconnect() {
        if (isBroken()) {
            channel.resetConnectBackoff();
        }
    }

    /** Asks whenever a connection has come about, from now on. */
    void askWhenConnected() {
        watch(channel.getState(false));
    }

    private void watch(ConnectivityState from) {
        channel.notifyWhenStateChanged(from, () -> {
            ConnectivityState now = channel.getState(false);
            if (now == ConnectivityState.READY) {
                ask();
            } else {
                ready = null;
            }
            if (now != ConnectivityState.SHUTDOWN) {
                watch(now);
            }
        });
    }

    private static Set<String> readyOf(ListModelsResponse response) {
        return response.getModelsList().stream()
                .filter(model -> model.getState().equals(ModelState.READY.name()))
                .map(ListModelsResponse.Model::getModel)
                .limit(Limits.MODEL_VERSIONS)
                .collect(toUnmodifiableSet());
    }
}
