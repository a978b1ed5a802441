package io.inkstream.topology.render;

import static io.inkstream.topology.InkstreamTopology.DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.LINES;

import io.inkstream.schemas.DeadLetterReason;
import io.inkstream.schemas.Topics;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.serde.UnknownSchemaException;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.plan.Plan;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Assignment;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Makes every document its lines, exactly once and in order, or one dead letter.
 *
 * <p>A document is planned as soon as it comes and kept in the stores with all its lines. Lines are then sent to the model
 * server, a bounded number at a time; a punctuator takes the answers, emits them in order and deletes them from the store.
 * A restart sends again what the store holds. Since drawing is a pure function of the request and emitting shares a
 * transaction with deleting, no crash loses, doubles or reorders a line.
 *
 * <p>One version draws a document: its first emitted line binds it. Until then a policy, a halt or a withdrawal may have it
 * planned anew for another version; from then on its version finishes it, or nobody does.
 *
 * <p>Documents do not wait for each other, save those of the same id: their lines never mix. What says nothing about the
 * document (no model, no registry, no model server, a full one) is waited out; the thread never waits for it.
 */
public final class RenderProcessor implements Processor<byte[], byte[], byte[], Object> {
    private static final Duration PUNCTUATION = Duration.ofMillis(5);
    private static final long PLAN_AGAIN_AFTER_MS = 200;

    /** Answers are held until their turn, so large lines get a smaller window: this many pixels. */
    private static final int PIXELS_AHEAD = 4 << 20;

    private final Topics topics;
    private final Planner planner;
    private final CandidateWatch watch;
    private final RoutedDocuments routed;
    private final RenderClient client;
    private final ShadowQueue shadows;
    private final Throttle throttle;
    private final Troubles troubles;
    private final RenderConfig config;
    private final MeterRegistry meters;
    private final RegistryWait registry;

    private final OpenDocuments open = new OpenDocuments();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private ProcessorContext<byte[], Object> context;
    private TopicPartition source;
    private Backlog backlog;
    private Outputs outputs;
    private LongWaits longWaits;
    private Fleet seen = Fleet.unknown();
    private long turn;

    /** An answer on its way from the client's thread to ours. */
    private record Arrival(OpenDocument document, int line, int boxes, Answer answer) {}

    /**
     * For one task.
     *
     * @param watch gives the fleet, and hears how candidates do
     * @param client has lines drawn that are emitted
     * @param shadows of this task
     */
    public RenderProcessor(
            Topics topics,
            Planner planner,
            CandidateWatch watch,
            RoutedDocuments routed,
            RenderClient client,
            ShadowQueue shadows,
            Throttle throttle,
            Troubles troubles,
            RenderConfig config,
            MeterRegistry meters) {
        this.topics = topics;
        this.planner = planner;
        this.watch = watch;
        this.routed = routed;
        this.client = client;
        this.shadows = shadows;
        this.throttle = throttle;
        this.troubles = troubles;
        this.config = config;
        this.meters = meters;
        this.registry = new RegistryWait(config.backoff(), troubles);
    }

    @Override
    public void init(ProcessorContext<byte[], Object> taskContext) {
        context = taskContext;
        source = new TopicPartition(topics.texts().name(), taskContext.taskId().partition());
        outputs = new Outputs(taskContext, meters);
        longWaits = new LongWaits(source, meters);
        backlog = new Backlog(taskContext.getStateStore(DOCUMENTS), taskContext.getStateStore(LINES));
        backlog.forEach((sequence, stored) -> {
            OpenDocument document = new OpenDocument(sequence, stored, now());
            if (stored.getLines() >= 0) {
                planned(document, stored.getLines(), backlog.firstLine(sequence));
            }
            open.put(document);
        });
        context.schedule(PUNCTUATION, PunctuationType.WALL_CLOCK_TIME, unused -> goOn());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a source topic has its metadata"));
        ByteBuffer key = record.key() == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(record.key());
        ByteBuffer value = record.value() == null ? null : ByteBuffer.wrap(record.value());
        PendingDocument stored = new PendingDocument(
                key, value, metadata.topic(), metadata.partition(), metadata.offset(), record.timestamp(), -1);
        meters.counter("inkstream.documents").increment();
        if (!OpenDocument.isId(record.key())) {
            outputs.deadLetter(
                    record.key(),
                    stored,
                    DeadLetterReason.UNREADABLE_RECORD,
                    "the key must be the document id, as UTF-8 text",
                    Optional.empty());
            return;
        }
        OpenDocument document = new OpenDocument(backlog.nextSequence(), stored, now());
        open.put(document);
        if (!plan(document)) {
            backlog.keep(document.sequence(), stored);
        }
        send();
        balance();
    }

    @Override
    public void close() {
        throttle.release(source);
        longWaits.close();
    }

