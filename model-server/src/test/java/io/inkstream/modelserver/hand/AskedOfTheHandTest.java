package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.LineSvg;
import io.inkstream.modelserver.compositing.PenMark;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.avro.LayoutOptions;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a document asks of the hand is done, and nothing else changes. */
class AskedOfTheHandTest {
    private static final String TEXT = "tell a tale in it";

    private final DrawingModel model = VectorLetters.model(new VectorLetters());
    private final LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

    private static LayoutOptions.Builder even() {
        return LayoutOptions.newBuilder().setLineWidthPx(4096).setIrregularity(0);
    }

    private LineDrawing draw(LayoutOptions.Builder layout, int line, List<PenMark> marks) {
        return draw(TEXT, layout, line, marks);
    }

    private LineDrawing draw(String text, LayoutOptions.Builder layout, int line, List<PenMark> marks) {
        return renderer.render(
                model,
                new LineRequest(
                        "plain",
                        5,
                        line,
                        VectorLetters.glyphs(text),
                        List.of(),
                        marks,
                        new LineFormat(layout.build()),
                        Variation.HAND));
    }

    private LineDrawing draw(LayoutOptions.Builder layout) {
        return draw(layout, 0, List.of());
    }

    private static long ink(LineDrawing line) {
        long ink = 0;
        for (byte pixel : line.raster().image().pixels()) {
            ink += 255 - (pixel & 0xff);
        }
        return ink;
    }

    /** How far the stem of a lone l leans, in pixels from its foot to its head. */
    private double lean(double slant) {
        LineDrawing line = draw("l", even().setSlant(slant), 0, List.of());
        InkBox box = line.raster().boxes().get(0);
        byte[] pixels = line.raster().image().pixels();
        return middle(pixels, line.widthPx(), box, box.top() + 3) - middle(pixels, line.widthPx(), box, bottom(box));
    }

    private static int bottom(InkBox box) {
        return box.top() + box.height() - 12;
    }

    private static double middle(byte[] pixels, int width, InkBox box, int row) {
        double sum = 0;
        double weights = 0;
        for (int x = box.left(); x < box.left() + box.width(); x++) {
            int ink = 255 - (pixels[row * width + x] & 0xff);
            sum += (double) ink * x;
            weights += ink;
        }
        return sum / weights;
    }

    @Test
    void aSlantLeansTheLettersToEitherSide() {
        double own = lean(0);

        assertThat(lean(15)).isGreaterThan(own + 3);
        assertThat(lean(-15)).isLessThan(own - 3);
    }

    @Test
    void aWiderPenLeavesMoreInk() {
        long own = ink(draw(even()));

        assertThat(ink(draw(even().setPenWidth(2)))).isBetween(own * 3 / 2, own * 5 / 2);
        assertThat(ink(draw(even().setPenWidth(.5)))).isBetween(own * 2 / 5, own * 3 / 4);
    }

    @Test
    void spacingMovesLettersAndWordsApart() {
        int own = draw(even()).widthPx();
        int gaps = (int) TEXT.chars().filter(c -> c != ' ').count()
                - (int) TEXT.chars().filter(c -> c == ' ').count()
                - 1;

        assertThat(draw(even().setLetterSpacing(1)).widthPx())
                .as("one x-height, 20 pixels, between any two letters of a word")
                .isBetween(own + gaps * 20 - 2, own + gaps * 20 + 2);
        assertThat(draw(even().setWordSpacing(2)).widthPx()).isGreaterThan(own + 4 * 15);
        assertThat(draw(even().setWordSpacing(.5)).widthPx()).isLessThan(own);
    }

