package io.inkstream.ops.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.CpuFamily;
import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.rpc.LineAnswer;
import io.inkstream.modelserver.rpc.RenderService;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.plan.DrawnImage;
import io.inkstream.topology.plan.Plan;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import io.inkstream.trainer.publish.Announceable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans and draws documents as the pipeline does, with no topic, store or network in between: the same lines, the same bytes.
 * For one thread; the predictor stays the caller's.
 */
public final class LineFactory {
    private static final Instant NOW = Instant.EPOCH;
    private static final String SERVER = "here";
    private static final int MOST_TEXT_BYTES = 1 << 20;

    private final OfflineArtist artist;
    private final String sha256;
    private final String engine;
    private final Planner planner = new Planner(MOST_TEXT_BYTES, false);
    private final Fleet fleet;
    private final RenderService.Identity identity =
            new RenderService.Identity(CpuFamily.current(), CodeVersion.current());

    /**
     * A line.
     *
     * @param image as it is on topic {@code lines}
     * @param pixels of it
     */
    public record Drawn(LineImage image, GreyImage pixels) {
        public Drawn {
            requireNonNull(image, "image");
            requireNonNull(pixels, "pixels");
        }
    }

    /**
     * Prepares to draw with a model.
     *
     * @param file of the bundle
     * @param bundle the same, parsed
     * @param predictor of the bundle's networks
     */
    public LineFactory(byte[] file, ModelBundle bundle, Predictor predictor) {
        sha256 = ModelBundle.sha256(file);
        engine = predictor.engine();
        artist = new OfflineArtist(predictor, sha256, bundle.manifest());
        fleet = fleetOf(Announceable.of(bundle).announcement(file, 0, null, NOW));
    }

    /** A fleet of one server that is ready to draw with one version. */
    private static Fleet fleetOf(ModelAnnouncement announced) {
        String id = announced.getName() + ":" + announced.getVersion();
        FleetBook book = new FleetBook(Duration.ofDays(1));
        book.model(id, announced);
        book.status(
                SERVER + "/" + id,
                ModelStatus.newBuilder()
                        .setServerId(SERVER)
                        .setModel(id)
                        .setSha256(announced.getSha256())
                        .setState(ModelState.READY)
                        .setReportedAt(NOW)
                        .build(),
                NOW);
        book.settle(NOW);
        return book.fleet(true);
    }

    /**
     * Draws all lines of a document.
     *
     * @throws IllegalArgumentException if the pipeline would refuse it, with the reason
     */
    public List<Drawn> draw(String documentId, TextDocument document) {
        List<Drawn> drawn = new ArrayList<>();
        plan(documentId, document).forEach(line -> drawn.add(draw(line)));
        return drawn;
    }

    /** Takes a line as soon as it is drawn. */
    public interface Each {
        void on(Drawn line) throws IOException;
    }

    /**
     * Draws all lines of a document, one after the other: only one is in memory.
     *
     * @return how many there were
     * @throws IllegalArgumentException if the pipeline would refuse it, with the reason
     * @throws IOException as {@code each} throws it
     */
    public int draw(String documentId, TextDocument document, Each each) throws IOException {
        List<PlannedLine> lines = plan(documentId, document);
        for (PlannedLine line : lines) {
            each.on(draw(line));
        }
        return lines.size();
    }

    private List<PlannedLine> plan(String documentId, TextDocument document) {
        planner.fault(document).ifPresent(fault -> {
            throw new IllegalArgumentException(fault.message());
        });
        Plan plan = planner.plan(documentId, document, fleet, NOW);
        return plan.match(
                Plan.Lines::lines,
                waits -> {
                    throw new IllegalArgumentException(waits.reason());
                },
                refused -> {
                    throw new IllegalArgumentException(refused.message());
                });
    }

    private Drawn draw(PlannedLine line) {
        RenderLineRequest request;
        try {
            request = RenderLineRequest.parseFrom(line.getRequest().duplicate());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LineDrawing drawing = artist.drawing(request);
        LineDrawing.Raster raster = drawing.raster();
        LineImage image = DrawnImage.of(
                StoreFormat.image(line.getImage()),
                LineAnswer.of(request.getFormat(), drawing, raster, sha256, engine, identity)
                        .build(),
                true);
        return new Drawn(image, raster.image());
    }
}
