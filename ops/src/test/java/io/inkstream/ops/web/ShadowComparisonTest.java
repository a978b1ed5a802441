package io.inkstream.ops.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.avro.ShadowReport;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest {
    private static final Offset<Double> EXACT = within(1e-12);

    private final ShadowComparison comparison = new ShadowComparison();

    @Test
    void aFigureThatAReportLacksCountsForNothing() {
        comparison.take(report().setPixelDifference(0.2).setReadCorrectly(0.5).build());
        comparison.take(report().setReadCorrectly(1.0).build());
        comparison.take(
                report().setFailure("INTERNAL: no").setShadowLatencyMs(900).build());
        comparison.take(report().setPixelDifference(0.4).build());

        ObjectNode said = said();
        assertThat(said.path("lines").asInt()).isEqualTo(4);
        assertThat(said.path("failures").asInt()).isEqualTo(1);
        assertThat(said.path("lastFailure").asText()).isEqualTo("INTERNAL: no");
        assertThat(said.path("difference").asDouble()).isCloseTo(0.3, EXACT);
        assertThat(said.path("readCorrectly").asDouble()).isCloseTo(0.75, EXACT);
        assertThat(said.path("shadowReadCorrectly").isNull()).isTrue();
        assertThat(said.path("latencyMs").asDouble()).isCloseTo(4, EXACT);
        assertThat(said.path("shadowLatencyMs").asDouble()).isCloseTo(6, EXACT);
    }

    @Test
    void whereAllFailNothingIsCompared() {
        comparison.take(report().setFailure("NOT_FOUND: no").build());

        ObjectNode said = said();
        assertThat(said.path("difference").isNull()).isTrue();
        assertThat(said.path("shadowLatencyMs").isNull()).isTrue();
    }

    private ObjectNode said() {
        ObjectNode said = Json.object();
        comparison.describe(said);
        return said;
    }

    private static ShadowReport.Builder report() {
        return ShadowReport.newBuilder()
                .setIndex(0)
                .setModel("base:1")
                .setShadow("base:2")
                .setPolicyRevision("r1")
                .setLatencyMs(4)
                .setShadowLatencyMs(6)
                .setAt(Instant.EPOCH);
    }
}
