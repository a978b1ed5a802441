package io.inkstream.topology.render;

import io.inkstream.schemas.Limits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which documents of one task do not get on, and for what they wait: they may do so for ever, but not unsaid. */
final class LongWaits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LongWaits.class);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long LOOK_EVERY_MS = 1_000;

    private final TopicPartition source;
    private final MeterRegistry meters;
    private final Gauge gauge;
    private volatile int found;
    private long lookAtMs;

    LongWaits(TopicPartition source, MeterRegistry meters) {
        this.source = source;
        this.meters = meters;
        gauge = Gauge.builder("inkstream.documents.long.wait", () -> found)
                .tag("partition", Integer.toString(source.partition()))
                .register(meters);
    }

    /** Looks, once a second. */
    void look(OpenDocuments open, long nowMs) {
        if (nowMs < lookAtMs) {
            return;
        }
        lookAtMs = nowMs + LOOK_EVERY_MS;
        int count = 0;
        for (OpenDocument document : open.all()) {
            Optional<String> reason = document.waits().since(LONG, nowMs);
            if (reason.isPresent()) {
                count++;
                if (document.waits().isToBeSaid()) {
                    LOG.warn(
                            "Document {} of {} at offset {} has made no progress for {} s: {}",
                            Limits.cut(document.id(), Limits.QUOTED_CHARS),
                            source,
                            document.head().getOffset(),
                            LONG.toSeconds(),
                            reason.get());
                }
            }
        }
        found = count;
    }

    @Override
    public void close() {
        meters.remove(gauge);
    }
}