    @Test
    void aHandTiresLineByLine() {
        LayoutOptions.Builder tired =
                LayoutOptions.newBuilder().setLineWidthPx(4096).setFatigue(1);
        LayoutOptions.Builder fresh = LayoutOptions.newBuilder().setLineWidthPx(4096);
        LayoutOptions.Builder uneven =
                LayoutOptions.newBuilder().setLineWidthPx(4096).setIrregularity(2);

        assertThat(new LineSvg(draw(tired, 0, List.of())).byGlyph())
                .isEqualTo(new LineSvg(draw(fresh, 0, List.of())).byGlyph());
        assertThat(new LineSvg(draw(tired, 29, List.of())).byGlyph())
                .isEqualTo(new LineSvg(draw(uneven, 29, List.of())).byGlyph())
                .isEqualTo(new LineSvg(draw(tired, 29, List.of())).byGlyph());
        assertThat(new LineSvg(draw(tired, 15, List.of())).byGlyph())
                .isNotEqualTo(new LineSvg(draw(fresh, 15, List.of())).byGlyph());
    }

    @ParameterizedTest
    @EnumSource
    void aMarkIsInkOfNoBoxAndWithinThePicture(PenMark.Kind kind) {
        LineDrawing plain = draw(even());
        LineDrawing marked = draw(even(), 0, List.of(new PenMark(kind, 5, 8), new PenMark(kind, 0, 0)));

        assertThat(marked.raster().boxes()).isEqualTo(plain.raster().boxes());
        assertThat(marked.widthPx()).isEqualTo(plain.widthPx());
        assertThat(ink(marked)).isGreaterThan(ink(plain) + 255L * 40);
        InkBox first = plain.raster().boxes().get(5);
        InkBox last = plain.raster().boxes().get(8);
        byte[] before = plain.raster().image().pixels();
        byte[] after = marked.raster().image().pixels();
        int firstEnd = plain.raster().boxes().get(0).left()
                + plain.raster().boxes().get(0).width();
        for (int i = 0; i < before.length; i++) {
            int x = i % plain.widthPx();
            if (x > firstEnd + 4 && x < first.left() - 4 || x > last.left() + last.width() + 4) {
                assertThat(after[i]).as("pixel at %d", x).isEqualTo(before[i]);
            }
        }
        assertThat(new LineSvg(marked).byGlyph())
                .contains("data-mark=\"" + kind.name().toLowerCase(Locale.ROOT) + "\"");
    }

    @Test
    void marksOfLettersThatAreNotThereAreRefused() {
        assertThatThrownBy(() -> draw(even(), 0, List.of(new PenMark(PenMark.Kind.STRIKE, 12, 20))))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("letter 20");
        PenMark all =
                new PenMark(PenMark.Kind.SCRIBBLE, 0, TEXT.replace(" ", "").length() - 1);
        assertThatThrownBy(() -> draw(even(), 0, Collections.nCopies(100, all)))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("at most one of each kind");
        assertThatThrownBy(() -> draw(
                        even(),
                        0,
                        List.of(new PenMark(PenMark.Kind.STRIKE, 0, 3), new PenMark(PenMark.Kind.STRIKE, 3, 5))))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("letter 3 has two marks STRIKE");
        assertThatThrownBy(() -> new PenMark(PenMark.Kind.STRIKE, 3, 2)).isInstanceOf(UndrawableLineException.class);
        assertThatThrownBy(() -> new PenMark(PenMark.Kind.STRIKE, -1, 2)).isInstanceOf(UndrawableLineException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-31, 31, Double.NaN})
    void whatNoHandCanDoIsRefused(double slant) {
        assertThatThrownBy(() -> new LineFormat(even().setSlant(slant).build()))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining("slant is -30 to 30");
    }

    @Test
    void colourAndResolutionLeaveTheStrokes() {
        String own = new LineSvg(draw(even())).byGlyph();
        String blue = new LineSvg(draw(even().setInk("#1a2b6d").setResolutionDpi(100))).byGlyph();

        assertThat(blue).contains("stroke=\"#1a2b6d\"");
        assertThat(strokes(blue)).isEqualTo(strokes(own));
        assertThat(blue.replaceAll("(?s).*width=\"([0-9.]+)mm.*", "$1"))
                .isEqualTo(String.format(Locale.ROOT, "%.3f", draw(even()).widthPx() * .254));
    }

    private static String strokes(String svg) {
        return svg.substring(svg.indexOf("<g data-text"));
    }
}
