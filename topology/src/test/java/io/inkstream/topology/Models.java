package io.inkstream.topology;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Records of models and documents for tests; every class is one x-height wide less the pen, so that widths are easy. */
public final class Models {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** Printable ASCII, the classes of the models that we ship. */
    public static final List<String> ASCII =
            IntStream.rangeClosed('!', '~').mapToObj(Character::toString).toList();

    private Models() {}

    public static ModelAnnouncement announcement(String id, Instant announcedAt) {
        return announcement(id, announcedAt, ASCII);
    }

    public static ModelAnnouncement announcement(String id, Instant announcedAt, List<String> characters) {
        ModelId model = ModelId.parse(id);
        return new ModelAnnouncement(
                model.name(),
                model.version(),
                sha256(id),
                1_000L,
                1,
                null,
                characters.stream().map(c -> new ClassMetrics(c, 1.0, 0.8, 0.0)).toList(),
                List.of(
                        new StyleMetrics("natural", "", 0.2, 0.235, 0.8, Map.of()),
                        new StyleMetrics("neat", "", 0.2, 0.235, 0.8, Map.of())),
                null,
                Map.of(),
                Map.of(),
                announcedAt,
                ModelKind.HANDWRITING.label());
    }

    public static String sha256(String id) {
        return Sha256.of(id.getBytes(StandardCharsets.UTF_8)).hex();
    }

    public static ModelStatus status(String server, String id, ModelState state) {
        return new ModelStatus(server, id, sha256(id), state, "", Map.of(), null, "onnxruntime", NOW);
    }

    public static RolloutPolicy policy(String revision, String stable) {
        return RolloutPolicy.newBuilder()
                .setRevision(revision)
                .setStable(stable)
                .build();
    }

    public static RolloutPolicy policy(String revision, String stable, String candidate, int percent) {
        RolloutPolicy policy = policy(revision, stable);
        policy.setCandidate(candidate);
        policy.setCandidatePercent(percent);
        return policy;
    }

    /** What is known, with what is so now. */
    public static Fleet settled(FleetBook book, Instant now) {
        book.settle(now);
        return book.fleet(true);
    }

    /** Ten x-heights of 20 pixels: nine letters of an x-height each, and the margins. */
    public static LayoutOptions layout() {
        return layout(64, 200, 1.0 / 3, Variation.HAND, false, 30);
    }

    /** A layout with the defaults of all other options. */
    public static LayoutOptions layout(
            int lineHeightPx,
            int lineWidthPx,
            double maxOverlap,
            Variation variation,
            boolean pages,
            int linesPerPage) {
        return LayoutOptions.newBuilder()
                .setLineHeightPx(lineHeightPx)
                .setLineWidthPx(lineWidthPx)
                .setMaxOverlap(maxOverlap)
                .setVariation(variation)
                .setPages(pages)
                .setLinesPerPage(linesPerPage)
                .build();
    }

    public static TextDocument document(String text) {
        return new TextDocument(text, "natural", 7L, null, layout());
    }
}
