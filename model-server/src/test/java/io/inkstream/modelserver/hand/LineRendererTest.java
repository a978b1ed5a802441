package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.LineSvg;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.layout.TabStops;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineRendererTest {
    private static final String TEXT = "the hen went in, onto a white-tin chair.";
    private static final LineFormat WIDE = new LineFormat(64, 4096, 1.0 / 3);

    private final VectorLetters letters = new VectorLetters();
    private final DrawingModel model = VectorLetters.model(letters);
    private final LineRenderer renderer = renderer(1 << 24);

    private static LineRenderer renderer(long cacheBytes) {
        return new LineRenderer(new HandCache(cacheBytes));
    }

    private static LineRequest request(String text, long seed, int line) {
        return new LineRequest("plain", seed, line, VectorLetters.glyphs(text), WIDE, Variation.HAND);
    }

    private static LineRequest request(String text, LineFormat format) {
        return new LineRequest("plain", 5, 0, VectorLetters.glyphs(text), format, Variation.HAND);
    }

    /** Everything that leaves a drawing: pixels, boxes, strokes. */
    private static List<Object> contentOf(LineDrawing drawing) {
        LineDrawing.Raster raster = drawing.raster();
        return List.of(
                drawing.widthPx(),
                drawing.baselinePx(),
                java.nio.ByteBuffer.wrap(raster.image().pixels()),
                raster.boxes(),
                new LineSvg(drawing).byGlyph());
    }

    @Test
    void equalRequestsGiveEqualDrawingsWhateverTheCacheHolds() {
        List<Object> first = contentOf(renderer.render(model, request(TEXT, 3, 2)));
        assertThat(contentOf(renderer.render(model, request(TEXT, 3, 2)))).isEqualTo(first);
        assertThat(contentOf(renderer(0).render(model, request(TEXT, 3, 2)))).isEqualTo(first);
        LineRenderer usedByOthers = renderer(20_000); // room for some ten forms: evicts all the time
        for (int line = 0; line < 5; line++) {
            usedByOthers.render(
                    model, request("another line of no interest".replaceAll("[^a-z]|[bfjkmopqsuvxyz]", " "), 3, line));
            usedByOthers.render(model, request(TEXT, 4, line));
        }
        assertThat(contentOf(usedByOthers.render(model, request(TEXT, 3, 2)))).isEqualTo(first);
    }

    @Test
    void linesDrawnInAnyOrderByManyThreadsAreTheSameAsOneAfterTheOther() throws Exception {
        List<LineRequest> requests = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            requests.add(request(TEXT, i % 3, i / 3));
        }
        List<List<Object>> expected =
                requests.stream().map(r -> contentOf(renderer.render(model, r))).toList();
        List<Integer> order = new ArrayList<>(IntStream.range(0, 40).boxed().toList());
        Collections.shuffle(order, new Random(1));
        LineRenderer shared = renderer(60_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<Object>>> calls = order.stream()
                    .<Callable<List<Object>>>map(i -> () -> contentOf(shared.render(model, requests.get(i))))
                    .toList();
            List<Future<List<Object>>> answers = threads.invokeAll(calls);
            for (int i = 0; i < order.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(expected.get(order.get(i)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aLineSaysWhichFormsOfItsHandItHasUnlessEachIsDrawnAnew() {
        Hand hand = new Hand(model, "plain", 5);
        int e = VectorLetters.glyphs("e")[0];
        int n = VectorLetters.glyphs("n")[0];

        assertThat(renderer.render(model, request("en e", 5, 3)).variants())
                .containsExactly(
                        OptionalInt.of(hand.variantFor(e, 3, 0).index()),
                        OptionalInt.of(hand.variantFor(n, 3, 0).index()),
                        OptionalInt.of(hand.variantFor(e, 3, 1).index()));
        assertThat(renderer.render(
                                model,
                                new LineRequest("plain", 5, 3, VectorLetters.glyphs("en e"), WIDE, Variation.FRESH))
                        .variants())
                .containsExactly(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    @Test
    void aKnownHandIsNotDrawnAgain() {
        renderer.render(model, request(TEXT, 3, 0));
        int drawn = letters.drawn.get();
        renderer.render(model, request(TEXT, 3, 0));
        assertThat(letters.drawn.get()).isEqualTo(drawn);
    }

    @Test
    void formsThatAnotherVersionDrewWithLatelyAreDrawnAhead() {
        renderer.render(model, request(TEXT, 3, 0));
        VectorLetters next = new VectorLetters();
        DrawingModel nextModel = VectorLetters.model("2".repeat(64), next);
        renderer.drawAhead(nextModel, 1_000);
        int drawn = next.drawn.get();
        assertThat(drawn).isPositive();
        List<Object> line = contentOf(renderer.render(nextModel, request(TEXT, 3, 0)));
        assertThat(next.drawn.get()).isEqualTo(drawn);
        assertThat(line).isEqualTo(contentOf(renderer(0).render(nextModel, request(TEXT, 3, 0))));
    }

    @Test
    void noMoreIsDrawnAheadThanAskedFor() {
        renderer.render(model, request(TEXT, 3, 0));
        VectorLetters next = new VectorLetters();
        renderer.drawAhead(VectorLetters.model("2".repeat(64), next), 0);
        assertThat(next.drawn.get()).isZero();
        renderer.drawAhead(VectorLetters.model("3".repeat(64), next), 1);
        assertThat(next.classes).hasSize(1);
        renderer.drawAhead(VectorLetters.model("4".repeat(64), next), 1_000);
        assertThat(next.classes)
                .hasSize((int) TEXT.chars().filter(c -> c != ' ').distinct().count());
    }

    @Test
    void nothingIsDrawnAheadInStylesThatAVersionLacks() {
        renderer.render(model, request(TEXT, 3, 0));
        VectorLetters next = new VectorLetters();
        DrawingModel bold = VectorLetters.model(next, model.style("bold"));
        renderer.drawAhead(bold, 1_000);
        assertThat(next.drawn.get()).isZero();
    }

    @Test
    void allMissingFormsOfALineAreDrawnInOneCallARound() {
        renderer.render(model, request(TEXT, 3, 0));
        assertThat(letters.drawCalls.get()).isBetween(1, 4);
    }

    @Test
    void styleSeedAndLineChangeTheDrawing() {
        List<Object> drawing = contentOf(renderer.render(model, request(TEXT, 3, 0)));
        assertThat(contentOf(renderer.render(model, request(TEXT, 4, 0)))).isNotEqualTo(drawing);
        assertThat(contentOf(renderer.render(model, request(TEXT, 3, 1)))).isNotEqualTo(drawing);
        LineRequest bold = new LineRequest("bold", 3, 0, VectorLetters.glyphs(TEXT), WIDE, Variation.HAND);
        assertThat(contentOf(renderer.render(model, bold))).isNotEqualTo(drawing);
    }

    @Test
    void theFirstStyleIsTakenWhereNoneIsNamed() {
        LineRequest unnamed = new LineRequest("", 3, 0, VectorLetters.glyphs(TEXT), WIDE, Variation.HAND);
        assertThat(contentOf(renderer.render(model, unnamed)))
                .isEqualTo(contentOf(renderer.render(model, request(TEXT, 3, 0))));
    }

    @Test
    void freshVariationDrawsEveryOccurrenceAnewAndIsAsRepeatable() {
        LineRequest fresh = new LineRequest("plain", 3, 0, VectorLetters.glyphs(TEXT), WIDE, Variation.FRESH);
        List<Object> drawing = contentOf(renderer.render(model, fresh));
        assertThat(drawing).isNotEqualTo(contentOf(renderer.render(model, request(TEXT, 3, 0))));
        int drawn = letters.drawn.get();
        assertThat(contentOf(renderer.render(model, fresh))).isEqualTo(drawing);
        assertThat(letters.drawn.get() - drawn)
                .as("two drawings at least for each of the glyphs")
                .isGreaterThanOrEqualTo(2 * TEXT.replace(" ", "").length());
    }

    @Test
    void noTwoLettersOfALineAreEqual() {
        LineDrawing line = renderer.render(model, request("eeeeeeeeeeeeeeeeeeeeeeee", 3, 0));
        List<String> paths = new LineSvg(line)
                .byGlyph()
                .lines()
                .filter(l -> l.contains("<path"))
                .toList();
        // Each path relative to its first point, which is all that placing changes.
        List<List<Long>> shapes = paths.stream().map(LineRendererTest::relative).toList();
        assertThat(shapes).hasSize(24).doesNotHaveDuplicates();
    }

    private static List<Long> relative(String path) {
        String[] numbers = path.replaceAll(".* d=\"|\"/>.*", "")
                .replaceAll("[ML]", " ")
                .trim()
                .split(" +", -1);
        double x = Double.parseDouble(numbers[0]);
        double y = Double.parseDouble(numbers[1]);
        List<Long> rounded = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            rounded.add(Math.round(10 * (Double.parseDouble(numbers[i]) - (i % 2 == 0 ? x : y))));
        }
        return rounded;
    }

    @Test
    void aLineOfSpacesOrOfNothingIsBlankPaper() {
        for (String text : List.of("", "   ")) {
            LineDrawing line = renderer.render(model, request(text, 3, 0));
            assertThat(line.raster().boxes()).isEmpty();
            assertThat(line.raster().image().pixels()).containsOnly(255);
        }
    }

    @Test
    void whatCanNeverBeDrawnIsRefusedWithTheReason() {
        assertThatThrownBy(() ->
                        renderer.render(model, new LineRequest("cursive", 1, 0, new int[] {0}, WIDE, Variation.HAND)))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("cursive")
                .hasMessageContaining("plain");
        for (int glyph : new int[] {20, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> renderer.render(
                            model, new LineRequest("plain", 1, 0, new int[] {0, glyph}, WIDE, Variation.HAND)))
                    .isInstanceOf(UndrawableLineException.class)
                    .hasMessageContaining("glyph " + glyph)
                    .hasMessageContaining("20");
        }
        for (int glyph : new int[] {-3, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> renderer.render(
                            model,
                            new LineRequest(
                                    "plain",
                                    1,
                                    0,
                                    new int[] {0, glyph},
                                    List.of("\u00e1"),
                                    List.of(),
                                    WIDE,
                                    Variation.HAND)))
                    .isInstanceOf(UndrawableLineException.class)
                    .hasMessageContaining("glyph " + glyph)
                    .hasMessageContaining("which has 1");
        }
        assertThatThrownBy(() -> renderer.render(
                        model,
                        new LineRequest(
                                "plain", 1, 0, new int[] {-2}, List.of("\u4e2d"), List.of(), WIDE, Variation.HAND)))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("'\u4e2d'");
        assertThatThrownBy(() -> new LineRequest(
                        "plain", 1, 0, new int[] {-2}, List.of("a".repeat(33)), List.of(), WIDE, Variation.HAND))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("32");
        assertThatThrownBy(() -> new LineRequest("plain", 1, -1, new int[0], WIDE, Variation.HAND))
                .isInstanceOf(UndrawableLineException.class);
        assertThatThrownBy(() -> new LineRequest("plain", 1, 0, new int[5000], WIDE, Variation.HAND))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("4096");
    }

    @Property(tries = 60)
    void aLineThatIsTooLongEvenCondensedIsPressedTogetherAndStillDrawn(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 256) int height,
            @ForAll @IntRange(min = 1, max = 400) int length,
            @ForAll @IntRange(min = 2, max = 6) int widthInHeights) {
        int[] glyphs = new Random(seed).ints(length, -1, 20).toArray();
        LineFormat format = new LineFormat(height, height * widthInHeights, .1);
        LineDrawing line = renderer.render(model, new LineRequest("plain", seed, 0, glyphs, format, Variation.HAND));
        assertThat(line.widthPx()).isLessThanOrEqualTo(format.maxWidthPx());
        double margin = .25 * height / 3.2 - .5;
        for (InkBox box : line.raster().boxes()) {
            assertThat(box.width()).isPositive();
            assertThat(box.left()).isGreaterThanOrEqualTo((int) margin);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo((int) Math.ceil(line.widthPx() - margin));
        }
        assertRimIsPaper(line.raster().image());
    }

    @Test
    void theLongestLineFitsTheNarrowestMeasure() {
        int[] glyphs = new Random(1).ints(Limits.LINE_GLYPHS, 0, 20).toArray();
        LineFormat narrowest = new LineFormat(Limits.MIN_LINE_HEIGHT_PX, 2 * Limits.MIN_LINE_HEIGHT_PX, 0);
        LineDrawing line = renderer.render(model, new LineRequest("plain", 1, 0, glyphs, narrowest, Variation.HAND));
        assertThat(line.widthPx()).isLessThanOrEqualTo(narrowest.maxWidthPx());
        assertThat(line.raster().boxes()).hasSize(Limits.LINE_GLYPHS);
    }

    @Test
    void aLongLineThatIsBrokenOffAgainAndAgainIsFinishedWhereItStopped() {
        int[] glyphs = new Random(1).ints(2_000, 0, 20).toArray();
        LineRequest request = new LineRequest("plain", 1, 0, glyphs, WIDE, Variation.FRESH);
        List<Object> expected = contentOf(renderer(0).render(model, request));
        int undisturbed = letters.drawn.get();
        VectorLetters others = new VectorLetters();
        AtomicInteger patience = new AtomicInteger();
        DrawingModel impatient = VectorLetters.model(new GlyphModel() {
            @Override
            public float[][] draw(List<GlyphLatent> latents) {
                if (patience.getAndDecrement() <= 0) {
                    throw new IllegalStateException("broken off");
                }
                return others.draw(latents);
            }

            @Override
            public float[][] read(List<float[]> inks) {
                return others.read(inks);
            }
        });
        int triesBroken = 0;
        LineDrawing drawing = null;
        while (drawing == null) {
            patience.set(5);
            try {
                drawing = renderer.render(impatient, request);
            } catch (IllegalStateException e) {
                triesBroken++;
            }
            assertThat(triesBroken).isLessThan(100);
        }
        assertThat(contentOf(drawing)).isEqualTo(expected);
        assertThat(triesBroken).isPositive();
        assertThat(others.drawn.get()).as("little is drawn twice").isLessThan(2 * undisturbed);
    }

    /** The class indices of a text; a tab is a tab. */
    private static int[] withTabs(String text) {
        int[] glyphs = VectorLetters.glyphs(text.replace('\t', ' '));
        for (int i = 0; i < glyphs.length; i++) {
            glyphs[i] = text.charAt(i) == '\t' ? GlyphCodes.TAB : glyphs[i];
        }
        return glyphs;
    }

    private List<InkBox> boxesWithTabs(String text, int lineIndex) {
        return renderer.render(model, new LineRequest("plain", 5, lineIndex, withTabs(text), WIDE, Variation.HAND))
                .raster()
                .boxes();
    }

    @Test
    void columnsBehindTabsStandUnderEachOther() {
        int stop = (int) Math.round(TabStops.EVERY * 20 + .25 * 20);
        List<String> rows = List.of("\tthe\t tin", "in\ta\t\tt", "i \thetin\thi", "a\ttee\t t");
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i);
            List<InkBox> boxes = boxesWithTabs(row, i);
            int second = row.substring(0, row.indexOf('\t')).replace(" ", "").length();
            assertThat(boxes.get(second).left()).as(row).isBetween(stop - 1, stop + 1);
        }
        assertThat(boxesWithTabs("a\t\tt", 0).get(1).left()).isBetween(2 * stop - 6, 2 * stop - 4);
        assertThat(boxesWithTabs("\t\t\t a", 0)).hasSize(1);
        assertThat(boxesWithTabs("\t\t", 0)).isEmpty();
    }

    @Test
    void anIndentIsPaperAndEverySpaceOfItCounts() {
        List<Integer> lefts = new ArrayList<>();
        for (int spaces = 0; spaces < 5; spaces++) {
            lefts.add(boxesWithTabs(" ".repeat(spaces) + "tin", 0).get(0).left());
        }
        for (int i = 1; i < lefts.size(); i++) {
            assertThat(lefts.get(i) - lefts.get(i - 1)).isBetween(15, 30); // a word space of 1.05 x-heights is 21
        }
    }

    @Property(tries = 60)
    void aLineWithTabsKeepsItsMeasureToo(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 256) int height,
            @ForAll @IntRange(min = 1, max = 60) int length,
            @ForAll @IntRange(min = 2, max = 20) int widthInHeights) {
        int[] glyphs = new Random(seed)
                .ints(length, -6, 20)
                .map(glyph -> glyph < -3 ? GlyphCodes.TAB : Math.max(glyph, -1))
                .toArray();
        LineFormat format = new LineFormat(height, height * widthInHeights, .1);
        LineDrawing line = renderer.render(model, new LineRequest("plain", seed, 0, glyphs, format, Variation.HAND));
        assertThat(line.widthPx()).isLessThanOrEqualTo(format.maxWidthPx());
        double margin = .25 * height / 3.2 - .5;
        for (InkBox box : line.raster().boxes()) {
            assertThat(box.left()).isGreaterThanOrEqualTo((int) margin);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo((int) Math.ceil(line.widthPx() - margin));
        }
        assertRimIsPaper(line.raster().image());
    }

    @Test
    void aLineThatRunsOverClosesItsWordSpacesBeforeItsLetters() {
        String text = "the hen went onto a tin";
        LineDrawing open = renderer.render(model, request(text, WIDE));
        LineDrawing closed = renderer.render(model, request(text, new LineFormat(64, open.widthPx() - 8, 1.0 / 3)));
        assertThat(closed.widthPx()).isLessThanOrEqualTo(open.widthPx() - 8);
        // The first word has not changed by a pixel; the second has moved to the left.
        assertThat(closed.raster().boxes().subList(0, 3))
                .isEqualTo(open.raster().boxes().subList(0, 3));
        assertThat(closed.raster().boxes().get(3).left())
                .isLessThan(open.raster().boxes().get(3).left());
        LineDrawing condensed =
                renderer.render(model, request(text, new LineFormat(64, open.widthPx() * 3 / 4, 1.0 / 3)));
        assertThat(condensed.raster().boxes().get(0).width())
                .isLessThan(open.raster().boxes().get(0).width());
    }

    @Test
    void theSameLineHasTheSameShapeAtEveryHeight() {
        double small = renderer.render(model, request(TEXT, new LineFormat(64, 4096, .3)))
                        .widthPx()
                / 64.0;
        double large = renderer.render(model, request(TEXT, new LineFormat(256, 16384, .3)))
                        .widthPx()
                / 256.0;
        assertThat(large).isCloseTo(small, within(.02 * small));
    }

    @Property(tries = 60)
    void everyLineKeepsItsInkInsideItsBoxesExactAndItsMeasure(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 256) int height,
            @ForAll @IntRange(min = 1, max = 40) int length,
            @ForAll @DoubleRange(min = 0, max = .33) double overlap) {
        Random random = new Random(seed);
        int[] glyphs = random.ints(length, -1, 20).toArray();
        LineFormat format = new LineFormat(height, height * (2 + length), overlap);
        LineDrawing line = renderer.render(model, new LineRequest("plain", seed, 0, glyphs, format, Variation.HAND));
        assertThat(line.widthPx()).isLessThanOrEqualTo(format.maxWidthPx());
        assertThat(line.heightPx()).isEqualTo(height);
        LineDrawing.Raster raster = line.raster();
        assertThat(raster.boxes())
                .hasSize((int) IntStream.of(glyphs).filter(g -> g >= 0).count());
        double margin = .25 * height / 3.2 - .5;
        for (InkBox box : raster.boxes()) {
            assertThat(box.width()).isPositive();
            assertThat(box.left()).isGreaterThanOrEqualTo((int) margin);
            assertThat(box.left() + box.width()).isLessThanOrEqualTo((int) Math.ceil(line.widthPx() - margin));
            assertThat(box.top()).isNotNegative();
            assertThat(box.top() + box.height()).isLessThanOrEqualTo(height);
        }
        // A round pen never ends on the rim: had ink been cut off there, the rim would not be white.
        assertRimIsPaper(raster.image());
        assertNeighboursOverlapWithin(overlap, glyphs, raster.boxes());
    }

    private static void assertRimIsPaper(GreyImage image) {
        for (int x = 0; x < image.widthPx(); x++) {
            assertThat(image.pixels()[x] & 255).isGreaterThan(250);
            assertThat(image.pixels()[(image.heightPx() - 1) * image.widthPx() + x] & 255)
                    .isGreaterThan(250);
        }
    }

    /** Boxes grow by less than a pixel each when their edges fall between pixels. */
    private static void assertNeighboursOverlapWithin(double share, int[] glyphs, List<InkBox> boxes) {
        int box = -1;
        for (int i = 0; i < glyphs.length; i++) {
            if (glyphs[i] < 0) {
                continue;
            }
            box++;
            if (i > 0 && glyphs[i - 1] >= 0) {
                InkBox left = boxes.get(box - 1);
                InkBox right = boxes.get(box);
                int overlap = left.left() + left.width() - right.left();
                assertThat((double) overlap).isLessThanOrEqualTo(share * Math.min(left.width(), right.width()) + 2);
            }
        }
    }

    private static LineFormat uneven(double irregularity) {
        return new LineFormat(LayoutOptions.newBuilder()
                .setLineWidthPx(4096)
                .setIrregularity(irregularity)
                .build());
    }

    /** Whoever draws a line again that this release drew gets its pixels; another release says that it draws otherwise. */
    @Test
    void aLineLooksAsItDoesInEveryBuildOfThisRelease() {
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        for (LineFormat format : List.of(WIDE, uneven(1), new LineFormat(48, 500, .2))) {
            LineDrawing line = renderer.render(model, request(TEXT, format));
            drawn.writeBytes(line.raster().image().pixels());
            drawn.writeBytes(line.raster().boxes().toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Sha256.of(drawn.toByteArray()))
                .hasToString("46355b9b67358b6bb3b7a90f89667440ea3e42c2caaeb4f418274ad3b1feb526");
    }

    @Test
    void withoutIrregularityEqualFormsAreSetEvenlyOnOneLine() {
        List<InkBox> even = boxesOfEqualForms(0);

        assertThat(even).extracting(InkBox::top).containsOnly(even.get(0).top());
        assertThat(even).extracting(InkBox::height).containsOnly(even.get(0).height());
        assertThat(spread(steps(even))).as("rounded to pixels").isLessThanOrEqualTo(1);
        assertThat(spread(steps(boxesOfEqualForms(1)))).isGreaterThan(2);
    }

    @Test
    void moreIrregularityIsMoreOfTheSame() {
        int before = 0;
        for (double irregularity : new double[] {0, .5, 1, 1.5, 2}) {
            List<InkBox> boxes = boxesOfEqualForms(irregularity);
            int tops = spread(boxes.stream().map(InkBox::top).toList());
            assertThat(tops).isGreaterThanOrEqualTo(before);
            before = tops;
        }
        assertThat(before).isGreaterThan(2);
    }

    /** Fourteen times the same form of one letter, without word spaces. */
    private List<InkBox> boxesOfEqualForms(double irregularity) {
        StyleSpec exact = new StyleSpec("plain", "Without noise.", new float[0], 0, 0, 0, .13, .2, 1.05, 0);
        return renderer.render(VectorLetters.model(letters, exact), request("nnnnnnnnnnnnnn", uneven(irregularity)))
                .raster()
                .boxes();
    }

    private static List<Integer> steps(List<InkBox> boxes) {
        return IntStream.range(1, boxes.size())
                .mapToObj(i -> boxes.get(i).left() - boxes.get(i - 1).left())
                .toList();
    }

    private static int spread(List<Integer> numbers) {
        return Collections.max(numbers) - Collections.min(numbers);
    }
}
