package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.PageJudge;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of the test letters and of the shipped model, as the judge sees them. */
class HandPagesTest {
    private static final List<String> UNEVEN = List.of(
            "gap sd",
            "gap median",
            "touching share",
            "share of whole glyphs",
            "slant sd",
            "x-height cv",
            "baseline rms");

    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
    private static final List<String> LETTERS = List.of(
            "the hen went in, on a white chair.",
            "the gnat-long ode to an ant he did not own",
            "The cat and the wagon ate tin.");

    private static List<LineDrawing> page(DrawingModel model, String style, long seed, List<int[]> lines) {
        LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));
        List<LineDrawing> page = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            LineFormat format = new LineFormat(64, 4096, 1.0 / 3);
            page.add(renderer.render(model, new LineRequest(style, seed, i, lines.get(i), format, Variation.HAND)));
        }
        return page;
    }

    @Test
    void pagesOfTestLettersRaiseNoAlarm() {
        DrawingModel model = VectorLetters.model(new VectorLetters());
        List<int[]> lines = LETTERS.stream().map(VectorLetters::glyphs).toList();
        for (long seed = 0; seed < 8; seed++) {
            for (String style : List.of("plain", "bold")) {
                PageJudge.Verdict verdict = PageJudge.judge(page(model, style, seed, lines), model.classes());
                assertThat(verdict.alarms())
                        .as("%s %d: %s", style, seed, verdict)
                        .isEmpty();
            }
        }
    }

    @Test
    void aModelThatDrawsBrokenLettersRaisesTheAlarm() {
        VectorLetters letters = new VectorLetters();
        GlyphModel broken = new GlyphModel() {
            @Override
            public float[][] draw(List<GlyphLatent> latents) {
                float[][] inks = letters.draw(latents);
                for (float[] ink : inks) {
                    java.util.Arrays.fill(ink, 28 * 12, 28 * 16, 0); // a white bar across every letter
                }
                return inks;
            }

            @Override
            public float[][] read(List<float[]> inks) {
                return letters.read(inks);
            }
        };
        DrawingModel model = VectorLetters.model(broken);
        List<int[]> lines = LETTERS.stream().map(VectorLetters::glyphs).toList();
        PageJudge.Verdict verdict = PageJudge.judge(page(model, "plain", 1, lines), model.classes());
        assertThat(verdict.alarms()).anyMatch(alarm -> alarm.startsWith("share of whole glyphs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"neat", "upright", "slanted", "round", "narrow", "wide", "fine", "felt"})
    void pagesOfTheShippedModelLookLikeOneEvenHand(String style) throws Exception {
        for (PageJudge.Verdict verdict : shippedPages(style, 2)) {
            assertThat(verdict.alarms()).as("%s: %s", style, verdict).isEmpty();
        }
    }

    /** People are uneven: their letters touch and stand as they come. But it is one pen on one line, and no letter is a copy. */
    @Test
    void pagesOfNaturalHandsAreUnevenAndOfOneHandEach() throws Exception {
        for (PageJudge.Verdict verdict : shippedPages("natural", 6)) {
            assertThat(verdict.alarms()).as("%s", verdict).allMatch(alarm -> UNEVEN.stream()
                    .anyMatch(alarm::startsWith));
            assertThat(verdict.gapSd()).isBetween(.05, .5);
            assertThat(verdict.baselineRms()).isBetween(.02, .25);
            assertThat(verdict.wholeShare()).isGreaterThan(.8);
        }
    }

    private static List<PageJudge.Verdict> shippedPages(String style, int hands) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(SHIPPED), 1L << 28);
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel model = new DrawingModel("shipped", bundle.manifest(), glyphs);
            List<int[]> lines =
                    Pages.TEXT.stream().map(line -> Pages.glyphs(model, line)).toList();
            return LongStream.rangeClosed(1, hands)
                    .mapToObj(seed -> PageJudge.judge(page(model, style, seed, lines), model.classes()))
                    .toList();
        }
    }
}
