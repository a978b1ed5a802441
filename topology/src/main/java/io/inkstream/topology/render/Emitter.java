package io.inkstream.topology.render;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.mark.ImageMark;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.pages.PageProcessor;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/**
 * Puts out the lines of documents that are drawn, in order, and deletes them from the store in the same transaction. For one
 * thread.
 */
final class Emitter {
    /** About how much of a long document is emitted at a time, to bound the transaction. */
    private static final long EMITTED_BYTES = 8 << 20;

    private final Topics topics;
    private final Outputs outputs;
    private final Backlog backlog;
    private final RegistryWait registry;
    private final ShadowQueue shadows;
    private final Function<Drawing, Optional<Version>> shadow;
    private final boolean areMarked;

    /** The registry does not let an output be written now. */
    private static final class RegistryException extends Exception {
        private static final long serialVersionUID = 1;

        RegistryException(KafkaException cause) {
            super(cause);
        }
    }

    /** A line that is ready to be emitted. */
    private record Ready(PlannedLine planned, Answer.Drawn drawn, LineImage image, byte[] bytes) {}

    /**
     * For one task.
     *
     * @param shadow says which version, if any, draws a document's lines once more to be compared
     * @param areMarked whether images say that a machine drew them, and how
     */
    Emitter(
            Topics topics,
            Outputs outputs,
            Backlog backlog,
            RegistryWait registry,
            ShadowQueue shadows,
            Function<Drawing, Optional<Version>> shadow,
            boolean areMarked) {
        this.topics = topics;
        this.outputs = outputs;
        this.backlog = backlog;
        this.registry = registry;
        this.shadows = shadows;
        this.shadow = shadow;
        this.areMarked = areMarked;
    }

    /**
     * Puts out what is ready of a document whose lines are all drawn.
     *
     * @return why nothing of it ever is, if its topic would not take one of its lines
     */
    Optional<Refusal> emit(Drawing drawing, long nowMs) {
        if (!drawing.isDrawn()
                || !registry.isOver(topics.lines().name(), nowMs)
                || (drawing.hasPages() && !registry.isOver(topics.pages().name(), nowMs))) {
            return Optional.empty();
        }
        try {
            if (!drawing.isAdmitted()) {
                Optional<Refusal> tooLarge = tooLarge(drawing, nowMs);
                if (tooLarge.isPresent()) {
                    return tooLarge;
                }
                drawing.admitted();
            }
            ready(drawing, nowMs).forEach(line -> emit(drawing, line));
        } catch (RegistryException e) {
            drawing.waits().with(RegistryWait.REASON); // nothing here is wrong with the document
        }
        return Optional.empty();
    }

    private void emit(Drawing drawing, Ready line) {
        PendingDocument head = drawing.head();
        outputs.line(head, line.bytes());
        if (line.planned().getPage() != null) {
            outputs.toPages(
                    head,
                    new PageInput.PlacedLine(drawing.sequence(), line.planned().getPage(), line.image()));
        }
        shadow.apply(drawing).ifPresent(version -> shadows.add(drawing.id(), line.image(), line.drawn(), version));
        backlog.emitted(drawing.sequence(), drawing.nextToEmit());
        drawing.emitted();
    }

    /** The next lines to emit: all of a short document, so that one transaction has it whole. */
    private List<Ready> ready(Drawing drawing, long nowMs) throws RegistryException {
        List<Ready> ready = new ArrayList<>();
        long bytes = 0;
        for (int i = drawing.nextToEmit();
                i < drawing.lineCount() && (!drawing.held().isSpilled() || bytes < EMITTED_BYTES);
                i++) {
            Ready line = ready(drawing, i, nowMs);
            bytes += line.bytes().length;
            ready.add(line);
        }
        if (drawing.hasPages()) {
            // Page assembly cannot wait: its schema must be known before its lines come.
            byte[] ignored = serialized(
                    topics.pages(), PageProcessor.blank(ready.get(0).image().getProvenance()), nowMs);
        }
        return ready;
    }

    private Ready ready(Drawing drawing, int line, long nowMs) throws RegistryException {
        PlannedLine planned = backlog.line(drawing.sequence(), line);
        Answer.Drawn drawn =
                drawing.held().of(line).or(() -> Backlog.answer(planned)).orElseThrow();
        LineImage image = PlannedLines.drawn(planned, drawn.response(), areMarked);
        return new Ready(planned, drawn, image, serialized(topics.lines(), image, nowMs));
    }

    private <V> byte[] serialized(Topic<String, V> topic, V value, long nowMs) throws RegistryException {
        try {
            byte[] bytes = topic.value().serializer().serialize(topic.name(), value);
            registry.answered(topic.name());
            return bytes;
        } catch (KafkaException e) {
            registry.failed(topic.name(), e, nowMs);
            throw new RegistryException(e);
        }
    }

    /** Why a document is not emitted at all, if its topic would not take one of its lines. */
    private Optional<Refusal> tooLarge(Drawing drawing, long nowMs) throws RegistryException {
        long largest = drawing.largestLine();
        if (drawing.nextToEmit() > 0
                || (outputs.takesLine(drawing.head(), largest)
                        && (!areMarked || outputs.takesLine(drawing.head(), largest + ImageMark.most(largest))))) {
            return Optional.empty();
        }
        for (int i = 0; i < drawing.lineCount(); i++) { // that was an estimate
            int bytes = ready(drawing, i, nowMs).bytes().length;
            if (!outputs.takesLine(drawing.head(), bytes)) {
                return Optional.of(new Refusal(
                        DeadLetterReason.OUTPUT_TOO_LARGE,
                        "line " + i + " has " + bytes + " bytes, more than topic "
                                + topics.lines().name() + " accepts with its max.message.bytes of "
                                + outputs.largestLine()));
            }
        }
        return Optional.empty();
    }
}
