package io.inkstream.topology.render;

import static io.inkstream.topology.flow.NodeNames.DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.LINES;
import static io.inkstream.topology.flow.NodeNames.PROGRESS;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.client.RenderClient;
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
import io.inkstream.topology.store.StoreFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The work of one task from its start to its end: plans documents, has their lines drawn, and puts them out.
 *
 * <p>A document is planned as soon as it comes and kept in the stores with all its lines. Lines are then sent to the model
 * server, a bounded number at a time; a punctuator takes the answers. When every line of the document is drawn, and its topics
 * are known to take them all, they are put out in order ({@link Emitter}). Until then the answers of a short document are held in memory, and
 * those of a long one in the store. A restart sends again what is not in the store. Since drawing is a pure function of the
 * request and putting out shares a transaction with deleting, no crash loses, doubles or reorders a line.
 *
 * <p>One version draws a document: its first line that is out binds it. Until then a policy, a halt or a withdrawal may have it
 * planned anew for another version.
 *
 * <p>Documents do not wait for each other, save those of the same id: their lines never mix. What says nothing about the
 * document (no model, no registry, no model server, a full one) is retried; the thread never waits for it. A line that
 * fails {@link RenderConfig#maxTries} times while its version draws others says something about the document.
 */
final class Rendering {
    private static final long PLAN_AGAIN_AFTER_MS = 200;

    /** Answers come at their own pace, so of large lines fewer are asked for at a time: this many pixels of a document. */
    private static final int PIXELS_AHEAD = 4 << 20;

    /** Answers of one document that are held in memory; those of a larger one go to the store. */
    private static final long HELD_BYTES = 1 << 20;

    /** Answers of all documents that are held in memory. */
    private static final long ALL_HELD_BYTES = 16 << 20;

    /** Versions of which is remembered how many lines they drew; more than take traffic at a time. */
    private static final int REMEMBERED_VERSIONS = 64;

    static final String NO_REGISTRY = "the schema registry does not answer, or refuses a schema";

    private final Topics topics;
    private final Planner planner;
    private final CandidateWatch watch;
    private final RoutedDocuments routed;
    private final RenderClient client;
    private final Throttle throttle;
    private final Troubles troubles;
    private final RenderConfig config;
    private final MeterRegistry meters;
    private final RegistryWait registry;
    private final Intake intake;
    private final ProcessorContext<byte[], Object> context;
    private final TopicPartition source;
    private final Outputs outputs;
    private final ShadowQueue shadows;
    private final LongWaits longWaits;
    private final Progress progress;
    private final Backlog backlog;
    private final Emitter emitter;

    private final OpenDocuments open = new OpenDocuments();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    /** Lines drawn by each version, the latest used last. */
    private final Map<String, Long> drawnBy = new LinkedHashMap<>(16, 0.75f, true);

    private Fleet seen = Fleet.unknown();
    private long turn;

    /** An answer on its way from the client's thread to ours. */
    private record Arrival(OpenDocument document, int line, Asked asked, Answer answer) {}

    /**
     * What was asked for.
     *
     * @param boxes glyphs to be drawn
     * @param plannedBytes of the line's image as far as it was known
     * @param isProbe whether it was not the line, but one unlike it
     */
    private record Asked(int boxes, int plannedBytes, boolean isProbe) {}

    /** Begins with what the stores keep. */
    Rendering(RenderParts parts, ProcessorContext<byte[], Object> context) {
        this.topics = parts.topics();
        this.planner = parts.planner();
        this.watch = parts.watch();
        this.routed = parts.routed();
        this.client = parts.client();
        this.throttle = parts.throttle();
        this.troubles = parts.troubles();
        this.config = parts.config();
        this.meters = parts.meters();
        this.context = context;
        registry = new RegistryWait(config.backoff(), troubles);
        intake = new Intake(topics.texts(), planner);
        source = new TopicPartition(topics.texts().name(), context.taskId().partition());
        outputs = new Outputs(context, topics, parts.limits(), meters);
        shadows = new ShadowQueue(parts.shadows());
        progress = new Progress(context.getStateStore(PROGRESS), parts.textsId());
        backlog = new Backlog(context.getStateStore(DOCUMENTS), context.getStateStore(LINES));
        emitter = new Emitter(topics, outputs, backlog, registry, shadows, this::shadow);
        backlog.forEach((sequence, stored) -> {
            int lines = stored.getLines();
            OpenDocument document = new OpenDocument(sequence, head(stored), now());
            if (lines >= 0) {
                Backlog.Kept kept = backlog.kept(sequence);
                planned(document, lines, kept.firstLine(), kept.answered());
            } else if (stored.getDocument() != null) {
                document.decoded(StoreFormat.text(stored.getDocument()));
            }
            open.put(document);
        });
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
        OpenDocument document = new OpenDocument(backlog.nextSequence(), head, now());
        document.arrived(record.value());
        open.put(document);
        if (!plan(document)) {
            backlog.keep(document.sequence(), stored(document));
            document.isKept();
        }
        send();
        balance();
    }

    /** Ends; what is not in the stores is forgotten. */
    void close() {
        throttle.release(source);
        longWaits.close();
    }

    /** Does all that can be done now. */
    void goOn() {
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

    // Planning

    private void planWhatMayBePlanned() {
        Fleet known = watch.get();
        boolean isNews = known != seen;
        seen = known;
        // Once for all: there may be many documents and a thousand versions.
        Fleet within = isNews ? within() : known;
        if (isNews) {
            client.lookAgain();
        }
        for (OpenDocument document : open.all()) {
            if (document.isPlanned()) {
                if (isNews) {
                    planAnewIfItHasTo(document, within);
                }
            } else if (isNews || document.isDue(now())) {
                plan(document);
            }
        }
    }

    private void planAnewIfItHasTo(OpenDocument document, Fleet within) {
        if (document.isUntouched() && !Router.stands(within, instant(), document.id(), document.assignment())) {
            planAnew(document, Optional.empty());
        }
    }

    private void planAnew(OpenDocument document, Optional<Assignment> refusedBy) {
        backlog.forgetLines(document.sequence(), document.lineCount());
        OpenDocument again = document.anew(refusedBy);
        open.put(again);
        meters.counter("inkstream.documents.planned.anew").increment();
        plan(again);
    }

    /** What is known, without versions that no server within reach has. */
    private Fleet within() {
        return watch.get().within(client::mayHave);
    }

    /** Tries to plan; returns whether the document is settled, and not to be kept as it is. */
    private boolean plan(OpenDocument document) {
        if (document.text() == null && !decode(document)) {
            return !open.contains(document);
        }
        Fleet known = within();
        Fleet allowed = document.refusedBy().flatMap(known::withoutCandidate).orElse(known);
        return planner.plan(document.id(), document.text(), allowed, instant())
                .match(
                        lines -> {
                            backlog.keep(document.sequence(), stored(document), lines.lines());
                            document.isKept();
                            planned(document, lines.lines().size(), 0, new BitSet());
                            routed.count(document.assignment().model(), now());
                            return true;
                        },
                        waits -> waits(document, waits.reason()),
                        refused -> {
                            if (mayBeEarly(document, refused)) {
                                return waits(document, refused.message());
                            }
                            refuse(document, new Refusal(refused.reason(), refused.message()));
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
        String texts = topics.texts().name();
        if (!registry.isOver(texts, now())) {
            document.retryAt(registry.endsAtMs(texts), NO_REGISTRY);
            return false;
        }
        try {
            byte[] value = document.arrived().orElse(null);
            if (value == null) {
                PendingDocument kept = backlog.document(document.sequence());
                if (kept.getDocument() != null) {
                    document.decoded(StoreFormat.text(kept.getDocument()));
                    return true;
                }
                value = kept.getValue().array();
            }
            intake.read(value, document::decoded, refusal -> refuse(document, refusal));
            registry.answered(texts);
            return document.text() != null;
        } catch (RetriableException e) {
            registry.failed(texts, e, now());
            document.retryAt(registry.endsAtMs(texts), NO_REGISTRY);
            return false;
        }
    }

    private void planned(OpenDocument document, int lines, int firstLine, BitSet answered) {
        Provenance by = StoreFormat.image(
                        backlog.line(document.sequence(), firstLine).getImage())
                .getProvenance();
        LayoutOptions layout = by.getLayout();
        int pixels = Math.max(1, layout.getLineHeightPx() * layout.getLineWidthPx());
        int ahead = Math.max(1, Math.min(config.maxLinesAhead(), PIXELS_AHEAD / pixels));
        boolean isLong = lines - firstLine > config.maxLinesAhead();
        document.planned(Assignment.of(by), lines, firstLine, answered, ahead, isLong, layout.getPages());
    }

    // Having lines drawn

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
            PlannedLine planned = backlog.line(document.sequence(), line);
            RenderLineRequest request = PlannedLines.request(planned);
            Asked asked =
                    new Asked(PlannedLines.boxes(request), planned.getImage().remaining(), false);
            boolean sent = client.tryRender(
                    shadow(document).isEmpty()
                            ? request
                            : request.toBuilder().setReadBack(true).build(),
                    answer -> arrivals.add(new Arrival(document, line, asked, answer)));
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

    private void take(Arrival arrival) {
        OpenDocument document = arrival.document();
        if (!open.contains(document)) {
            return; // it became a dead letter meanwhile, or was planned anew
        }
        int line = arrival.line();
        if (arrival.asked().isProbe()) {
            arrival.answer().match(drawn -> giveUpIfFaulty(document, line), refused -> {}, failed -> {});
            return;
        }
        arrival.answer()
                .match(
                        drawn -> drawn(document, line, arrival.asked(), drawn),
                        refused -> refused(document, line, refused),
                        failed -> failed(document, line, failed.reason(), failed.isVersionsFault()));
    }

    private void drawn(OpenDocument document, int line, Asked asked, Answer.Drawn drawn) {
        RenderLineResponse response = drawn.response();
        if (response.getBoxesCount() != asked.boxes()
                || !response.getModelSha256().equals(document.assignment().sha256())) {
            String reason = "it answered a line with another version or other boxes than asked for";
            troubles.raise("model-server", reason);
            failed(document, line, reason, true);
            return;
        }
        boolean wasFaulty = document.isFaulty(line);
        document.drawn(line, drawn, PlannedLines.bytes(asked.plannedBytes(), response), now());
        if (document.isSpilled()) {
            backlog.answered(document.sequence(), line, drawn);
        } else if (document.heldBytes() > HELD_BYTES || open.heldBytes() > ALL_HELD_BYTES) {
            document.spill().forEach((held, answer) -> backlog.answered(document.sequence(), held, answer));
        }
        countDrawn(document.assignment().model());
        if (!wasFaulty) {
            watch.drawn(document.assignment(), drawn.tookMs(), now());
        }
    }

    private void refused(OpenDocument document, int line, Answer.Refused refused) {
        String message = "line " + line + ": " + refused.message();
        if (!document.isFaulty(line)) {
            watch.failed(document.assignment(), message, now());
        }
        giveUp(document, new Refusal(DeadLetterReason.RENDER_REJECTED, message));
    }

    private void failed(OpenDocument document, int line, String reason, boolean isVersionsFault) {
        int failures = document.failed(line);
        document.retryAt(now() + config.backoff().millisAfter(failures), reason);
        if (isVersionsFault) {
            fault(document, line, reason);
        }
        if (!open.contains(document)) {
            return;
        }
        if (document.isUntouched()) {
            planAnewIfItHasTo(document, within());
        } else if (!watch.get().isLost(document.assignment(), instant())) {
            document.isNotLost();
        } else if (document.isLostFor(config.unknownModelGrace(), now())) {
            refuse(
                    document,
                    new Refusal(
                            DeadLetterReason.UNKNOWN_MODEL,
                            "model " + document.assignment().model()
                                    + " was withdrawn, replaced or rejected by every live server when "
                                    + document.nextToEmit() + " of " + document.lineCount() + " lines were out"));
        }
    }

    /** The version has failed to draw a line. That is the line's own fault only if the version draws others. */
    private void fault(OpenDocument document, int line, String reason) {
        String model = document.assignment().model();
        long drawn = drawnBy.getOrDefault(model, 0L);
        OpenDocument.Faults faults = document.fault(line, drawn);
        if (faults.tries() == 1) {
            watch.failed(document.assignment(), reason, now());
        }
        if (faults.tries() < config.maxTries()) {
            return;
        }
        if (drawn > faults.drawnBefore()) {
            giveUpIfFaulty(document, line);
            return;
        }
        Version version = watch.get().versions().get(model);
        if (version != null) {
            RenderLineRequest failing = PlannedLines.request(backlog.line(document.sequence(), line));
            boolean ignored = client.tryRender( // without room, the next failure asks
                    Probes.unlike(failing, version),
                    answer -> arrivals.add(new Arrival(document, line, new Asked(1, 0, true), answer)));
        }
    }

    private void giveUpIfFaulty(OpenDocument document, int line) {
        if (document.isFaulty(line)) {
            giveUp(
                    document,
                    new Refusal(
                            DeadLetterReason.RENDER_FAILED,
                            "line " + line + ": " + document.assignment().model()
                                    + " failed to draw it time and again, and drew others: " + document.waitsFor()));
        }
    }

    /** The version will not draw the document: another may, if this one was a candidate; else nobody will. */
    private void giveUp(OpenDocument document, Refusal refusal) {
        Assignment by = document.assignment();
        if (document.isUntouched() && Router.isOthersWithoutCandidate(within(), instant(), document.id(), by)) {
            planAnew(document, Optional.of(by));
        } else {
            refuse(document, refusal);
        }
    }

    private void countDrawn(String model) {
        drawnBy.merge(model, 1L, Long::sum);
        if (drawnBy.size() > REMEMBERED_VERSIONS) {
            drawnBy.remove(drawnBy.keySet().iterator().next());
        }
    }

    private Optional<Version> shadow(OpenDocument document) {
        return Router.shadow(watch.get(), instant(), document.id(), document.assignment());
    }

    // Putting documents out

    private void emit(OpenDocument document) {
        emitter.emit(document, now()).ifPresent(refusal -> refuse(document, refusal));
        if (document.isFinished()) {
            close(document);
        }
    }

    private void refuse(OpenDocument document, Refusal refusal) {
        PendingDocument kept = stored(document);
        byte[] value = document.arrived()
                .orElseGet(
                        () -> kept.getValue() == null ? null : kept.getValue().array());
        outputs.deadLetter(document.head().getKey().array(), value, kept, refusal);
        if (!document.isUntouched()) {
            outputs.toPages(document.head(), new PageInput.Abandoned(document.sequence()));
        }
        close(document);
    }

    private void close(OpenDocument document) {
        if (document.arrived().isEmpty()) {
            backlog.forget(document.sequence(), document.nextToEmit(), document.lineCount());
        }
        open.remove(document);
    }

    // What is kept of a document

    /** The document as the store keeps it, or is to keep it. */
    private PendingDocument stored(OpenDocument document) {
        return document.arrived()
                .map(value -> {
                    PendingDocument stored = head(document.head());
                    if (value.length <= Limits.STORED_VALUE_BYTES) {
                        stored.setValue(ByteBuffer.wrap(value));
                    } else if (document.text() == null) {
                        stored.setValue(ByteBuffer.wrap(value)); // it cannot be read yet
                    } else {
                        stored.setValueBytes(value.length);
                        stored.setDocument(ByteBuffer.wrap(StoreFormat.encoded(document.text())));
                    }
                    return stored;
                })
                .orElseGet(() -> backlog.document(document.sequence()));
    }

    /** What of a document stays in memory. */
    private static PendingDocument head(PendingDocument document) {
        PendingDocument head = PendingDocument.newBuilder(document).build();
        head.setValue(null);
        head.setDocument(null);
        return head;
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

    private Instant instant() {
        return Instant.ofEpochMilli(now());
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}
