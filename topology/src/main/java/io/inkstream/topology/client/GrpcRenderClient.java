package io.inkstream.topology.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.health.Troubles;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Calls model servers over gRPC, for each line one that has its version READY.
 *
 * <p>One for the process: its limit of concurrent calls is shared by all stream threads. Every call has a deadline, so every
 * call ends, and gives one answer whatever the server sends. INVALID_ARGUMENT is an answer about the line. A server that is
 * away, or lacks the version, is none: the line is asked for elsewhere at once. After every other failure it may be asked for
 * again, and another server is asked first then.
 */
public final class GrpcRenderClient implements RenderClient, AutoCloseable {
    private static final String TROUBLE = "model-server";

    /** One line may be at fault, or a few; so many in a row are not, if none is drawn in between. */
    static final int FAULTS_IN_A_ROW = 10;

    /** Where no more lines fail, none is sent, or they are drawn. */
    private static final Duration FAULTS_ARE_OLD = Duration.ofSeconds(30);

    /** Lines whose last server is remembered. */
    private static final int REMEMBERED_FAULTS = 256;

    private final ModelServers servers;
    private final Semaphore room;
    private final Duration deadline;
    private final Troubles troubles;
    private final MeterRegistry meters;
    private final LongSupplier nanos;
    private final Counter elsewhere;
    private final AtomicInteger faultsInARow = new AtomicInteger();
    private volatile long lastFaultNanos;
    private volatile boolean isClosed;

    /** Who failed to draw a line last. */
    private final Cache<RenderLineRequest, ModelServer> faults =
            Caffeine.newBuilder().maximumSize(REMEMBERED_FAULTS).build();

    /**
     * Connects nothing; {@link #start} does.
     *
     * @param servers closed with this
     * @param maxInFlight upper limit of concurrent calls
     * @param deadline of one call
     */
    public GrpcRenderClient(
            ModelServers servers,
            int maxInFlight,
            Duration deadline,
            Troubles troubles,
            MeterRegistry meters,
            LongSupplier nanos) {
        this.servers = servers;
        this.room = new Semaphore(maxInFlight);
        this.deadline = deadline;
        this.troubles = troubles;
        this.meters = meters;
        this.nanos = nanos;
        elsewhere = meters.counter("inkstream.render.elsewhere");
        meters.gauge("inkstream.render.in.flight", room, free -> maxInFlight - free.availablePermits());
        servers.onListed(this::clearWhatIsOver);
    }

    /** Begins to look for the model servers and to ask what they have. */
    public void start() {
        servers.start();
    }

    @Override
    public boolean tryRender(RenderLineRequest request, Consumer<Answer> answered) {
        return tryRender(request, room, "inkstream.render", true, answered);
    }

    /**
     * Calls the same servers for drawings that nobody waits for: bounded on its own, measured apart, and no failure of its
     * calls is a trouble.
     *
     * @param maxShadows concurrent calls, beside the others
     */
    public RenderClient forShadows(int maxShadows) {
        Semaphore own = new Semaphore(maxShadows);
        return (request, answered) -> tryRender(request, own, "inkstream.shadow.render", false, answered);
    }

    @Override
    public boolean mayHave(String model) {
        return servers.mayHave(model);
    }

    @Override
    public void lookAgain() {
        servers.ask();
    }

    /** Whether some model server can be reached, as far as is known. */
    public boolean isReachable() {
        return servers.isReachable();
    }

    /** Cancels the calls in progress; their callers are notified. */
    @Override
    public void close() {
        isClosed = true;
        servers.close();
    }

    private boolean tryRender(
            RenderLineRequest request, Semaphore own, String timer, boolean isAwaited, Consumer<Answer> answered) {
        if (!own.tryAcquire()) {
            return false;
        }
        new Call(request, own, timer, isAwaited, answered).begin();
        return true;
    }

    /** One line, asked for at one server after the other until one says something of it. */
    private final class Call {
        private final RenderLineRequest request;
        private final Semaphore own;
        private final String timer;
        private final boolean isAwaited;
        private final Consumer<Answer> answered;
        private final Timer.Sample start = Timer.start(meters);
        private final Deadline end = Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS);
        private final Iterator<ModelServer> order;
        private boolean isFirst = true;

        Call(RenderLineRequest request, Semaphore own, String timer, boolean isAwaited, Consumer<Answer> answered) {
            this.request = request;
            this.own = own;
            this.timer = timer;
            this.isAwaited = isAwaited;
            this.answered = answered;
            this.order = order().iterator();
        }

        void begin() {
            if (order.hasNext()) {
                ask(order.next());
            } else {
                failed(Status.UNAVAILABLE.withDescription("no address of a model server resolves"), false);
            }
        }

        /** Those in turn; who failed to draw this very line last comes after the others. */
        private List<ModelServer> order() {
            List<ModelServer> inTurn = servers.inTurn(request.getModel());
            if (inTurn.size() < 2) {
                return inTurn;
            }
            ModelServer last = faults.getIfPresent(request);
            if (last == null || !inTurn.contains(last)) {
                return inTurn;
            }
            List<ModelServer> others = new ArrayList<>(inTurn);
            others.remove(last);
            others.add(last);
            return others;
        }

        private void ask(ModelServer server) {
            Attempt attempt = new Attempt(this, server, nanos.getAsLong(), isFirst);
            isFirst = false;
            try {
                server.stub().withDeadline(end).renderLine(request, attempt);
            } catch (RuntimeException e) {
                attempt.onError(e);
            }
        }

        void drawn(RenderLineResponse response) {
            ended(Status.OK, new Answer.Drawn(response, stopped(Status.OK)));
            noteWell();
        }

