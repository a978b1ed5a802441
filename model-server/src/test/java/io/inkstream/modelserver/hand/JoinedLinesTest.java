package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.LineSvg;
import io.inkstream.modelserver.compositing.PageJudge;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.Trait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Lines of joined letters: of the test letters, and of the shipped model. */
class JoinedLinesTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
    private static final String TEXT = "the hen went in, onto a white-tin chair. The wide-and one";
    private static final List<String> PARAGRAPHS = List.of(
            "Dear Marguerite, I am writing from the small kitchen",
            "at the mill, where the rain has not stopped since",
            "Tuesday. You asked about the garden: the beans are",
            "up, but the old apple tree lost a branch. Joseph says",
            "we should leave it and call somebody in the spring.",
            "The quick brown fox jumps over a lazy dog, and every",
            "good boy deserves favour. Yellow buses hurry along",
            "the quay while five wizards box and juggle plums.",
            "Nobody knows which of them will come home first;",
            "perhaps it is best to wait by the fire until then.");

    private final DrawingModel model = VectorLetters.model(new VectorLetters());
    private final LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

    private static LineFormat format(int heightPx, int widthPx, double joining) {
        return new LineFormat(LayoutOptions.newBuilder()
                .setLineHeightPx(heightPx)
                .setLineWidthPx(widthPx)
                .setJoining(joining)
                .build());
    }

    private LineDrawing draw(String text, long seed, LineFormat format) {
        return renderer.render(
                model, new LineRequest("plain", seed, 0, VectorLetters.glyphs(text), format, Variation.HAND));
    }

    @Test
    void joiningNothingIsWhatAStyleThatPrintsDrawsByItself() {
        LineDrawing own = draw(TEXT, 3, format(64, 4096, -1));
        LineDrawing none = draw(TEXT, 3, format(64, 4096, 0));
        assertThat(none.raster().image().pixels())
                .isEqualTo(own.raster().image().pixels());
        assertThat(new LineSvg(none).byGlyph()).isEqualTo(new LineSvg(own).byGlyph());
        assertThat(none.joined()).isEmpty();
    }

    @Test
    void aJoinedLineIsTheSameEachTime() {
        LineDrawing first = draw(TEXT, 3, format(64, 4096, .7));
        LineDrawing again = draw(TEXT, 3, format(64, 4096, .7));
        assertThat(new LineSvg(again).byGlyph()).isEqualTo(new LineSvg(first).byGlyph());
        assertThat(again.raster().image().pixels())
                .isEqualTo(first.raster().image().pixels());
        assertThat(again.joined()).isEqualTo(first.joined()).contains(true, false);
    }

    @Test
    void onlyLettersOfOneWordAreJoinedAndWhatJoinsAtOneHeightJoinsAtAll() {
        LineDrawing line = draw(TEXT, 3, format(64, 4096, 1));
        String glyphs = TEXT.replace(" ", "");
        List<Boolean> joined = line.joined();
        assertThat(joined).hasSize(glyphs.length());
        int glyph = 0;
        for (int i = 0; i < TEXT.length(); i++) {
            if (TEXT.charAt(i) == ' ') {
                assertThat(joined.get(glyph - 1))
                        .as("before the space at %d", i)
                        .isFalse();
                continue;
            }
            boolean isPair = glyph + 1 < glyphs.length()
                    && Character.isLetter(glyphs.charAt(glyph))
                    && Character.isLowerCase(glyphs.charAt(glyph + 1));
            assertThat(joined.get(glyph) && !isPair).as("glyph %d", glyph).isFalse();
            glyph++;
        }
        assertThat(draw(TEXT, 3, format(200, 12_000, 1)).joined()).isEqualTo(joined);
        assertThat(draw(TEXT, 3, format(64, 700, 1)).joined()).as("condensed").isEqualTo(joined);
    }

    @Property(tries = 60)
    void joinedLinesFitTheirMeasureAndStayOnTheCanvas(
            @ForAll @IntRange(max = 200) int seed,
            @ForAll @IntRange(min = 16, max = 200) int height,
            @ForAll @IntRange(min = 2, max = 40) int widthInHeights,
            @ForAll @DoubleRange(max = 1) double joining) {
        LineDrawing line = draw(TEXT, seed, format(height, widthInHeights * height, joining));
        assertThat(line.widthPx()).isLessThanOrEqualTo(widthInHeights * height);
        assertThat(PageJudge.judge(List.of(line), model.classes()).inside()).isTrue();
    }

    @Property(tries = 60)
    void hastyLinesFitTheirMeasureAndStayOnTheCanvas(
            @ForAll @IntRange(max = 200) int seed,
            @ForAll @IntRange(min = 16, max = 200) int height,
            @ForAll @IntRange(min = 2, max = 40) int widthInHeights,
            @ForAll @DoubleRange(min = .2, max = 1) double haste) {
        LineDrawing line = hasty(haste, seed, format(height, widthInHeights * height, 1));
        assertThat(line.widthPx()).isLessThanOrEqualTo(widthInHeights * height);
        assertThat(PageJudge.judge(List.of(line), model.classes()).inside()).isTrue();
    }

    @Test
    void inHasteNoFewerAreJoinedAndLettersAreLessHighEachTimeTheSame() {
        LineFormat format = format(64, 4096, 1);
        LineDrawing careful = hasty(0, 3, format);
        LineDrawing hasty = hasty(1, 3, format);
        assertThat(new LineSvg(careful).byGlyph()).isEqualTo(new LineSvg(draw(TEXT, 3, format)).byGlyph());
        assertThat(new LineSvg(hasty(1, 3, format)).byGlyph()).isEqualTo(new LineSvg(hasty).byGlyph());
        for (int i = 0; i < hasty.joined().size(); i++) {
            assertThat(hasty.joined().get(i) || !careful.joined().get(i)).isTrue();
        }
        double before = careful.raster().boxes().stream()
                .mapToInt(InkBox::height)
                .average()
                .orElseThrow();
        double after = hasty.raster().boxes().stream()
                .mapToInt(InkBox::height)
                .average()
                .orElseThrow();
        assertThat(after).isBetween(.5 * before, .98 * before);
    }

    private LineDrawing hasty(double haste, long seed, LineFormat format) {
        StyleSpec plain = VectorLetters.manifest().styles().get(0);
        StyleSpec style = new StyleSpec(
                plain.name(),
                plain.description(),
                plain.latent(),
                plain.spread(),
                plain.slant(),
                plain.slantSpread(),
                plain.pen(),
                plain.gap(),
                plain.wordSpace(),
                plain.noiseScale(),
                Map.of(Trait.HASTE.json(), new StyleSpec.Said(haste, 0)));
        LineRequest request = new LineRequest("plain", seed, 0, VectorLetters.glyphs(TEXT), format, Variation.HAND);
        return new LineRenderer(new HandCache(1 << 24))
                .render(VectorLetters.model(new VectorLetters(), style), request);
    }

    @Test
    void aReaderIsShownTheLettersAsTheyAreWithoutLigatures() {
        List<float[]> joined = draw(TEXT, 3, format(64, 4096, 1)).glyphsForReader();
        List<float[]> apart = draw(TEXT, 3, format(64, 4096, 0)).glyphsForReader();
        assertThat(joined).hasSameSizeAs(apart);
        for (int i = 0; i < joined.size(); i++) {
            for (int p = 0; p < joined.get(i).length; p++) {
                assertThat(joined.get(i)[p]).isCloseTo(apart.get(i)[p], within(.01f));
            }
        }
    }

    @Test
    void aBoxHoldsItsLetterAndNotTheLineToTheNext() {
        LineDrawing line = draw("nnnnnnnn", 3, format(64, 4096, 1));
        List<InkBox> boxes = line.raster().boxes();
        assertThat(line.joined()).startsWith(true);
        for (int i = 1; i < boxes.size(); i++) {
            InkBox before = boxes.get(i - 1);
            assertThat(before.left() + before.width())
                    .isLessThan(boxes.get(i).left() + boxes.get(i).width() / 2);
            assertThat(before.height()).isBetween(20, 32);
        }
    }

    @Test
    void aPathGoesOnThroughJoinedLettersAndDotsFollowTheWord() {
        LineDrawing line = draw("ninni", 3, format(64, 4096, 1));
        assertThat(line.joined()).containsExactly(true, true, true, true, false);
        List<String> paths = new LineSvg(line)
                .forPlotter()
                .lines()
                .filter(l -> l.startsWith("<path"))
                .toList();
        assertThat(paths).as("the word, and two dots").hasSize(3);
        double[] begins = paths.stream()
                .mapToDouble(path -> Double.parseDouble(path.replaceAll(".* d=\"M([-0-9.]+) .*", "$1")))
                .toArray();
        assertThat(begins[0]).isLessThan(begins[1]);
        assertThat(begins[1]).isLessThan(begins[2]);
        assertThat(new LineSvg(draw("ninni", 3, format(64, 4096, 0)))
                        .byGlyph()
                        .lines()
                        .filter(l -> l.contains("<path")))
                .hasSize(5);
    }

    @Test
    void theLongestLineIsJoinedInBoundedTime() {
        String text = "niniot".repeat(Limits.LINE_GLYPHS / 6);
        Assertions.assertTimeout(Duration.ofSeconds(30), () -> {
            LineDrawing line = draw(text, 3, format(64, 16_384, 1));
            assertThat(line.joined()).contains(true);
            assertThat(line.widthPx()).isLessThanOrEqualTo(16_384);
        });
    }

    @Test
    void theShippedModelJoinsAsManyPairsAsAskedForAndEachPairMostlyAlike() throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(SHIPPED), 1L << 28);
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel shipped = new DrawingModel("shipped", bundle.manifest(), glyphs);
            Map<Double, Double> expected = Map.of(.1, .14, .25, .34, .5, .56, .75, .74, .9, .86, 1.0, .92);
            Map<Double, Double> pairs = new HashMap<>();
            Map<Double, Double> joins = new HashMap<>();
            Consistency consistency = new Consistency();
            for (long seed : new long[] {3, 5, 7, 11, 41, 43}) {
                for (int i = 0; i < PARAGRAPHS.size(); i++) {
                    String text = PARAGRAPHS.get(i);
                    for (double joining : expected.keySet()) {
                        LineRequest request = Texts.request(shipped, text, "neat", seed, i, format(64, 4096, joining));
                        List<Boolean> joined = renderer.render(shipped, request).joined();
                        int glyph = 0;
                        for (int k = 0; k + 1 < text.length(); k++) {
                            boolean isPair =
                                    Character.isLetter(text.charAt(k)) && Character.isLetter(text.charAt(k + 1));
                            if (isPair) {
                                double one = !joined.isEmpty() && joined.get(glyph) ? 1 : 0;
                                pairs.merge(joining, 1.0, Double::sum);
                                joins.merge(joining, one, Double::sum);
                                if (joining == .5) {
                                    consistency.see(seed + text.substring(k, k + 2), one);
                                }
                            }
                            glyph += text.charAt(k) == ' ' ? 0 : 1;
                        }
                    }
                }
            }
            expected.forEach((joining, share) -> assertThat(joins.get(joining) / pairs.get(joining))
                    .as("share of pairs at joining %s", joining)
                    .isCloseTo(share, within(.06)));
            assertThat(consistency.disagreement()).isLessThan(.8);
        }
    }

    /** How often two occurrences of a pair differ in a hand, over how often they would by chance. */
    private static final class Consistency {
        private final Map<String, List<Double>> seen = new HashMap<>();

        void see(String handAndPair, double joined) {
            seen.computeIfAbsent(handAndPair, key -> new ArrayList<>()).add(joined);
        }

        double disagreement() {
            double share = seen.values().stream()
                    .flatMap(List::stream)
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            double differ = 0;
            double all = 0;
            for (List<Double> occurrences : seen.values()) {
                double n = occurrences.size();
                double k = occurrences.stream().mapToDouble(Double::doubleValue).sum();
                differ += k * (n - k);
                all += n * (n - 1) / 2;
            }
            return differ / all / (2 * share * (1 - share));
        }
    }
}
