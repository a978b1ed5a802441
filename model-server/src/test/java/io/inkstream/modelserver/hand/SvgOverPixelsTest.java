package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.LineSvg;
import io.inkstream.modelserver.compositing.PenMark;
import io.inkstream.schemas.avro.LayoutOptions;
import java.awt.Color;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strokes and pixels are one drawing: somebody else's reader of SVG puts its ink where the PNG has it. */
class SvgOverPixelsTest {
    private static final int INK = 128;
    private static final String TEXT = "in that hall no one will lend a light.";

    private final DrawingModel model = VectorLetters.model(new VectorLetters());
    private final LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));

    private LineDrawing draw(double joining) {
        LayoutOptions layout = LayoutOptions.newBuilder()
                .setLineWidthPx(4096)
                .setJoining(joining)
                .setSlant(7)
                .build();
        return renderer.render(
                model,
                new LineRequest(
                        "plain",
                        11,
                        2,
                        VectorLetters.glyphs(TEXT),
                        List.of(),
                        List.of(new PenMark(PenMark.Kind.UNDERLINE, 4, 9)),
                        new LineFormat(layout),
                        Variation.HAND));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, .5, 1})
    void noInkOfEitherIsFurtherThanAPixelFromTheOthers(double joining) {
        LineDrawing line = draw(joining);
        byte[] pixels = line.raster().image().pixels();
        LineSvg svg = new LineSvg(line);

        for (String written : List.of(svg.byGlyph(), svg.forPlotter())) {
            byte[] drawn = drawn(written, line.widthPx(), line.heightPx());
            assertThat(farthest(pixels, drawn, line.widthPx()))
                    .as("ink of the PNG")
                    .isLessThanOrEqualTo(1);
            assertThat(farthest(drawn, pixels, line.widthPx()))
                    .as("ink of the SVG")
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void whereLettersAreJoinedAPlotterLiftsItsPenLessThanLetterByLetter() {
        assertThat(lifts(new LineSvg(draw(0)).forPlotter())).isLessThanOrEqualTo(lifts(new LineSvg(draw(0)).byGlyph()));
        for (double joining : new double[] {.5, 1}) {
            LineSvg svg = new LineSvg(draw(joining));
            assertThat(lifts(svg.forPlotter())).isLessThan(lifts(svg.byGlyph()));
        }
    }

    private static long lifts(String svg) {
        return svg.chars().filter(c -> c == 'M').count();
    }

    private static byte[] drawn(String svg, int width, int height) {
        SVGDocument document = new SVGLoader()
                .load(
                        new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                        null,
                        LoaderContext.createDefault());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        document.render((Component) null, graphics, new ViewBox(0, 0, width, height));
        graphics.dispose();
        return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }

    /** Largest distance, in rows or columns, from ink of the one to ink of the other; 9 where it is more than a few. */
    private static int farthest(byte[] one, byte[] other, int width) {
        int farthest = 0;
        for (int i = 0; i < one.length; i++) {
            if ((one[i] & 0xff) < INK) {
                int distance = 0;
                while (distance < 9 && !hasInk(other, width, i % width, i / width, distance)) {
                    distance++;
                }
                farthest = Math.max(farthest, distance);
            }
        }
        return farthest;
    }

    private static boolean hasInk(byte[] pixels, int width, int x, int y, int within) {
        for (int dy = -within; dy <= within; dy++) {
            for (int dx = -within; dx <= within; dx++) {
                int column = x + dx;
                int at = (y + dy) * width + column;
                if (column >= 0 && column < width && at >= 0 && at < pixels.length && (pixels[at] & 0xff) < INK) {
                    return true;
                }
            }
        }
        return false;
    }
}