        void refused(Status status) {
            String message = status.getDescription();
            ended(status, new Answer.Refused(message == null ? "no reason given" : cut(message), stopped(status)));
            noteWell();
        }

        /** Elsewhere if there is anybody left to ask; else this is the answer. */
        void notThere(Status status) {
            if (order.hasNext() && !isClosed && !end.isExpired()) {
                elsewhere.increment();
                ask(order.next());
            } else {
                failed(status, false);
            }
        }

        void failed(Status status, boolean isVersionsFault) {
            String reason = said(status);
            if (isAwaited) {
                note(status, reason, isVersionsFault);
            }
            ended(status, new Answer.Failed(reason, isVersionsFault, stopped(status)));
        }

        private void noteWell() {
            if (isAwaited) {
                faultsInARow.set(0);
                troubles.clear(TROUBLE);
            }
        }

        private double stopped(Status status) {
            return start.stop(meters.timer(timer, "status", status.getCode().name())) / 1e6;
        }

        private void ended(Status status, Answer answer) {
            own.release();
            answered.accept(answer);
        }
    }

    /** Receives one server's answers for a line, and takes the first final one. */
    private final class Attempt implements StreamObserver<RenderLineResponse> {
        private final Call call;
        private final ModelServer server;
        private final long sinceNanos;
        private final boolean hadAllTheTime;
        private final AtomicBoolean hasEnded = new AtomicBoolean();
        private volatile RenderLineResponse response;

        Attempt(Call call, ModelServer server, long sinceNanos, boolean hadAllTheTime) {
            this.call = call;
            this.server = server;
            this.sinceNanos = sinceNanos;
            this.hadAllTheTime = hadAllTheTime;
        }

        @Override
        public void onNext(RenderLineResponse value) {
            response = value;
        }

        @Override
        public void onCompleted() {
            if (!hasEnded.compareAndSet(false, true)) {
                return;
            }
            server.heard();
            if (response == null) {
                faulty(Status.DATA_LOSS.withDescription("the model server ended the call without an answer"));
            } else {
                call.drawn(response);
            }
        }

        @Override
        public void onError(Throwable cause) {
            if (!hasEnded.compareAndSet(false, true)) {
                return;
            }
            Status status = Status.fromThrowable(cause);
            switch (status.getCode()) {
                case INVALID_ARGUMENT -> {
                    server.heard();
                    call.refused(status);
                }
                case NOT_FOUND -> {
                    server.heard();
                    server.ask(); // what we know of it is not so
                    call.notThere(status);
                }
                case UNAVAILABLE -> call.notThere(status);
                case RESOURCE_EXHAUSTED -> {
                    if (isTooLarge(status)) {
                        faulty(status);
                    } else {
                        server.heard();
                        call.failed(status, false);
                    }
                }
                case DEADLINE_EXCEEDED -> {
                    if (isSlowDrawing()) {
                        faulty(status);
                    } else {
                        call.failed(status, false);
                    }
                }
                case CANCELLED -> {
                    if (status.getCause() != null && !isClosed) {
                        // Nobody here cancels: what came could not be read.
                        faulty(Status.DATA_LOSS.withDescription("the answer cannot be read: " + said(status)));
                    } else {
                        call.failed(status, false);
                    }
                }
                case INTERNAL, UNKNOWN, DATA_LOSS, OUT_OF_RANGE -> faulty(status);
                case OK,
                        ALREADY_EXISTS,
                        PERMISSION_DENIED,
                        FAILED_PRECONDITION,
                        ABORTED,
                        UNIMPLEMENTED,
                        UNAUTHENTICATED -> call.failed(status, false);
            }
        }

        /** The server was there, tried this line, and broke. */
        private void faulty(Status status) {
            faults.put(call.request, server);
            call.failed(status, true);
        }

        /**
         * Whether the server was at work while it did not draw this line: it said so itself, or answered somebody meanwhile. A
         * process that stands still, and one that nobody can reach, answers nobody.
         */
        private boolean isSlowDrawing() {
            return !call.end.isExpired() || (hadAllTheTime && server.wasHeardSince(sinceNanos));
        }
    }

    /** Whether it is the message that is too large, as gRPC says it, and not the server that is full. */
    private static boolean isTooLarge(Status status) {
        String message = status.getDescription();
        return message != null && message.contains("message exceeds maximum size");
    }

    private static String said(Status status) {
        String message = status.getDescription();
        return status.getCode() + (message == null ? "" : ": " + cut(message));
    }

    private static String cut(String message) {
        return Limits.cut(message, Limits.MESSAGE_CHARS);
    }

    private void note(Status status, String reason, boolean isVersionsFault) {
        if (isVersionsFault) {
            lastFaultNanos = nanos.getAsLong();
            if (faultsInARow.incrementAndGet() >= FAULTS_IN_A_ROW) {
                troubles.raise(
                        TROUBLE, "the last " + FAULTS_IN_A_ROW + " lines or more failed; the latest answer: " + reason);
            }
        } else if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED && !servers.canDraw()) {
            // Not a trouble: a full server is one at work, and one that is away while another can draw.
            troubles.raise(TROUBLE, "it answered " + reason);
        }
    }

    /** A server has said what it has: where no line comes, none can tell that it has recovered. */
    private void clearWhatIsOver() {
        boolean areFaultsOver =
                faultsInARow.get() < FAULTS_IN_A_ROW || nanos.getAsLong() - lastFaultNanos > FAULTS_ARE_OLD.toNanos();
        if (areFaultsOver && servers.canDraw()) {
            faultsInARow.set(0);
            troubles.clear(TROUBLE);
        }
    }
}
