package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.CounterRandom;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ExemplarFormsTest {
    /** A stem of two x-heights and a bar: a plus on the baseline, as two people-like variants and one drawn otherwise. */
    private static final List<Exemplar> PLUS = List.of(
            new Exemplar(List.of(new float[] {.4f, 1, .4f, 0}, new float[] {0, .5f, .8f, .5f})),
            new Exemplar(List.of(new float[] {.45f, 1.1f, .35f, 0}, new float[] {0, .55f, .9f, .5f})),
            new Exemplar(List.of(new float[] {0, 0, .8f, 1, 0, 1, .8f, 0})));

    private static final LineFormat WIDE = new LineFormat(64, 4096, 1.0 / 3);

    private static PenGlyph form(int variant, long seed) {
        return ExemplarForms.draw(PLUS, variant, new CounterRandom(seed, CounterRandom.Purpose.EXEMPLAR, variant));
    }

    private static ByteBuffer bytes(PenGlyph form) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        form.strokes().lines().forEach(line -> {
            for (float value : line) {
                bytes.putFloat(value);
            }
        });
        return bytes.flip();
    }

    @Test
    void ofFiveHundredFormsNoTwoAreEqual() {
        Set<ByteBuffer> forms = new HashSet<>();
        IntStream.range(0, 500).forEach(variant -> forms.add(bytes(form(variant, 1))));

        assertThat(forms).hasSize(500);
    }

    @Property
    void aFormHasTheStrokesOfItsExemplarAndStandsWhereItStood(@ForAll long seed, @ForAll int variant) {
        PenGlyph form = form(variant, seed);
        Exemplar from = PLUS.get(Math.floorMod(variant, PLUS.size()));

        assertThat(form.strokes().lines()).hasSameSizeAs(from.strokes());
        float[] box = form.strokes().bounds();
        assertThat(box[3]).as("lowest point, downward").isBetween(-.05f, .05f);
        assertThat(-box[1]).as("highest point").isBetween(.88f, 1.25f);
        assertThat((box[0] + box[2]) / 2).as("middle").isBetween(-.1f, .1f);
    }

    @Test
    void theSameSeedWritesTheSame() {
        assertThat(bytes(form(3, 7))).isEqualTo(bytes(form(3, 7))).isNotEqualTo(bytes(form(3, 8)));
    }

    @Test
    void whatThePersonWroteIsNotAskedOfTheGenerator() {
        VectorLetters letters = new VectorLetters();
        StyleSpec style = new StyleSpec("ada", "", new float[0], 0, 0, 0, .13, .2, 1.05, .7).with(Map.of("t", PLUS));
        DrawingModel model = VectorLetters.model(letters, style);
        LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

        renderer.render(model, new LineRequest("ada", 1, 0, VectorLetters.glyphs("ttt tt"), WIDE, Variation.HAND));
        assertThat(letters.drawn.get()).isZero();

        renderer.render(model, new LineRequest("ada", 1, 0, VectorLetters.glyphs("to"), WIDE, Variation.FRESH));
        assertThat(letters.classes).containsOnly(VectorLetters.glyphs("o")[0]);
    }

    @Test
    void aLetterWithMarksThatThePersonWroteIsNotComposed() {
        VectorLetters letters = new VectorLetters();
        StyleSpec style =
                new StyleSpec("ada", "", new float[0], 0, 0, 0, .13, .2, 1.05, .7).with(Map.of("\u00e9", PLUS));
        LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

        LineDrawing line = renderer.render(
                VectorLetters.model(letters, style),
                new LineRequest("ada", 1, 0, new int[] {-2, -2}, List.of("e\u0301"), List.of(), WIDE, Variation.HAND));

        assertThat(line.raster().boxes()).hasSize(2);
        assertThat(letters.classes).doesNotContain(VectorLetters.glyphs("e")[0]);
    }

    @Test
    void aHandKeptAsAStyleKeepsThem() {
        StyleSpec style = new StyleSpec("ada", "", new float[0], 0, 0, 0, .13, .2, 1.05, .7).with(Map.of("t", PLUS));

        assertThat(new Hand(VectorLetters.model(new VectorLetters(), style), "ada", 1)
                        .asStyle("kept", "")
                        .exemplars())
                .isEqualTo(Map.of("t", PLUS));
    }

    @Test
    void aTracedDrawingIsTheLetterAtTheSizeOfItsClass() {
        VectorLetters letters = new VectorLetters();
        int classIndex = VectorLetters.glyphs("h")[0];
        ClassSpec spec = VectorLetters.manifest().classes().get(classIndex);
        float[] ink =
                letters.draw(List.of(new GlyphLatent(new float[2], new float[VectorLetters.NOISE], classIndex)))[0];

        Exemplar traced = new ExemplarTracer(28).trace(ink, spec).orElseThrow().exemplar();

        assertThat(traced.strokes()).isNotEmpty();
        double top = 0;
        double bottom = 10;
        for (float[] stroke : traced.strokes()) {
            for (int i = 1; i < stroke.length; i += 2) {
                top = Math.max(top, stroke[i]);
                bottom = Math.min(bottom, stroke[i]);
            }
        }
        assertThat(top - bottom).isBetween(.85 * spec.height(), 1.15 * spec.height());
        assertThat(bottom).isBetween(spec.bottom() - .15, spec.bottom() + .15);
        assertThat(new ExemplarTracer(28).trace(new float[28 * 28], spec)).isEmpty();
    }
}
