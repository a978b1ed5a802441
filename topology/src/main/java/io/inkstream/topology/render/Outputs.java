package io.inkstream.topology.render;

import static io.inkstream.topology.InkstreamTopology.ASSEMBLE_PAGES;
import static io.inkstream.topology.InkstreamTopology.RENDER_DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.InkstreamTopology.WRITE_LINES;
import static io.inkstream.topology.InkstreamTopology.WRITE_SHADOW_REPORTS;

import io.inkstream.schemas.DeadLetterReason;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.shadow.Shadows;
import io.inkstream.topology.state.PendingDocument;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards what one task puts out, each kind to its node, and counts it. */
final class Outputs {
    private final ProcessorContext<byte[], Object> context;
    private final MeterRegistry meters;

    Outputs(ProcessorContext<byte[], Object> context, MeterRegistry meters) {
        this.context = context;
        this.meters = meters;
    }

    void line(PendingDocument document, byte[] image) {
        forward(document, image, WRITE_LINES);
        meters.counter("inkstream.lines").increment();
    }

    void toPages(PendingDocument document, PageInput input) {
        forward(document, input, ASSEMBLE_PAGES);
    }

    void shadowReport(Shadows.Report report) {
        context.forward(new Record<>(report.key(), report.value(), report.timestampMs()), WRITE_SHADOW_REPORTS);
    }

    /**
     * Writes a dead letter.
     *
     * @param key as it came, may be null
     */
    void deadLetter(
            byte[] key, PendingDocument document, DeadLetterReason reason, String message, Optional<Throwable> cause) {
        ByteBuffer value = document.getValue();
        byte[] bytes = value == null ? null : value.array();
        context.forward(
                DeadLetter.of(key, bytes, document, RENDER_DOCUMENTS, reason, String.valueOf(message), cause),
                WRITE_DEAD_LETTERS);
        meters.counter("inkstream.dead.letters", "reason", reason.name()).increment();
    }

    private void forward(PendingDocument document, Object value, String node) {
        context.forward(new Record<>(document.getKey().array(), value, document.getTimestamp()), node);
    }
}
