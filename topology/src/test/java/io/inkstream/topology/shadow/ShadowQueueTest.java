package io.inkstream.topology.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.routing.Version;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ShadowQueueTest {
    private static final Version SHADOW = Version.of(Models.announcement("base:2", Models.NOW));
    private static final LineImage IMAGE = new LineImage(
            0,
            1,
            "a",
            ByteBuffer.allocate(0),
            0,
            0,
            0.0,
            List.of(new GlyphBox("a", 0, 0, 0, 0, 0, false, null)),
            List.of(),
            new Provenance("base:1", "", "", "", "natural", 7L, "r1", "", Models.layout()),
            "image/png",
            null,
            List.of());
    private static final RenderLineRequest REQUEST = LineRequests.of(IMAGE, SHADOW);
    private static final RenderLineResponse RESPONSE = FakeDrawing.response(REQUEST);

    private final FakeRenderClient client = new FakeRenderClient();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<Shadows.Report> reports = new ArrayList<>();

    @Test
    void linesWaitWhileTheShadowIsBusyAndWhatIsTooMuchIsDropped() {
        ShadowQueue queue =
                new ShadowQueue(shadows(Runnable::run), 3 * RESPONSE.getImage().size());
        client.limitTo(1);
        for (int i = 0; i < 5; i++) {
            queue.add("doc", IMAGE, new Answer.Drawn(RESPONSE, 1), SHADOW);
        }
        assertThat(outcomes("dropped")).isEqualTo(2);

        for (int i = 0; i < 3; i++) {
            queue.compare();
            assertThat(client.waiting()).hasSize(1);
            client.draw(0);
        }
        queue.compare();
        assertThat(client.waiting()).isEmpty();
        queue.drainReports(reports::add);
        assertThat(reports).hasSize(3);

        queue.add("doc", IMAGE, new Answer.Drawn(RESPONSE, 1), SHADOW);
        assertThat(outcomes("dropped")).isEqualTo(2);
    }

    @Test
    void whatTheExecutorDoesNotTakeIsDropped() {
        ShadowQueue queue = new ShadowQueue(shadows(task -> {
            throw new RejectedExecutionException("full");
        }));
        queue.add("doc", IMAGE, new Answer.Drawn(RESPONSE, 1), SHADOW);
        queue.compare();
        client.draw(0);
        queue.drainReports(reports::add);

        assertThat(reports).isEmpty();
        assertThat(outcomes("dropped")).isEqualTo(1);
    }

    @Test
    void withTheRegistryAwayTheFiguresAreKeptAndTheReportIsLost() {
        Topics topics = new Topics(
                "t.",
                Map.of(
                        "schema.registry.url",
                        "http://127.0.0.1:1",
                        "max.retries",
                        "0",
                        "http.connect.timeout.ms",
                        "50"));
        ShadowQueue queue =
                new ShadowQueue(new Shadows(topics.shadowReports(), client, Runnable::run, () -> Models.NOW, meters));
        queue.add("doc", IMAGE, new Answer.Drawn(RESPONSE, 1), SHADOW);
        queue.compare();
        client.draw(0);
        queue.drainReports(reports::add);

        assertThat(reports).isEmpty();
        assertThat(outcomes("unreported")).isEqualTo(1);
        assertThat(meters.get("inkstream.shadow.pixel.difference").summary().count())
                .isOne();
    }

    private Shadows shadows(Executor executor) {
        Topics topics = new Topics("t.", Map.of("schema.registry.url", "mock://" + UUID.randomUUID()));
        return new Shadows(topics.shadowReports(), client, executor, () -> Models.NOW, meters);
    }

    private double outcomes(String outcome) {
        return meters.counter("inkstream.shadow.lines", "outcome", outcome).count();
    }
}
