package io.inkstream.topology.render;

import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.client.RenderClient;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * What the tasks of a process share.
 *
 * @param watch gives the fleet, and receives the results of candidates
 * @param client requests the lines of documents
 * @param limits of the output topics
 * @param textsId asks the broker for the id of the topic of texts
 */
public record RenderParts(
        Topics topics,
        Planner planner,
        CandidateWatch watch,
        RoutedDocuments routed,
        RenderClient client,
        Shadows shadows,
        Throttle throttle,
        Troubles troubles,
        RenderConfig config,
        RecordLimits limits,
        Supplier<String> textsId,
        MeterRegistry meters) {}
