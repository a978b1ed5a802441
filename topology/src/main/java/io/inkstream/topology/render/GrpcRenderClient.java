package io.inkstream.topology.render;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.health.Troubles;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;

/**
 * Calls model servers over gRPC, each in its turn, those that cannot be reached last.
 *
 * <p>One for the process: its bound on calls under way holds over all stream threads. Every call has a deadline, so every
 * call ends. INVALID_ARGUMENT is an answer about the line; after every other failure it may be asked for again.
 */
public final class GrpcRenderClient implements RenderClient, AutoCloseable {
    private static final String TROUBLE = "model-server";
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    private final List<ManagedChannel> channels;
    private final Semaphore room;
    private final Duration deadline;
    private final Troubles troubles;
    private final MeterRegistry meters;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Takes over the channels: {@link #close} closes them.
     *
     * @param channels one for each address of the settings, at least one
     * @param maxInFlight calls under way at a time
     * @param deadline of one call
     */
    public GrpcRenderClient(
            List<ManagedChannel> channels,
            int maxInFlight,
            Duration deadline,
            Troubles troubles,
            MeterRegistry meters) {
        this.channels = List.copyOf(channels);
        this.room = new Semaphore(maxInFlight);
        this.deadline = deadline;
        this.troubles = troubles;
        this.meters = meters;
        meters.gauge("inkstream.render.in.flight", room, free -> maxInFlight - free.availablePermits());
    }

    @Override
    public boolean tryRender(RenderLineRequest request, Consumer<Answer> answered) {
        return tryRender(request, room, "inkstream.render", this::note, answered);
    }

    /**
     * Calls the same servers for drawings that nobody waits for: bounded on its own, measured apart, and no failure of its
     * calls is a trouble.
     *
     * @param maxShadows calls under way at a time, beside the others
     */
    public RenderClient forShadows(int maxShadows) {
        Semaphore own = new Semaphore(maxShadows);
        return (request, answered) -> tryRender(request, own, "inkstream.shadow.render", status -> {}, answered);
    }

    private boolean tryRender(
            RenderLineRequest request,
            Semaphore own,
            String timer,
            Consumer<Status> listener,
            Consumer<Answer> answered) {
        if (!own.tryAcquire()) {
            return false;
        }
        Timer.Sample start = Timer.start(meters);
        ModelServerGrpc.newStub(next())
                .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                .renderLine(request, new StreamObserver<>() {
                    private RenderLineResponse response;

                    @Override
                    public void onNext(RenderLineResponse value) {
                        response = value;
                    }

                    @Override
                    public void onError(Throwable cause) {
                        Status status = Status.fromThrowable(cause);
                        end(status, tookMs -> answer(status, tookMs));
                    }

                    @Override
                    public void onCompleted() {
                        end(Status.OK, tookMs -> new Answer.Drawn(response, tookMs));
                    }

                    private void end(Status status, DoubleFunction<Answer> answer) {
                        own.release();
                        long nanos = start.stop(
                                meters.timer(timer, "status", status.getCode().name()));
                        listener.accept(status);
                        answered.accept(answer.apply(nanos / 1e6));
                    }
                });
        return true;
    }

    /** Whether some model server can be reached, as far as is known. */
    public boolean isReachable() {
        return channels.stream().anyMatch(channel -> !isBroken(channel));
    }

    /** Ends the calls under way; their callers hear of it. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        long end = System.nanoTime() + LONGEST_CLOSE.toNanos();
        for (ManagedChannel channel : channels) {
            try {
                if (!channel.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private ManagedChannel next() {
        int first = Math.floorMod(turn.getAndIncrement(), channels.size());
        for (int i = 0; i < channels.size(); i++) {
            ManagedChannel channel = channels.get((first + i) % channels.size());
            if (!isBroken(channel)) {
                return channel;
            }
        }
        return channels.get(first);
    }

    private static boolean isBroken(ManagedChannel channel) {
        return channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE;
    }

    private static Answer answer(Status status, double tookMs) {
        String message = status.getDescription();
        return status.getCode() == Status.Code.INVALID_ARGUMENT
                ? new Answer.Refused(message == null ? "no reason given" : message, tookMs)
                : new Answer.Failed(
                        status.getCode() + (message == null ? "" : ": " + message), isVersionsFault(status), tookMs);
    }

    /**
     * Whether a failure tells of the version that was to draw. A server that is away, full, stopping or without the version
     * says nothing of it; one that tried and broke, or did not end within the deadline, does.
     */
    private static boolean isVersionsFault(Status status) {
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, INTERNAL, UNKNOWN, DATA_LOSS, OUT_OF_RANGE, DEADLINE_EXCEEDED -> true;
            case OK,
                    CANCELLED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    UNIMPLEMENTED,
                    UNAVAILABLE,
                    UNAUTHENTICATED -> false;
        };
    }

    private void note(Status status) {
        switch (status.getCode()) {
            case OK, INVALID_ARGUMENT -> troubles.clear(TROUBLE);
            case RESOURCE_EXHAUSTED -> {
                // Not a trouble: a full server is one at work.
            }
            default ->
                troubles.raise(
                        TROUBLE,
                        "it answered " + status.getCode()
                                + (status.getDescription() == null ? "" : ": " + status.getDescription()));
        }
    }
}
