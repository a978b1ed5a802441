package io.inkstream.ops.it;

import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.hand.GlyphLatent;
import io.inkstream.modelserver.hand.GlyphModel;
import io.inkstream.modelserver.hand.HandCache;
import io.inkstream.modelserver.hand.LineRenderer;
import io.inkstream.modelserver.hand.LineRequest;
import io.inkstream.modelserver.hand.Variation;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
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
import java.util.ArrayList;
import java.util.List;

/**
 * Draws documents in this thread with nothing between text and image: no topic, no store, no network, no batch, one
 * glyph after the other. What the pipeline draws must be the same bytes.
 */
final class ReferenceRenderer implements AutoCloseable {
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final long CACHE_BYTES = 64L << 20;
    /** The server's default; part of every drawing. */
    private static final int VARIANTS = 12;

    private final Predictor predictor;
    private final DrawingModel model;
    private final Fleet fleet;
    private final LineRenderer renderer = new LineRenderer(new HandCache(CACHE_BYTES), VARIANTS);

    /** One line: what the plan says of it, and its drawing. */
    record Line(LineImage plan, LineDrawing drawing) {
        byte[] png() {
            return drawing.raster().image().toPng();
        }
    }

    ReferenceRenderer(Cluster cluster, byte[] bundleFile) throws Exception {
        ModelBundle bundle = ModelBundle.parse(bundleFile, 64L << 20);
        predictor = OnnxPredictor.open(bundle, 1);
        model = new DrawingModel(ModelBundle.sha256(bundleFile), bundle.manifest(), new OneByOne(predictor));
        fleet = fleetOf(cluster, bundle.manifest().id().toString());
    }

    /** Draws all lines of a document. */
    List<Line> draw(String document, TextDocument text) {
        Plan plan = new Planner(MAX_TEXT_BYTES).plan(document, text, fleet, Instant.now());
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
        RenderLineRequest request;
        try {
            request = RenderLineRequest.parseFrom(bytes.duplicate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Variation variation =
                switch (request.getVariation()) {
                    case FRESH -> Variation.FRESH;
                    default -> Variation.HAND;
                };
        return renderer.render(
                model,
                new LineRequest(
                        request.getStyle(),
                        request.getSeed(),
                        request.getLineIndex(),
                        request.getGlyphsList().stream().mapToInt(i -> i).toArray(),
                        new LineFormat(request.getLineHeightPx(), request.getLineWidthPx(), request.getMaxOverlap()),
                        variation));
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
        return book.fleet(true, Instant.now());
    }

    private record OneByOne(Predictor predictor) implements GlyphModel {
        @Override
        public float[][] draw(List<GlyphLatent> latents) {
            List<float[]> inks = new ArrayList<>();
            for (GlyphLatent latent : latents) {
                inks.add(predictor
                        .draw(new float[][] {latent.style()}, new float[][] {latent.noise()}, new int[] {
                            latent.classIndex()
                        })[0]);
            }
            return inks.toArray(float[][]::new);
        }

        @Override
        public float[][] read(List<float[]> inks) {
            return inks.stream()
                    .map(ink -> predictor.read(new float[][] {ink})[0])
                    .toArray(float[][]::new);
        }
    }
}
