package io.inkstream.ops.it;

import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.rpc.LineAnswer;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.plan.Plan;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Plans and draws documents in this thread with nothing between text and image: no topic, no store, no network, no batch.
 * What the pipeline draws must be the same bytes.
 */
final class ReferenceRenderer implements AutoCloseable {
    private static final int MAX_TEXT_BYTES = 1 << 20;

    private final Predictor predictor;
    private final OfflineArtist artist;
    private final Fleet fleet;

    /** One line: what the plan says of it, and its drawing. */
    record Line(LineImage plan, LineDrawing drawing) {
        /** The image, with the mark of one that arrived. */
        byte[] markedAs(LineImage arrived) {
            OutputFormat format = OutputFormat.of(plan.getProvenance());
            return format.withXmp(
                    LineAnswer.image(format, drawing, drawing.raster()),
                    OutputFormat.xmp(Lines.bytes(arrived.getPng())).orElseThrow());
        }
    }

    ReferenceRenderer(Cluster cluster, byte[] bundleFile) throws Exception {
        ModelBundle bundle = ModelBundle.parse(bundleFile, 64L << 20);
        predictor = OnnxPredictor.open(bundle, 1);
        artist = new OfflineArtist(predictor, ModelBundle.sha256(bundleFile), bundle.manifest());
        fleet = fleetOf(cluster, bundle.manifest().id().toString());
    }

    /** Draws all lines of a document. */
    List<Line> draw(String document, TextDocument text) {
        Plan plan = new Planner(MAX_TEXT_BYTES, false).plan(document, text, fleet, Instant.now());
        return plan.match(
                lines -> lines.lines().stream()
                        .map(planned -> new Line(image(planned.getImage()), drawing(planned.getRequest())))
                        .toList(),
                waits -> {
                    throw new AssertionError(waits.reason());
                },
                refused -> {
                    throw new AssertionError(refused.message());
                });
    }

    @Override
    public void close() {
        predictor.close();
    }

    private LineDrawing drawing(ByteBuffer bytes) {
        try {
            return artist.drawing(RenderLineRequest.parseFrom(bytes.duplicate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LineImage image(ByteBuffer bytes) {
        try {
            return LineImage.fromByteBuffer(bytes.duplicate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fleet fleetOf(Cluster cluster, String id) {
        ModelAnnouncement announced = TopicSnapshot.read(
                        cluster.topics().models(), cluster.settings().clientConfig())
                .get(id);
        FleetBook book = new FleetBook(Duration.ofDays(1));
        book.model(id, announced);
        book.status(
                "reference/" + id,
                ModelStatus.newBuilder()
                        .setServerId("reference")
                        .setModel(id)
                        .setSha256(announced.getSha256())
                        .setState(ModelState.READY)
                        .setReportedAt(Instant.now())
                        .build(),
                Instant.now());
        book.settle(Instant.now());
        return book.fleet(true);
    }
}
