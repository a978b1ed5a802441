package io.inkstream.modelserver.rpc;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.inkstream.modelserver.batching.Callers;
import io.inkstream.modelserver.batching.Patience;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.hand.LineRequest;
import io.inkstream.modelserver.predict.NoAnswerException;
import io.inkstream.modelserver.predict.Readers;
import io.inkstream.modelserver.repository.LoadedModel;
import io.inkstream.modelserver.repository.ModelRepository;
import io.inkstream.modelserver.repository.VersionStatus;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.schemas.rpc.ListModelsRequest;
import io.inkstream.schemas.rpc.ListModelsResponse;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.rpc.Variation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of {@code ModelServer} with the codes that model_server.proto promises.
 *
 * <p>The gRPC thread only admits or refuses; lines are drawn by the {@link LineWorkers}.
 */
public final class RenderService extends ModelServerGrpc.ModelServerImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(RenderService.class);

    /** Two million pixels are a costly line: memory for it is taken by a few lines at a time. */
    private static final long PIXELS_OF_A_FORM = 8_192;

    private final ModelRepository repository;
    private final LineRenderer renderer;
    private final Readers readers;
    private final LineWorkers workers;
    private final RenderMeters meters;
    private final LongSupplier nanos;
    private final Identity identity;

    /**
     * What draws here, beside the model.
     *
     * @param cpuFamily instructions of the processor that drawings may depend on
     * @param codeVersion version of this build
     */
    public record Identity(String cpuFamily, String codeVersion) {
        public Identity {
            requireNonNull(cpuFamily, "cpuFamily");
            requireNonNull(codeVersion, "codeVersion");
        }
    }

    /** @param readers read glyphs and lines back for callers who ask; not closed here */
    public RenderService(
            ModelRepository repository,
            LineRenderer renderer,
            Readers readers,
            LineWorkers workers,
            RenderMeters meters,
            LongSupplier nanos,
            Identity identity) {
        this.repository = requireNonNull(repository, "repository");
        this.renderer = requireNonNull(renderer, "renderer");
        this.readers = requireNonNull(readers, "readers");
        this.workers = requireNonNull(workers, "workers");
        this.meters = requireNonNull(meters, "meters");
        this.nanos = requireNonNull(nanos, "nanos");
        this.identity = requireNonNull(identity, "identity");
    }

    private Patience patience(Context context) {
        Deadline deadline = context.getDeadline();
        return new Patience(
                deadline == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(nanos.getAsLong() + deadline.timeRemaining(NANOSECONDS)),
                context::isCancelled);
    }

    @Override
    public void renderLine(RenderLineRequest request, StreamObserver<RenderLineResponse> observer) {
        Context context = Context.current();
        var call = (ServerCallStreamObserver<RenderLineResponse>) observer;
        long admittedNanos = nanos.getAsLong();
        try {
            Runnable giveBack = workers.admit(costOf(request), () -> answer(request, call, context, admittedNanos));
            call.setOnCancelHandler(giveBack); // the place of a caller that has gone is another's at once
        } catch (StatusException e) {
            finish(call, e.getStatus(), admittedNanos);
        }
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        ListModelsResponse.Builder answer = ListModelsResponse.newBuilder();
        for (VersionStatus version : repository.versions()) {
            answer.addModelsBuilder()
                    .setModel(version.id().toString())
                    .setState(version.state().name())
                    .setReason(version.reason())
                    .setSha256(version.sha256())
                    .setSizeBytes(version.sizeBytes());
        }
        observer.onNext(answer.build());
        observer.onCompleted();
    }

    private void answer(
            RenderLineRequest request,
            ServerCallStreamObserver<RenderLineResponse> call,
            Context context,
            long admittedNanos) {
        Status status;
        Optional<RenderLineResponse> answer = Optional.empty();
        try {
            if (context.isCancelled()) {
                throw new NoAnswerException(NoAnswerException.Why.ABANDONED, "the call was cancelled");
            }
            meters.waited(nanos.getAsLong() - admittedNanos);
            RenderLineResponse response = render(request, patience(context));
            meters.drawn(response.getBoxesCount(), response.getImage().size());
            answer = Optional.of(response);
            status = Status.OK;
        } catch (UndrawableLineException e) {
            status = Status.INVALID_ARGUMENT.withDescription(e.getMessage());
        } catch (StatusException e) {
            status = e.getStatus();
        } catch (NoAnswerException e) {
            status = switch (e.why()) {
                case OVERLOADED -> Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage());
                case ABANDONED -> abandoned(context);
            };
        } catch (Throwable e) {
            LOG.error("A line of {} cannot be drawn.", Limits.cut(request.getModel(), Limits.QUOTED_CHARS), e);
            status =
                    Status.INTERNAL.withDescription(Limits.cut("the line cannot be drawn: " + e, Limits.MESSAGE_CHARS));
        }
        finish(call, status, admittedNanos);
        // After it was counted: who has the answer finds it in the metrics.
        answer.ifPresent(drawn -> {
            call.onNext(drawn);
            call.onCompleted();
        });
    }

    private void finish(ServerCallStreamObserver<RenderLineResponse> call, Status status, long admittedNanos) {
        meters.answered(status.getCode(), nanos.getAsLong() - admittedNanos);
        if (!status.isOk() && !call.isCancelled()) {
            call.onError(status.asException());
        }
    }

    private static Status abandoned(Context context) {
        boolean isLate = context.getDeadline() != null && context.getDeadline().isExpired();
        return isLate
                ? Status.DEADLINE_EXCEEDED.withDescription("the deadline passed before the line was drawn")
                : Status.CANCELLED.withDescription("the call was cancelled");
    }

    private RenderLineResponse render(RenderLineRequest request, Patience patience) throws StatusException {
        ModelId id = idOf(request.getModel());
        LineRequest line = LineRequest.of(request);
        try (ModelRepository.Lease lease = repository.lease(id).orElseThrow(() -> notReady(id))) {
            LoadedModel model = lease.model();
            LineDrawing drawing;
            try (Callers.Entry ignored = model.glyphs().callers().enter()) {
                drawing = renderer.render(model.drawing(patience), line);
            }
            LineDrawing.Raster raster = drawing.raster();
            RenderLineResponse.Builder answer =
                    LineAnswer.of(request.getFormat(), drawing, raster, model.sha256(), model.engine(), identity);
            if (request.getReadBack()) {
                answer.addAllReadAs(readBack(drawing, raster.boxes()));
            }
            if (request.getReadLine()) {
                LineView.of(raster.image().ink()).map(readers.lines()::read).ifPresent(answer::setReading);
            }
            return LineAnswer.checked(answer.build());
        }
    }

    private static ModelId idOf(String model) {
        try {
            return ModelId.parse(model);
        } catch (IllegalArgumentException e) {
            throw new UndrawableLineException(e.getMessage(), e);
        }
    }

    /** What a line may cost, in letter forms that have to be drawn; a large image costs as much as some. */
    private static int costOf(RenderLineRequest request) {
        long pixels = (long) request.getLineHeightPx() * request.getLineWidthPx();
        return (int) Math.max(formsOf(request), Math.min(Integer.MAX_VALUE, pixels / PIXELS_OF_A_FORM));
    }

    /** All of a FRESH line, and of a hand's each variant once. */
    private static int formsOf(RenderLineRequest request) {
        int glyphs = request.getGlyphsCount();
        if (glyphs <= LineWorkers.MOST_QUICK_FORMS || request.getVariation() == Variation.FRESH) {
            return glyphs;
        }
        Map<Integer, Integer> occurrences = new HashMap<>();
        request.getGlyphsList().forEach(glyph -> occurrences.merge(glyph, 1, Integer::sum));
        return occurrences.values().stream()
                .mapToInt(count -> Math.min(count, LineRenderer.VARIANTS))
                .sum();
    }

    /** For each box the character that the server's reader takes its glyph for; empty for one without ink. */
    private List<String> readBack(LineDrawing drawing, List<InkBox> boxes) {
        int[] read = readers.glyphs().read(drawing.glyphsForReader().toArray(float[][]::new));
        return IntStream.range(0, read.length)
                .mapToObj(i -> boxes.get(i).width() == 0
                        ? ""
                        : readers.glyphs().characters().get(read[i]))
                .toList();
    }

    private StatusException notReady(ModelId id) {
        String state = repository.versions().stream()
                .filter(version -> version.id().equals(id))
                .findFirst()
                .map(version -> switch (version.state()) {
                    case READY -> "is being loaded again";
                    default -> "is " + version.state() + (version.reason().isEmpty() ? "" : ": " + version.reason());
                })
                .orElse("is not known here");
        return Status.NOT_FOUND.withDescription("model " + id + " " + state).asException();
    }
}
