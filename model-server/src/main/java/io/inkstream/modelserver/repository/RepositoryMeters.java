package io.inkstream.modelserver.repository;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.inkstream.schemas.ModelId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts versions by state and says how long they take to become READY and what they measured then. Thread-safe. */
public final class RepositoryMeters {
    /** Versions whose figures are shown: those that became READY last. */
    private static final int MOST_SHOWN = 16;

    private final Map<VersionState, AtomicLong> versions = new EnumMap<>(VersionState.class);
    private final Map<VersionState, Timer> stages = new EnumMap<>(VersionState.class);
    private final Timer load;
    private final Counter rejected;
    private final AtomicLong residentBytes = new AtomicLong();
    private final AtomicLong residentModels = new AtomicLong();
    private final MultiGauge figures;
    // Guarded by this:
    private final Map<ModelId, CanaryReport> shown = new LinkedHashMap<>();

    /** Registers the meters. */
    public RepositoryMeters(MeterRegistry registry) {
        for (VersionState state : VersionState.values()) {
            if (state != VersionState.UNLOADED) {
                AtomicLong count = new AtomicLong();
                versions.put(state, count);
                Gauge.builder("inkstream.model.server.versions", count, AtomicLong::get)
                        .description("Announced versions by state")
                        .tag("state", name(state))
                        .register(registry);
            }
        }
        for (VersionState stage :
                List.of(VersionState.DOWNLOADING, VersionState.VERIFYING, VersionState.WARMING, VersionState.CANARY)) {
            stages.put(
                    stage,
                    Timer.builder("inkstream.model.server.load.stage")
                            .description("Time that versions spent in each state before READY or REJECTED")
                            .tag("stage", name(stage))
                            .register(registry));
        }
        load = Timer.builder("inkstream.model.server.load")
                .description("Time from a version's announcement to READY")
                .serviceLevelObjectives(
                        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5))
                .register(registry);
        rejected = Counter.builder("inkstream.model.server.versions.rejected")
                .description("Versions that were rejected")
                .register(registry);
        Gauge.builder("inkstream.model.server.resident", residentBytes, AtomicLong::get)
                .description("Size of the network files of loaded versions")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("inkstream.model.server.resident.models", residentModels, AtomicLong::get)
                .description("Loaded versions")
                .register(registry);
        figures = MultiGauge.builder("inkstream.model.server.canary")
                .description("Figures of the quality gate, as on topic model-status")
                .register(registry);
    }

    void began() {
        versions.get(VersionState.ANNOUNCED).incrementAndGet();
    }

    void moved(VersionState from, VersionState to, long nanosInFrom) {
        versions.get(from).decrementAndGet();
        if (to != VersionState.UNLOADED) {
            versions.get(to).incrementAndGet();
        }
        if (to == VersionState.REJECTED) {
            rejected.increment();
        }
        Timer stage = stages.get(from);
        if (stage != null && to != VersionState.UNLOADED) {
            stage.record(nanosInFrom, NANOSECONDS);
        }
    }

    synchronized void ready(ModelId id, CanaryReport canary, long nanosSinceAnnounced) {
        load.record(nanosSinceAnnounced, NANOSECONDS);
        shown.remove(id);
        shown.put(id, canary);
        if (shown.size() > MOST_SHOWN) {
            shown.remove(shown.keySet().iterator().next());
        }
        showFigures();
    }

    synchronized void gone(ModelId id) {
        if (shown.remove(id) != null) {
            showFigures();
        }
    }

    void resident(int models, long bytes) {
        residentModels.set(models);
        residentBytes.set(bytes);
    }

    private void showFigures() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        shown.forEach((id, canary) -> canary.figures()
                .forEach((figure, value) ->
                        rows.add(MultiGauge.Row.of(Tags.of("model", id.toString(), "figure", figure), value))));
        figures.register(rows, true);
    }

    private static String name(VersionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
