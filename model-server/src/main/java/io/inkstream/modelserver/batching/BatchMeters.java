package io.inkstream.modelserver.batching;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the batchers of one kind of job do; several batchers may share it. Thread-safe. */
public final class BatchMeters {
    private final Timer wait;
    private final DistributionSummary size;
    private final AtomicInteger queued = new AtomicInteger();
    private final Map<Class<?>, Counter> outcomes = new HashMap<>();

    /**
     * Registers the meters.
     *
     * @param jobs what the jobs are; the tag {@code jobs}
     */
    public BatchMeters(MeterRegistry registry, String jobs) {
        wait = Timer.builder("inkstream.model.server.batch.wait")
                .description("Time that a job waited for its batch")
                .tag("jobs", jobs)
                .register(registry);
        size = DistributionSummary.builder("inkstream.model.server.batch.size")
                .description("Jobs that ran together")
                .baseUnit("jobs")
                .tag("jobs", jobs)
                .register(registry);
        Gauge.builder("inkstream.model.server.batch.queue", queued, AtomicInteger::get)
                .description("Jobs that wait for a batch")
                .baseUnit("jobs")
                .tag("jobs", jobs)
                .strongReference(true)
                .register(registry);
        for (Class<?> outcome : Outcome.class.getPermittedSubclasses()) {
            Counter counter = Counter.builder("inkstream.model.server.batch.outcomes")
                    .description("Jobs by how they ended")
                    .baseUnit("jobs")
                    .tag("jobs", jobs)
                    .tag("status", outcome.getSimpleName().toLowerCase(Locale.ROOT))
                    .register(registry);
            outcomes.put(outcome, counter);
        }
    }

    void queued(int change) {
        queued.addAndGet(change);
    }

    void waited(long nanos) {
        wait.record(nanos, NANOSECONDS);
    }

    void ran(int jobs) {
        size.record(jobs);
    }

    void ended(Outcome<?> outcome) {
        outcomes.get(outcome.getClass()).increment();
    }
}
