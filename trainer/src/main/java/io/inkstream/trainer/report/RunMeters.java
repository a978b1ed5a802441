package io.inkstream.trainer.report;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows the latest figures of a run as gauges: {@code inkstream.training.step}, {@code inkstream.training.event.time}
 * (seconds since 1970, to alert on a run that stands still) and {@code inkstream.training.figure} by stage and figure.
 */
public final class RunMeters implements TrainingListener {
    private final MeterRegistry registry;
    private final Map<String, Latest> figures = new ConcurrentHashMap<>();
    private final Latest step = new Latest();
    private final Latest time = new Latest();

    public RunMeters(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
        Gauge.builder("inkstream.training.step", step, Latest::value)
                .description("Optimiser steps taken.")
                .register(registry);
        Gauge.builder("inkstream.training.event.time", time, Latest::value)
                .description("Time of the last event of the run.")
                .baseUnit("seconds")
                .register(registry);
    }

    @Override
    public void on(TrainingEvent event) {
        step.value = event.getStep();
        time.value = event.getAt().toEpochMilli() / 1e3;
        event.getFigures()
                .forEach((name, value) ->
                        figures.computeIfAbsent(event.getStage() + "/" + name, key -> register(event.getStage(), name))
                                .value = value);
    }

    private Latest register(String stage, String figure) {
        Latest latest = new Latest();
        Gauge.builder("inkstream.training.figure", latest, Latest::value)
                .description("Latest value of a figure of the training.")
                .tag("stage", stage)
                .tag("figure", figure)
                .register(registry);
        return latest;
    }

    private static final class Latest {
        private volatile double value;

        double value() {
            return value;
        }
    }
}