    /** Does all that can be done now. */
    private void goOn() {
        for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            take(arrival);
        }
        planWhatMayBePlanned();
        open.leaders().forEach(this::emit);
        if (send()) {
            shadows.compare();
        }
        shadows.drainReports(outputs::shadowReport);
        longWaits.look(open, now());
        balance();
    }

    private void planWhatMayBePlanned() {
        Fleet known = watch.get();
        boolean isNews = known != seen;
        seen = known;
        for (OpenDocument document : open.all()) {
            if (document.isPlanned()) {
                if (isNews) {
                    planAnewIfItHasTo(document);
                }
            } else if (isNews || document.isDue(now())) {
                plan(document);
            }
        }
    }

    private void take(Arrival arrival) {
        OpenDocument document = arrival.document();
        if (!open.contains(document)) {
            return; // it became a dead letter meanwhile, or was planned anew
        }
        int line = arrival.line();
        arrival.answer()
                .match(
                        drawn -> drawn(document, line, arrival.boxes(), drawn),
                        refused -> refused(document, line, refused),
                        failed -> failed(document, line, failed.reason(), failed.isVersionsFault()));
    }

    private void drawn(OpenDocument document, int line, int boxes, Answer.Drawn drawn) {
        RenderLineResponse response = drawn.response();
        if (response.getBoxesCount() != boxes
                || !response.getModelSha256().equals(document.assignment().sha256())) {
            String reason = "it answered a line with another version or other boxes than asked for";
            troubles.raise("model-server", reason);
            failed(document, line, reason, true);
            return;
        }
        document.answered(line, drawn, now());
        if (!document.isFaulty(line)) {
            watch.drawn(document.assignment(), drawn.tookMs(), now());
        }
    }

    private void refused(OpenDocument document, int line, Answer.Refused refused) {
        String message = "line " + line + ": " + refused.message();
        blame(document, line, message);
        Assignment by = document.assignment();
        if (document.isUntouched() && Router.isOthersWithoutCandidate(watch.get(), instant(), document.id(), by)) {
            planAnew(document, Optional.of(by));
        } else {
            refuse(document, DeadLetterReason.RENDER_REJECTED, message, Optional.empty());
        }
    }

    private void failed(OpenDocument document, int line, String reason, boolean isVersionsFault) {
        if (isVersionsFault) {
            blame(document, line, reason);
        }
        int failures = document.failed(line);
        document.retryAt(now() + config.backoff().millisAfter(failures), reason);
        if (document.isUntouched()) {
            planAnewIfItHasTo(document);
        } else if (!watch.get().isLost(document.assignment(), instant())) {
            document.isNotLost();
        } else if (document.isLostFor(config.unknownModelGrace(), now())) {
            refuse(
                    document,
                    DeadLetterReason.UNKNOWN_MODEL,
                    "model " + document.assignment().model()
                            + " was withdrawn, replaced or rejected by every live server" + " when "
                            + document.nextToEmit() + " of " + document.lineCount() + " lines were out",
                    Optional.empty());
        }
    }

    private void blame(OpenDocument document, int line, String reason) {
        if (document.isFirstFault(line)) {
            watch.failed(document.assignment(), reason, now());
        }
    }

    private void planAnewIfItHasTo(OpenDocument document) {
        if (document.isUntouched() && !Router.stands(watch.get(), instant(), document.id(), document.assignment())) {
            planAnew(document, Optional.empty());
        }
    }

    private void planAnew(OpenDocument document, Optional<Assignment> refusedBy) {
        backlog.forgetLines(document.sequence(), document.stored(), document.lineCount());
        OpenDocument again = document.anew(refusedBy);
        open.put(again);
        meters.counter("inkstream.documents.planned.anew").increment();
        plan(again);
    }

    /** Tries to plan; returns whether the document is settled, and not to be kept as it is. */
    private boolean plan(OpenDocument document) {
        if (document.text() == null && !decode(document)) {
            return !open.contains(document);
        }
        Fleet known = watch.get();
        Fleet allowed = document.refusedBy().flatMap(known::withoutCandidate).orElse(known);
        return planner.plan(document.id(), document.text(), allowed, instant())
                .match(
                        lines -> {
                            backlog.keep(document.sequence(), document.stored(), lines.lines());
                            planned(document, lines.lines().size(), 0);
                            routed.count(document.assignment().model(), now());
                            return true;
                        },
                        waits -> waits(document, waits.reason()),
                        refused -> {
                            if (mayBeEarly(document, refused)) {
                                return waits(document, refused.message());
                            }
                            refuse(document, refused.reason(), refused.message(), Optional.empty());
                            return true;
                        });
    }

    private boolean mayBeEarly(OpenDocument document, Plan.Refused refused) {
        return refused.reason() == DeadLetterReason.UNKNOWN_MODEL
                && now() < document.openedAtMs() + config.unknownModelGrace().toMillis();
    }

    private boolean waits(OpenDocument document, String reason) {
        document.retryAt(now() + PLAN_AGAIN_AFTER_MS, reason);
        return false;
    }

    private boolean decode(OpenDocument document) {
        if (!registry.isOver(now())) {
            document.retryAt(registry.endsAtMs(), "the schema registry does not answer");
            return false;
        }
        ByteBuffer value = document.stored().getValue();
        try {
            TextDocument text = topics.texts()
                    .value()
                    .deserializer()
                    .deserialize(topics.texts().name(), value == null ? null : value.array());
            registry.answered();
            if (text == null) {
                refuse(document, DeadLetterReason.UNREADABLE_RECORD, "the record has no value", Optional.empty());
                return false;
            }
            document.decoded(text);
            return true;
        } catch (UnknownSchemaException e) {
            refuse(document, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage(), Optional.of(e));
        } catch (RetriableException e) {
            registry.failed(e, now());
            document.retryAt(registry.endsAtMs(), "the schema registry does not answer");
        } catch (RuntimeException e) {
            refuse(document, DeadLetterReason.UNREADABLE_RECORD, e.getMessage(), Optional.of(e));
        }
        return false;
    }

    private void planned(OpenDocument document, int lines, int firstLine) {
        PlannedLine first = backlog.line(document.sequence(), firstLine);
        RenderLineRequest request = PlannedLines.request(first);
        int pixels = request.getLineHeightPx() * request.getLineWidthPx();
        int ahead = Math.max(1, Math.min(config.maxLinesAhead(), PIXELS_AHEAD / pixels));
        document.planned(PlannedLines.assignment(first), lines, firstLine, ahead);
    }

    /**
     * Sends a line of each document in its turn until nothing is left to send or the client is full.
     *
     * @return whether nothing is left
     */
    private boolean send() {
        List<OpenDocument> ready = open.leaders();
        ready.removeIf(document -> !document.hasLineToSend(now()));
        while (!ready.isEmpty()) {
            int next = (int) (turn++ % ready.size());
            OpenDocument document = ready.get(next);
            int line = document.lineToSend();
            RenderLineRequest request = PlannedLines.request(backlog.line(document.sequence(), line));
            int boxes = PlannedLines.boxes(request);
            boolean sent = client.tryRender(
                    shadow(document).isEmpty()
                            ? request
                            : request.toBuilder().setReadBack(true).build(),
                    answer -> arrivals.add(new Arrival(document, line, boxes, answer)));
            if (!sent) {
                return false;
            }
            document.sent(line);
            if (!document.hasLineToSend(now())) {
                ready.remove(next);
            }
        }
        return true;
    }

    private Optional<Version> shadow(OpenDocument document) {
        return Router.shadow(watch.get(), instant(), document.id(), document.assignment());
    }

    private void emit(OpenDocument document) {
        while (registry.isOver(now()) && !document.isFinished() && document.nextAnswer() != null) {
            int line = document.nextToEmit();
            PlannedLine planned = backlog.line(document.sequence(), line);
            Answer.Drawn drawn = document.nextAnswer();
            LineImage image = PlannedLines.drawn(planned, drawn.response());
            byte[] bytes;
            try {
                bytes = topics.lines()
                        .value()
                        .serializer()
                        .serialize(topics.lines().name(), image);
            } catch (RuntimeException e) {
                registry.failed(e, now()); // nothing here is wrong with the document
                break;
            }
            registry.answered();
            outputs.line(document.stored(), bytes);
            if (planned.getPage() != null) {
                outputs.toPages(
                        document.stored(), new PageInput.PlacedLine(document.sequence(), planned.getPage(), image));
            }
            shadow(document).ifPresent(version -> shadows.add(document.id(), image, drawn, version));
            backlog.emitted(document.sequence(), line);
            document.emitted();
        }
        if (document.isFinished()) {
            close(document);
        }
    }

    private void refuse(OpenDocument document, DeadLetterReason reason, String message, Optional<Throwable> cause) {
        outputs.deadLetter(document.key().array(), document.stored(), reason, message, cause);
        if (document.isPlanned()) {
            outputs.toPages(document.stored(), new PageInput.Abandoned(document.sequence()));
        }
        close(document);
    }

    private void close(OpenDocument document) {
        backlog.forget(document.sequence(), document.nextToEmit(), document.lineCount());
        open.remove(document);
    }

    private void balance() {
        if (open.size() >= config.maxOpenDocuments() || open.linesLeft() >= config.maxOpenLines()) {
            throttle.hold(source);
        } else {
            throttle.release(source);
        }
    }

    private Instant instant() {
        return Instant.ofEpochMilli(now());
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}
