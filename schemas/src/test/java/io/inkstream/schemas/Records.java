package io.inkstream.schemas;

import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.Split;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.avro.TraitMetrics;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.avro.Whitespace;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Records to test with, every field of them set to something that is not its default. */
public final class Records {
    private static final Instant WHEN = Instant.ofEpochMilli(1_767_225_600_123L);
    private static final Provenance PROVENANCE = Provenance.newBuilder()
            .setModel("base:1")
            .setModelSha256("ab".repeat(32))
            .setPredictor("onnxruntime-1.29.0")
            .setCpuFamily("x86-64")
            .setStyle("natural")
            .setSeed(-7)
            .setPolicyRevision("r2")
            .setCodeVersion("1")
            .setLayout(layout())
            .build();

    private Records() {}

    /** One record for each topic that carries Avro. */
    public static List<SpecificRecord> oneOfEach() {
        return List.of(
                text(), line(), page(), model(), chunk(), rollout(), status(), routing(), shadow(), sample(), event());
    }

    public static TextDocument text() {
        return TextDocument.newBuilder()
                .setText("Grüße, 世界 🖋\nzweite Zeile")
                .setStyle("hasty")
                .setSeed(Long.MIN_VALUE)
                .setModel("base:1")
                .setLayout(layout())
                .build();
    }

    private static LayoutOptions layout() {
        return LayoutOptions.newBuilder()
                .setLineHeightPx(128)
                .setLineWidthPx(2_000)
                .setMaxOverlap(0.25)
                .setVariation(Variation.FRESH)
                .setPages(true)
                .setLinesPerPage(7)
                .setFormat("png-alpha")
                .setIrregularity(0.5)
                .setWhitespace(Whitespace.COLLAPSE)
                .build();
    }

    private static LineImage line() {
        return LineImage.newBuilder()
                .setIndex(1)
                .setCount(3)
                .setText("zweite Zeile")
                .setPng(bytes(9_000))
                .setMediaType("image/other")
                .setWidthPx(700)
                .setHeightPx(64)
                .setBaselinePx(41.5)
                .setGlyphs(List.of(
                        new GlyphBox("z", 14, 3, 20, 11, 22, true, 7),
                        new GlyphBox("w", 15, 13, 20, 17, 22, false, null)))
                .setSubstitutions(List.of(new Substitution(2, "ü", "u", "transliterated")))
                .setProvenance(PROVENANCE)
                .build();
    }

    private static PageImage page() {
        return PageImage.newBuilder()
                .setIndex(1)
                .setCount(2)
                .setFirstLine(30)
                .setLines(4)
                .setPng(bytes(100))
                .setMediaType("image/other")
                .setWidthPx(800)
                .setHeightPx(256)
                .setProvenance(PROVENANCE)
                .build();
    }

    private static ModelAnnouncement model() {
        return ModelAnnouncement.newBuilder()
                .setName("base")
                .setVersion("1")
                .setSha256("cd".repeat(32))
                .setSizeBytes(5L << 30)
                .setChunkCount(12)
                .setLocation("https://example.org/base-1.zip")
                .setClasses(List.of(new ClassMetrics("a", 1.0, 0.9, -0.01), new ClassMetrics("g", 1.6, 0.8, -0.7)))
                .setStyles(List.of(new StyleMetrics(
                        "natural", "As most people write.", 0.13, 0.1, 0.8, Map.of("gap", new TraitMetrics(0.1, 0.5)))))
                .setParent("base:0")
                .setCard(Map.of("reader-score", "0.97"))
                .setProvenance(Map.of("seed", "1"))
                .setAnnouncedAt(WHEN)
                .build();
    }

    private static ModelChunk chunk() {
        return new ModelChunk(3, 12, "cd".repeat(32), bytes(512 << 10));
    }

    private static RolloutPolicy rollout() {
        return RolloutPolicy.newBuilder()
                .setRevision("r2")
                .setStable("base:1")
                .setCandidate("base:2")
                .setCandidatePercent(10)
                .setShadow("base:3")
                .setDocumentPins(Map.of("letter-1", "base:1"))
                .setStylePins(Map.of("hasty", "base:2"))
                .setFrozen(true)
                .setShadowPercent(20)
                .setMaxCandidateErrorRate(0.125)
                .setMaxCandidateLatencyMs(900)
                .setComment("rolled back: the tails of g are cut off")
                .setEarlier(List.of("base:0"))
                .build();
    }

    private static RolloutStatus routing() {
        return RolloutStatus.newBuilder()
                .setInstance("topology-1")
                .setModel("base")
                .setPolicyRevision("r3")
                .setInForce("r2")
                .setStable("base:1")
                .setCandidate("base:2")
                .setHeld("base:3 is not READY on all live servers")
                .setHaltedRevision("r2")
                .setHaltReason("7 of 50 lines failed")
                .setRoutedDocuments(Map.of("base:1", 90L, "base:2", 10L))
                .setReportedAt(WHEN)
                .build();
    }

    private static ShadowReport shadow() {
        return ShadowReport.newBuilder()
                .setIndex(3)
                .setModel("base:1")
                .setShadow("base:2")
                .setPolicyRevision("r2")
                .setFailure("NOT_FOUND: base:2 is not READY here")
                .setPixelDifference(0.0625)
                .setReaderAgreement(0.875)
                .setReadCorrectly(1.0)
                .setShadowReadCorrectly(0.9375)
                .setLatencyMs(4.5)
                .setShadowLatencyMs(5.5)
                .setAt(WHEN)
                .build();
    }

    private static ModelStatus status() {
        return ModelStatus.newBuilder()
                .setServerId("server-1")
                .setModel("base:1")
                .setSha256("cd".repeat(32))
                .setState(ModelState.REJECTED)
                .setReason("the canary is blank")
                .setCanary(Map.of("ink", 0.25))
                .setCanaryPng(bytes(50))
                .setPredictor("nd4j-1.0.0-M2.1")
                .setReportedAt(WHEN)
                .build();
    }

    private static GlyphSample sample() {
        return GlyphSample.newBuilder()
                .setCharacter("g")
                .setImage(bytes(28 * 28))
                .setWriter("w7")
                .setSource("unipen")
                .setSplit(Split.TEST)
                .setSupport(200)
                .build();
    }

    private static TrainingEvent event() {
        return TrainingEvent.newBuilder()
                .setStep(9_000_000_000L)
                .setStage("drift")
                .setFigures(Map.of("loss", Double.MIN_VALUE))
                .setSampleGridPng(bytes(60))
                .setCheckpoint("c9")
                .setAt(WHEN)
                .build();
    }

    private static ByteBuffer bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return ByteBuffer.wrap(bytes);
    }
}
