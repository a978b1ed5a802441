package io.inkstream.topology.render;

import static io.inkstream.topology.flow.NodeNames.ASSEMBLE_PAGES;
import static io.inkstream.topology.flow.NodeNames.RENDER_DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.flow.NodeNames.WRITE_LINES;
import static io.inkstream.topology.flow.NodeNames.WRITE_SHADOW_REPORTS;

import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.shadow.Shadows;
import io.inkstream.topology.state.PendingDocument;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards the output records of one task, each kind to its node, and counts them.
 *
 * <p>Every record carries the time at which it is emitted, and the headers that its text hands on ({@link HandedOn}): the
 * retention of an output topic counts from the drawing, however old the text is.
 */
final class Outputs {
    private final ProcessorContext<byte[], Object> context;
    private final Topics topics;
    private final RecordLimits limits;
    private final MeterRegistry meters;

    Outputs(ProcessorContext<byte[], Object> context, Topics topics, RecordLimits limits, MeterRegistry meters) {
        this.context = context;
        this.topics = topics;
        this.limits = limits;
        this.meters = meters;
    }

    /** Whether the topic of lines takes a line of so many bytes. */
    boolean takesLine(PendingDocument document, long imageBytes) {
        return imageBytes <= largestLine() - RecordLimits.size(record(document, new byte[0]));
    }

    /** Largest record that the topic of lines takes. */
    int largestLine() {
        return limits.maxBytes().applyAsInt(topics.lines().name());
    }

    void line(PendingDocument document, byte[] image) {
        context.forward(record(document, image), WRITE_LINES);
        meters.counter("inkstream.lines").increment();
    }

    void toPages(PendingDocument document, PageInput input) {
        context.forward(record(document, input), ASSEMBLE_PAGES);
    }

    /** Writes a report, if its topic takes it: what is best effort must not stop the rest. */
    void shadowReport(Shadows.Report report) {
        Record<byte[], byte[]> record = new Record<>(report.key(), report.value(), report.timestampMs());
        if (limits.fits(topics.shadowReports().name(), record)) {
            context.forward(record, WRITE_SHADOW_REPORTS);
        } else {
            meters.counter("inkstream.shadow.lines", "outcome", "too_large").increment();
        }
    }

    /**
     * Writes a dead letter.
     *
     * @param key as it came, may be null
     * @param value as it came, may be null; null too where it is not kept
     */
    void deadLetter(byte[] key, byte[] value, PendingDocument document, Refusal refusal) {
        Record<byte[], byte[]> letter = DeadLetter.of(
                key,
                value,
                document,
                RENDER_DOCUMENTS,
                refusal,
                context.currentSystemTimeMs(),
                topics.deadLetters().name(),
                limits);
        context.forward(letter, WRITE_DEAD_LETTERS);
        meters.counter("inkstream.dead.letters", "reason", refusal.reason().name())
                .increment();
    }

    private <V> Record<byte[], V> record(PendingDocument document, V value) {
        return new Record<>(
                document.getKey().array(),
                value,
                context.currentSystemTimeMs(),
                HandedOn.headers(document.getHeaders()));
    }
}
