package io.inkstream.topology.render;

import static io.inkstream.topology.InkstreamTopology.ASSEMBLE_PAGES;
import static io.inkstream.topology.InkstreamTopology.DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.LINES;
import static io.inkstream.topology.InkstreamTopology.RENDER_DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.InkstreamTopology.WRITE_LINES;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.DeadLetterReason;
import io.inkstream.schemas.Topics;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.InkBox;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.serde.UnknownSchemaException;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
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
    private final Supplier<Fleet> fleet;
    private final RenderClient client;
    private final Throttle throttle;
    private final Troubles troubles;
    private final RenderConfig config;
    private final MeterRegistry meters;

    private final TreeMap<Long, OpenDocument> open = new TreeMap<>();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private ProcessorContext<byte[], Object> context;
    private TopicPartition source;
    private Backlog backlog;
    private int openLines;
    private int registryFailures;
    private long registryDueMs;
    private long turn;

    /** An answer on its way from the client's thread to ours. */
    private record Arrival(OpenDocument document, int line, Answer answer) {}

    /**
     * For one task.
     *
     * @param fleet what is known of the models at the moment
     */
    public RenderProcessor(
            Topics topics,
            Planner planner,
            Supplier<Fleet> fleet,
            RenderClient client,
            Throttle throttle,
            Troubles troubles,
            RenderConfig config,
            MeterRegistry meters) {
        this.topics = topics;
        this.planner = planner;
        this.fleet = fleet;
        this.client = client;
        this.throttle = throttle;
        this.troubles = troubles;
        this.config = config;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> taskContext) {
        context = taskContext;
        source = new TopicPartition(topics.texts().name(), taskContext.taskId().partition());
        backlog = new Backlog(taskContext.getStateStore(DOCUMENTS), taskContext.getStateStore(LINES));
        backlog.forEach((sequence, stored) -> {
            OpenDocument document = new OpenDocument(sequence, stored, now());
            if (stored.getLines() >= 0) {
                planned(document, stored.getLines(), backlog.firstLine(sequence));
            }
            open.put(sequence, document);
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
        if (idOf(record.key()).isEmpty()) {
            deadLetter(
                    record.key(),
                    stored,
                    DeadLetterReason.UNREADABLE_RECORD,
                    "the key must be the document id, as UTF-8 text",
                    Optional.empty());
            return;
        }
        OpenDocument document = new OpenDocument(backlog.nextSequence(), stored, now());
        open.put(document.sequence(), document);
        if (!plan(document)) {
            backlog.keep(document.sequence(), stored);
        }
        send();
        balance();
    }

    @Override
    public void close() {
        throttle.release(source);
    }

    /** Does all that can be done now. */
    private void goOn() {
        if (open.isEmpty()) {
            return;
        }
        for (Arrival arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            take(arrival);
        }
        for (OpenDocument document : List.copyOf(open.values())) {
            if (!document.isPlanned() && document.isDue(now())) {
                plan(document);
            }
        }
        leaders().forEach(this::emit);
        send();
        balance();
    }

    private void take(Arrival arrival) {
        OpenDocument document = arrival.document();
        if (open.get(document.sequence()) != document) {
            return; // it became a dead letter meanwhile
        }
        int line = arrival.line();
        arrival.answer()
                .match(
                        drawn -> document.answered(line, drawn.response()),
                        refused -> refuse(
                                document,
                                DeadLetterReason.RENDER_REJECTED,
                                "line " + line + ": " + refused.message(),
                                Optional.empty()),
                        failed -> backOff(document, line));
    }

    private void backOff(OpenDocument document, int line) {
        int failures = document.failed(line);
        document.retryAt(now() + config.backoff().millisAfter(failures));
    }

    /** Tries to plan; returns whether the document is settled, and not to be kept as it is. */
    private boolean plan(OpenDocument document) {
        if (document.text() == null && !decode(document)) {
            return open.get(document.sequence()) != document;
        }
        String id = idOf(document.key().array()).orElseThrow();
        return planner.plan(id, document.text(), fleet.get(), Instant.ofEpochMilli(now()))
                .match(
                        lines -> {
                            backlog.keep(document.sequence(), document.stored(), lines.lines());
                            planned(document, lines.lines().size(), 0);
                            return true;
                        },
                        waits -> waits(document),
                        refused -> {
                            boolean mayBeEarly = refused.reason() == DeadLetterReason.UNKNOWN_MODEL
                                    && now()
                                            < document.openedAtMs()
                                                    + config.unknownModelGrace().toMillis();
                            if (mayBeEarly) {
                                return waits(document);
                            }
                            refuse(document, refused.reason(), refused.message(), Optional.empty());
                            return true;
                        });
    }

    private boolean waits(OpenDocument document) {
        document.retryAt(now() + PLAN_AGAIN_AFTER_MS);
        return false;
    }

    private boolean decode(OpenDocument document) {
        if (now() < registryDueMs) {
            document.retryAt(registryDueMs);
            return false;
        }
        ByteBuffer value = document.stored().getValue();
        try {
            TextDocument text = topics.texts()
                    .value()
                    .deserializer()
                    .deserialize(topics.texts().name(), value == null ? null : value.array());
            registryAnswered();
            if (text == null) {
                refuse(document, DeadLetterReason.UNREADABLE_RECORD, "the record has no value", Optional.empty());
                return false;
            }
            document.decoded(text);
            return true;
        } catch (UnknownSchemaException e) {
            refuse(document, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage(), Optional.of(e));
        } catch (RetriableException e) {
            registryFailed(e);
            document.retryAt(registryDueMs);
        } catch (RuntimeException e) {
            refuse(document, DeadLetterReason.UNREADABLE_RECORD, e.getMessage(), Optional.of(e));
        }
        return false;
    }

    private void planned(OpenDocument document, int lines, int firstLine) {
        RenderLineRequest request = request(backlog.line(document.sequence(), firstLine));
        int pixels = request.getLineHeightPx() * request.getLineWidthPx();
        document.planned(lines, firstLine, Math.max(1, Math.min(config.maxLinesAhead(), PIXELS_AHEAD / pixels)));
        openLines += document.linesLeft();
    }

    /** The documents whose turn it is: of those with the same id, the first. */
    private Collection<OpenDocument> leaders() {
        Set<ByteBuffer> ids = new HashSet<>();
        List<OpenDocument> leaders = new ArrayList<>(open.size());
        for (OpenDocument document : open.values()) {
            if (ids.add(document.key())) {
                leaders.add(document);
            }
        }
        return leaders;
    }

    /** Sends a line of each document in its turn until nothing is left to send or the client is full. */
    private void send() {
        List<OpenDocument> ready = new ArrayList<>(leaders());
        ready.removeIf(document -> !document.hasLineToSend(now()));
        while (!ready.isEmpty()) {
            int next = (int) (turn++ % ready.size());
            OpenDocument document = ready.get(next);
            int line = document.lineToSend();
            boolean sent = client.tryRender(
                    request(backlog.line(document.sequence(), line)),
                    answer -> arrivals.add(new Arrival(document, line, answer)));
            if (!sent) {
                return;
            }
            document.sent(line);
            if (!document.hasLineToSend(now())) {
                ready.remove(next);
            }
        }
    }

    private void emit(OpenDocument document) {
        while (now() >= registryDueMs && !document.isFinished() && document.nextAnswer() != null) {
            int line = document.nextToEmit();
            PlannedLine planned = backlog.line(document.sequence(), line);
            Optional<LineImage> image = finished(planned, document.nextAnswer());
            if (image.isEmpty()) {
                document.takeBack();
                backOff(document, line);
                troubles.raise("model-server", "it answered a line with another version or other boxes than asked for");
                break;
            }
            byte[] bytes;
            try {
                bytes = topics.lines()
                        .value()
                        .serializer()
                        .serialize(topics.lines().name(), image.get());
            } catch (RuntimeException e) {
                registryFailed(e); // nothing here is wrong with the document
                break;
            }
            registryAnswered();
            byte[] key = document.key().array();
            long timestamp = document.stored().getTimestamp();
            context.forward(new Record<>(key, bytes, timestamp), WRITE_LINES);
            if (planned.getPage() != null) {
                forwardToPages(document, new PageInput.PlacedLine(document.sequence(), planned.getPage(), image.get()));
            }
            backlog.emitted(document.sequence(), line);
            document.emitted();
            openLines--;
            meters.counter("inkstream.lines").increment();
        }
        if (document.isFinished()) {
            close(document);
        }
    }

    /** Puts plan and answer together; empty if the answer is not to what was asked. */
    private static Optional<LineImage> finished(PlannedLine planned, RenderLineResponse response) {
        LineImage image = image(planned);
        List<GlyphBox> glyphs = image.getGlyphs();
        Provenance provenance = image.getProvenance();
        if (response.getBoxesCount() != glyphs.size()
                || !response.getModelSha256().equals(provenance.getModelSha256())) {
            return Optional.empty();
        }
        for (int i = 0; i < glyphs.size(); i++) {
            InkBox box = response.getBoxes(i);
            GlyphBox glyph = glyphs.get(i);
            glyph.setLeft(box.getLeft());
            glyph.setTop(box.getTop());
            glyph.setWidth(box.getWidth());
            glyph.setHeight(box.getHeight());
        }
        provenance.setPredictor(response.getPredictor());
        provenance.setCpuFamily(response.getCpuFamily());
        provenance.setCodeVersion(response.getCodeVersion());
        image.setPng(response.getImage().asReadOnlyByteBuffer());
        image.setWidthPx(response.getWidthPx());
        image.setHeightPx(response.getHeightPx());
        image.setBaselinePx(response.getBaselinePx());
        return Optional.of(image);
    }

    private void refuse(OpenDocument document, DeadLetterReason reason, String message, Optional<Throwable> cause) {
        deadLetter(document.key().array(), document.stored(), reason, message, cause);
        if (document.isPlanned()) {
            forwardToPages(document, new PageInput.Abandoned(document.sequence()));
        }
        close(document);
    }

    private void close(OpenDocument document) {
        backlog.forget(document.sequence(), document.nextToEmit(), document.lineCount());
        openLines -= document.linesLeft();
        open.remove(document.sequence());
    }

    private void deadLetter(
            byte[] key, PendingDocument stored, DeadLetterReason reason, String message, Optional<Throwable> cause) {
        ByteBuffer value = stored.getValue();
        context.forward(
                DeadLetter.of(
                        key,
                        value == null ? null : value.array(),
                        stored,
                        RENDER_DOCUMENTS,
                        reason,
                        String.valueOf(message),
                        cause),
                WRITE_DEAD_LETTERS);
        meters.counter("inkstream.dead.letters", "reason", reason.name()).increment();
    }

    private void forwardToPages(OpenDocument document, PageInput input) {
        context.forward(
                new Record<byte[], Object>(
                        document.key().array(), input, document.stored().getTimestamp()),
                ASSEMBLE_PAGES);
    }

    private void balance() {
        if (open.size() >= config.maxOpenDocuments() || openLines >= config.maxOpenLines()) {
            throttle.hold(source);
        } else {
            throttle.release(source);
        }
    }

    private void registryFailed(RuntimeException cause) {
        registryDueMs = now() + config.backoff().millisAfter(++registryFailures);
        troubles.raise("schema-registry", String.valueOf(cause.getMessage()));
    }

    private void registryAnswered() {
        registryFailures = 0;
        troubles.clear("schema-registry");
    }

    private static Optional<String> idOf(byte[] key) {
        if (key == null || key.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static RenderLineRequest request(PlannedLine line) {
        try {
            return RenderLineRequest.parseFrom(line.getRequest());
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LineImage image(PlannedLine line) {
        try {
            return LineImage.fromByteBuffer(line.getImage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long now() {
        return context.currentSystemTimeMs();
    }
}
