package io.inkstream.topology.render;

import static io.inkstream.topology.flow.NodeNames.DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.LINES;
import static io.inkstream.topology.flow.NodeNames.PROGRESS;

import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.state.PendingDocument;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The work of one task from its start to its end: plans documents, has their lines drawn, and puts them out.
 *
 * <p>A document is planned as soon as it comes and kept in the stores with all its lines. Lines are then sent to the model
 * server, a bounded number at a time; a punctuator takes the answers. When every line of the document is drawn, and its topics
 * are known to take them all, they are put out in order ({@link Emitter}). Until then the answers of a short document are held
 * in memory, and those of a long one in the store. A restart sends again what is not in the store. Since drawing is a pure
 * function of the request and putting out shares a transaction with deleting, no crash loses, doubles or reorders a line.
 *
 * <p>One version draws a document: its first line that is out binds it. Until then a policy, a halt or a withdrawal may have it
 * planned anew for another version.
 *
 * <p>Documents do not wait for each other, save those of the same id: their lines never mix. What says nothing about the
 * document (no model, no registry, no model server, a full one) is retried; the thread never waits for it. A line that
 * fails {@link RenderConfig#maxTries} times while its version draws others says something about the document.
 */
final class Rendering {
    /** Answers of one document that are held in memory; those of a larger one go to the store. */
    private static final long HELD_BYTES = 1 << 20;

    /** Answers of all documents that are held in memory. */
    private static final long ALL_HELD_BYTES = 16 << 20;

    private final CandidateWatch watch;
    private final Throttle throttle;
    private final Troubles troubles;
    private final RenderConfig config;
    private final MeterRegistry meters;
    private final ProcessorContext<byte[], Object> context;
    private final TopicPartition source;
    private final OpenDocuments open = new OpenDocuments();
    private final Intake intake;
    private final Progress progress;
    private final Backlog backlog;
    private final Outputs outputs;
    private final Closing closing;
    private final Planning planning;
    private final Sender sender;
    private final LineFailures failures;
    private final ShadowQueue shadows;
    private final Emitter emitter;
    private final LongWaits longWaits;

    /** Begins with what the stores keep. */
    Rendering(RenderParts parts, ProcessorContext<byte[], Object> context) {
        this.watch = parts.watch();
        this.throttle = parts.throttle();
        this.troubles = parts.troubles();
        this.config = parts.config();
        this.meters = parts.meters();
        this.context = context;
        source = new TopicPartition(
                parts.topics().texts().name(), context.taskId().partition());
        intake = new Intake(parts.topics().texts(), parts.planner());
        progress = new Progress(context.getStateStore(PROGRESS), parts.textsId());
        backlog = new Backlog(context.getStateStore(DOCUMENTS), context.getStateStore(LINES));
        outputs = new Outputs(context, parts.topics(), parts.limits(), meters);
        closing = new Closing(open, backlog, outputs);
        InstantSource clock = () -> Instant.ofEpochMilli(now());
        RegistryWait registry = new RegistryWait(config.backoff(), troubles);
        planning = new Planning(parts, registry, intake, open, backlog, closing, clock);
        sender = new Sender(open, backlog, parts.client(), this::shadow);
        failures = new LineFailures(parts, open, sender, planning, closing, clock);
        shadows = new ShadowQueue(parts.shadows());
        emitter = new Emitter(parts.topics(), outputs, backlog, registry, shadows, this::shadow, config.areMarked());
        planning.restore();
        longWaits = new LongWaits(source, meters);
    }

    /** Takes in a text. */
    void take(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record of a source topic has its metadata"));
        if (progress.isDone(metadata.offset())) {
            meters.counter("inkstream.documents.skipped").increment();
            return;
        }
        progress.taken(metadata.offset());
        meters.counter("inkstream.documents").increment();
        PendingDocument head = new PendingDocument(
                ByteBuffer.wrap(record.key() == null ? new byte[0] : record.key()),
                null,
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                -1,
                HandedOn.of(record.headers()),
                -1,
                null);
        Optional<Refusal> fault = intake.fault(record.key(), record.value(), record.headers());
        if (fault.isPresent()) {
            outputs.deadLetter(record.key(), record.value(), head, fault.get());
            return;
        }
        WaitingDocument document = WaitingDocument.arrived(backlog.nextSequence(), head, record.value(), now());
        open.put(document);
        if (!planning.plan(document)) {
            backlog.keep(document.sequence(), backlog.stored(document));
            document.isKept();
        }
        boolean ignored = sender.send(now());
        balance();
    }

    /** Ends; what is not in the stores is forgotten. */
    void close() {
        throttle.release(source);
        longWaits.close();
    }

    /** Does all that can be done now. */
    void goOn() {
        for (Optional<Sender.Arrival> next = sender.next(); next.isPresent(); next = sender.next()) {
            take(next.get());
        }
        planning.goOn();
        open.leaders().forEach(this::emit);
        if (sender.send(now())) {
            shadows.compare();
        }
        shadows.drainReports(outputs::shadowReport);
        longWaits.look(open, now());
        balance();
    }

    private void take(Sender.Arrival arrival) {
        Drawing drawing = arrival.drawing();
        int line = arrival.line();
        if (arrival.asked().isProbe()) {
            arrival.answer().match(drawn -> failures.giveUpIfFaulty(drawing, line), refused -> {}, failed -> {});
            return;
        }
        arrival.answer()
                .match(
                        drawn -> drawn(drawing, line, arrival.asked(), drawn),
                        refused -> failures.refused(drawing, line, refused),
                        failed -> failures.failed(drawing, line, failed.reason(), failed.isVersionsFault()));
    }

    private void drawn(Drawing drawing, int line, Sender.Asked asked, Answer.Drawn drawn) {
        RenderLineResponse response = drawn.response();
        if (response.getBoxesCount() != asked.boxes()
                || !response.getModelSha256().equals(drawing.assignment().sha256())) {
            String reason = "it answered a line with another version or other boxes than asked for";
            troubles.raise("model-server", reason);
            failures.failed(drawing, line, reason, true);
            return;
        }
        boolean wasFaulty = drawing.isFaulty(line);
        drawing.drawn(line, drawn, PlannedLines.bytes(asked.plannedBytes(), response), now());
        HeldAnswers held = drawing.held();
        if (held.isSpilled()) {
            backlog.answered(drawing.sequence(), line, drawn);
        } else if (held.bytes() > HELD_BYTES || open.heldBytes() > ALL_HELD_BYTES) {
            held.spill().forEach((other, answer) -> backlog.answered(drawing.sequence(), other, answer));
        }
        failures.drawn(drawing.assignment().model());
        if (!wasFaulty) {
            watch.drawn(drawing.assignment(), drawn.tookMs(), now());
        }
    }

    private void emit(Drawing drawing) {
        emitter.emit(drawing, now()).ifPresent(refusal -> closing.refuse(drawing, refusal));
        if (drawing.isFinished()) {
            closing.close(drawing);
        }
    }

    private Optional<Version> shadow(Drawing drawing) {
        return Router.shadow(watch.get(), Instant.ofEpochMilli(now()), drawing.id(), drawing.assignment());
    }

    private void balance() {
        if (open.size() >= config.maxOpenDocuments()
                || open.linesLeft() >= config.maxOpenLines()
                || open.bytes() >= config.maxOpenBytes()) {
            throttle.hold(source);
        } else {
            throttle.release(source);
        }
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}
