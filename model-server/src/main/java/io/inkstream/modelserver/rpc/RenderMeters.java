package io.inkstream.modelserver.rpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts lines and what becomes of them. Thread-safe. */
public final class RenderMeters {
    private final Map<Status.Code, Timer> answers = new EnumMap<>(Status.Code.class);
    private final Timer wait;
    private final Counter glyphs;
    private final DistributionSummary imageBytes;

    /** Registers the meters. */
    public RenderMeters(MeterRegistry registry, LineWorkers workers) {
        for (Status.Code code : Status.Code.values()) {
            answers.put(
                    code,
                    Timer.builder("inkstream.model.server.lines")
                            .description("Time from admission of a line to its answer")
                            .tag("status", code.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(
                                    Duration.ofMillis(5),
                                    Duration.ofMillis(20),
                                    Duration.ofMillis(100),
                                    Duration.ofMillis(500),
                                    Duration.ofSeconds(2))
                            .register(registry));
        }
        wait = Timer.builder("inkstream.model.server.line.wait")
                .description("Time that a line waited to be drawn")
                .register(registry);
        glyphs = Counter.builder("inkstream.model.server.glyphs")
                .description("Glyphs on drawn lines")
                .baseUnit("glyphs")
                .register(registry);
        imageBytes = DistributionSummary.builder("inkstream.model.server.image")
                .description("Size of line images")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("inkstream.model.server.lines.pending", workers, LineWorkers::pending)
                .description("Lines in the queue")
                .baseUnit("lines")
                .register(registry);
        Gauge.builder("inkstream.model.server.lines.in.work", workers, LineWorkers::inWork)
                .description("Lines being drawn")
                .baseUnit("lines")
                .register(registry);
    }

    void waited(long nanos) {
        wait.record(nanos, NANOSECONDS);
    }

    void drawn(int glyphCount, int bytes) {
        glyphs.increment(glyphCount);
        imageBytes.record(bytes);
    }

    void answered(Status.Code code, long nanos) {
        answers.get(code).record(nanos, NANOSECONDS);
    }
}
