package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.compositing.LineDrawing.PlacedGlyph;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LineDrawingTest {
    private static final LineFormat FORMAT = new LineFormat(32, 100, .3);
    private static final int WIDTH = 90;

    private static LineDrawing drawing(PlacedGlyph... glyphs) {
        return new LineDrawing(FORMAT, WIDTH, List.of(glyphs));
    }

    private static PlacedGlyph glyph(float radius, float[]... lines) {
        return new PlacedGlyph(0, false, new Strokes(List.of(lines)), radius);
    }

    /** Three loops over glyphs, pixels and segments; two grey levels for what floats lose. */
    @Property(tries = 100)
    void theFastLineIsTheSlowOneAndMoreInkNeverMakesAPixelLighter(@ForAll long seed) {
        Random random = new Random(seed);
        List<PlacedGlyph> glyphs = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            float[] line = new float[2 + 2 * random.nextInt(4)];
            for (int k = 0; k < line.length; k += 2) {
                line[k] = 10 + 60 * random.nextFloat();
                line[k + 1] = 6 + 20 * random.nextFloat();
            }
            glyphs.add(glyph(.5f + 3 * random.nextFloat(), line));
        }
        byte[] fewer = drawing(glyphs.subList(0, glyphs.size() - 1).toArray(PlacedGlyph[]::new))
                .raster()
                .image()
                .pixels();
        byte[] actual =
                drawing(glyphs.toArray(PlacedGlyph[]::new)).raster().image().pixels();
        for (int y = 0; y < FORMAT.heightPx(); y++) {
            for (int x = 0; x < WIDTH; x++) {
                double paper = 1;
                for (PlacedGlyph glyph : glyphs) {
                    float[][] lines = glyph.strokes().lines().toArray(float[][]::new);
                    double distance = Inks.distance(x + .5, y + .5, lines);
                    paper *= 1 - Math.max(0, Math.min(1, .5 + glyph.penRadiusPx() - distance));
                }
                int grey = actual[y * WIDTH + x] & 255;
                assertThat((double) grey).isCloseTo(255 * paper, within(2.0));
                assertThat(grey).isLessThanOrEqualTo(fewer[y * WIDTH + x] & 255);
            }
        }
    }

    @Test
    void aBoxHoldsTheInkOfItsGlyphAloneAndNotAPixelMore() {
        PlacedGlyph stem = glyph(1.3f, new float[] {20, 8, 22, 24});
        PlacedGlyph bar = glyph(1.3f, new float[] {15, 15, 40, 15});
        List<InkBox> boxes = drawing(stem, bar).raster().boxes();
        assertThat(boxes.get(0)).isEqualTo(boxOf(drawing(stem).raster().image()));
        assertThat(boxes.get(1)).isEqualTo(boxOf(drawing(bar).raster().image()));
    }

    static InkBox boxOf(GreyImage image) {
        int left = Integer.MAX_VALUE;
        int right = -1;
        int top = Integer.MAX_VALUE;
        int bottom = -1;
        for (int y = 0; y < image.heightPx(); y++) {
            for (int x = 0; x < image.widthPx(); x++) {
                if (image.pixels()[y * image.widthPx() + x] != -1) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                }
            }
        }
        return right < 0 ? new InkBox(0, 0, 0, 0) : new InkBox(left, top, right - left + 1, bottom - top + 1);
    }

    @Test
    void aGlyphWithoutInkHasAnEmptyBox() {
        assertThat(drawing(new PlacedGlyph(0, true, new Strokes(List.of()), 1))
                        .raster()
                        .boxes())
                .containsExactly(new InkBox(0, 0, 0, 0));
    }

    @Test
    void aReaderSeesEachGlyphAloneInTheMiddleWithItsLongestSideOf22Pixels() {
        PlacedGlyph tall = glyph(1.3f, new float[] {30, 4, 33, 24});
        PlacedGlyph across = glyph(1.3f, new float[] {20, 14, 60, 14});
        List<float[]> seen = drawing(tall, across).glyphsForReader();
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0)).isEqualTo(drawing(tall).glyphsForReader().get(0));
        InkBox box = inked(seen.get(0));
        assertThat(box.height()).isEqualTo(22);
        assertThat(box.top()).isEqualTo(3);
        assertThat(box.left() + box.width() / 2.0).isBetween(13.5, 14.5);
        assertThat(inked(seen.get(1)).width()).isEqualTo(22);
    }

    @Test
    void aReaderSeesAFullStopAsADotAndNoInkAsNone() {
        PlacedGlyph dot = glyph(1.3f, new float[] {50, 20});
        PlacedGlyph blank = new PlacedGlyph(0, true, new Strokes(List.of()), 1);
        List<float[]> seen = drawing(dot, blank).glyphsForReader();
        InkBox box = inked(seen.get(0));
        assertThat(box.width()).isBetween(2, 4);
        assertThat(box.left() + box.width() / 2.0).isBetween(13.5, 14.5);
        assertThat(seen.get(1)).containsOnly(0);
    }

    /** Where ink outweighs paper. */
    private static InkBox inked(float[] ink) {
        byte[] pixels = new byte[ink.length];
        for (int i = 0; i < ink.length; i++) {
            pixels[i] = (byte) (ink[i] >= .5f ? 0 : 255);
        }
        return boxOf(new GreyImage(Inks.SIDE, Inks.SIDE, pixels));
    }

    @Test
    void thePngHoldsTheSamePixelsAsGreyOfEightBits() throws IOException {
        GreyImage image = drawing(glyph(1.3f, new float[] {10, 8, 30, 24, 60, 5}))
                .raster()
                .image();
        byte[] png = image.toPng();
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(png[24]).as("bit depth").isEqualTo((byte) 8);
        assertThat(png[25]).as("colour type grey").isEqualTo((byte) 0);
        assertThat(read.getWidth()).isEqualTo(WIDTH);
        assertThat(read.getHeight()).isEqualTo(FORMAT.heightPx());
        int[] samples = read.getRaster().getSamples(0, 0, WIDTH, FORMAT.heightPx(), 0, (int[]) null);
        for (int i = 0; i < samples.length; i++) {
            assertThat(samples[i]).isEqualTo(image.pixels()[i] & 255);
        }
        assertThat(image.toPng()).isEqualTo(png);
    }

    @Test
    void theSvgHasOnePathAGlyphWithItsPenAndPoints() {
        LineDrawing drawing = drawing(
                glyph(1.25f, new float[] {10, 8.126f, 30.5f, 24}, new float[] {7, 9}), glyph(2, new float[] {-.5f, 1}));
        LineSvg svg = new LineSvg(drawing);
        assertThat(svg.leastBytes()).isBetween(16L, (long) svg.byGlyph().length());
        assertThat(svg.byGlyph())
                .as("90 pixels at 200 dpi")
                .contains("width=\"11.430mm\" height=\"4.064mm\" viewBox=\"0 0 90 32\"")
                .contains("stroke=\"#000000\"")
                .contains("<path stroke-width=\"2.5\" d=\"M10 8.13L30.5 24M7 9h0.31\"/>")
                .contains("<path stroke-width=\"4\" d=\"M-0.5 1h0.5\"/>")
                .doesNotContain("<rect");
    }
}
