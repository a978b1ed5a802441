package io.inkstream.topology.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.layout.PageGeometry;
import io.inkstream.topology.state.PagePlace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageComposerTest {
    private static final int INK = 128;
    private static final LayoutOptions PLAIN =
            LayoutOptions.newBuilder().setPages(true).build();

    @Test
    void equalInputGivesEqualBytesAndAnotherSeedAnotherPage() {
        PageGeometry geometry = geometry(64, 400, 2);
        Map<Integer, byte[]> lines = Map.of(0, line(64, 20), 1, line(64, 12));

        assertThat(PageComposer.compose(geometry, PLAIN, 7, 0, lines).image())
                .isEqualTo(PageComposer.compose(geometry, PLAIN, 7, 0, new TreeMap<>(lines))
                        .image())
                .isNotEqualTo(PageComposer.compose(geometry, PLAIN, 8, 0, lines).image())
                .isNotEqualTo(PageComposer.compose(geometry, PLAIN, 7, 1, lines).image());
    }

    @Test
    void aBlankRowLeavesItsSpace() throws IOException {
        BufferedImage page = page(64, 400, 3, Map.of(0, line(64, 20), 2, line(64, 20)));

        List<Integer> tops = tops(page);
        assertThat(tops).hasSize(2);
        double pitch = 3.5 * 20;
        assertThat(tops.get(1) - tops.get(0)).isBetween((int) (2 * pitch) - 15, (int) (2 * pitch) + 15);
    }

    @Test
    void marginsAreNotStraightLines() throws IOException {
        Map<Integer, byte[]> lines = new TreeMap<>();
        for (int row = 0; row < 10; row++) {
            lines.put(row, line(64, 5));
        }
        BufferedImage page = page(64, 400, 10, lines);

        Set<Integer> lefts = new TreeSet<>();
        for (int top : tops(page)) {
            lefts.add(firstInkedColumn(page, top + 5));
        }
        assertThat(lefts).hasSizeGreaterThan(4);
        assertThat(Collections.max(lefts) - Collections.min(lefts)).isLessThan(2 * 20);
    }

    @Property(tries = 60)
    void noInkIsLost(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int glyphs) throws IOException {
        int height = 32;
        byte[] line = line(height, glyphs);
        PageGeometry geometry = geometry(height, glyphs * 10, 1);
        PageComposer.Page page = PageComposer.compose(geometry, PLAIN, seed, 0, Map.of(0, line));

        // Moving a column between rows blends it, and keeps its sum but for rounding.
        long expected = ink(decode(line));
        assertThat(ink(decode(page.image()))).isBetween(expected - expected / 100, expected + expected / 100);
    }

    @ParameterizedTest
    @CsvSource({"left, 0", "centre, 0.5", "right, 1"})
    void linesStandWhereTheyAreAligned(String align, double share) throws IOException {
        LayoutOptions layout = LayoutOptions.newBuilder(PLAIN)
                .setAlign(align)
                .setRuling("ruled")
                .build();
        PageGeometry geometry = geometry(64, 600, 1);
        byte[] line = line(64, 10);

        BufferedImage page = decode(
                PageComposer.compose(geometry, layout, 7, 0, Map.of(0, line)).image());

        int left = Integer.MAX_VALUE;
        for (int y = 0; y < page.getHeight(); y++) {
            int first = firstInkedColumn(page, y);
            left = first < 0 ? left : Math.min(left, first);
        }
        double expected = geometry.margin() + share * (600 - 10 * 20) + 2;
        assertThat((double) left).isBetween(expected - 8, expected + 8);
    }

    /** Writing stands on the lines: no baseline is further from one than a quarter of an x-height. */
    @Test
    void ruledPaperHasALineUnderEachLineOfWriting() throws IOException {
        LayoutOptions layout = LayoutOptions.newBuilder(PLAIN)
                .setRuling("legal")
                .setPaper("a5")
                .setInk("#000000")
                .build();
        LayoutOptions sheet = PageGeometry.resolved(layout);
        PageGeometry geometry = PageGeometry.of(sheet, new PagePlace(0, 1, 0, 3, true, sheet.getLineWidthPx()));

        BufferedImage page = decode(PageComposer.compose(geometry, sheet, 7, 0, Map.of(0, line(64, 5), 2, line(64, 9)))
                .image());

        assertThat(page.getWidth()).isEqualTo((int) Math.ceil(148 / 25.4 * 200));
        assertThat(page.getHeight()).isEqualTo((int) Math.ceil(210 / 25.4 * 200));
        assertThat(page.getRGB(3, 3)).as("a yellow pad").isEqualTo(0xfffff8c6);
        List<Integer> rules = new ArrayList<>();
        for (int y = 1; y < page.getHeight(); y++) {
            if (page.getRGB(3, y) != 0xfffff8c6 && page.getRGB(3, y - 1) == 0xfffff8c6) {
                rules.add(y);
            }
        }
        assertThat(rules).hasSizeGreaterThanOrEqualTo(sheet.getLinesPerPage());
        double baseline = geometry.margin() + 64 * 2 / 3.2;
        for (int row = 0; row < sheet.getLinesPerPage(); row++) {
            assertThat(rules.get(row) - (baseline + row * geometry.pitch())).isBetween(-1.0, 5.0);
        }
    }

    @Test
    void transparentPaperIsNotPrinted() throws IOException {
        LayoutOptions layout = LayoutOptions.newBuilder(PLAIN)
                .setRuling("squared")
                .setFormat("png-alpha")
                .build();
        PageGeometry geometry = geometry(64, 400, 2);

        BufferedImage page = decode(PageComposer.compose(geometry, layout, 7, 0, Map.of(0, line(64, 5)))
                .image());

        assertThat(page.getRGB(3, page.getHeight() - 3) >>> 24).isZero();
        for (int y = 0; y < page.getHeight(); y++) {
            assertThat(page.getRGB(1, y) >>> 24).as("row %d", y).isZero();
        }
    }

    @Test
    void aPageOfStrokesHasItsLinesInPlaceAndPaperOnlyIfItWasAskedFor() {
        byte[] line =
                ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1mm\" height=\"1mm\" viewBox=\"0 0 200 64\">\n"
                                + "<metadata>\n<x/></metadata>\n<g stroke=\"#000000\">\n<path d=\"M1 2L3 4\"/></g>\n</svg>\n")
                        .getBytes(StandardCharsets.UTF_8);
        PageGeometry geometry = geometry(64, 400, 2);
        Map<Integer, byte[]> lines = new TreeMap<>(Map.of(0, line, 1, line));

        String plain = svg(geometry, "svg", "plain", lines);
        assertThat(plain).contains("viewBox=\"0 0 " + geometry.widthPx() + " " + geometry.heightPx() + "\"");
        assertThat(plain.split("matrix\\(1 ", -1)).hasSize(3);
        assertThat(plain).contains("M1 2L3 4").doesNotContain("<rect", "<metadata");
        assertThat(svg(geometry, "svg", "ruled", lines)).contains("<rect");
        assertThat(svg(geometry, "svg-plot", "ruled", lines)).doesNotContain("<rect");
        assertThatThrownBy(() -> svg(geometry, "svg", "plain", Map.of(0, new byte[] {1, 2})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a line is not an SVG of ours");
    }

    private static String svg(PageGeometry geometry, String format, String ruling, Map<Integer, byte[]> lines) {
        LayoutOptions layout = LayoutOptions.newBuilder(PLAIN)
                .setFormat(format)
                .setRuling(ruling)
                .build();
        return new String(PageComposer.compose(geometry, layout, 7, 0, lines).image(), StandardCharsets.UTF_8);
    }

    @Test
    void aPaperWithoutRoomIsRefusedWithWhatItHas() {
        LayoutOptions tall = LayoutOptions.newBuilder(PLAIN)
                .setPaper("a5")
                .setLineHeightPx(256)
                .setResolutionDpi(72)
                .build();

        assertThatThrownBy(() -> PageGeometry.resolved(tall))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("paper a5 has room for lines of 306 pixels width")
                .hasMessageContaining("lineHeightPx 256");
    }

    @Test
    void whatIsNoPngIsRefused() {
        assertThatThrownBy(() -> PageComposer.compose(geometry(64, 400, 1), PLAIN, 1, 0, Map.of(0, new byte[] {1, 2})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a line is not a PNG");
    }

    private static BufferedImage page(int lineHeight, int measure, int rows, Map<Integer, byte[]> lines)
            throws IOException {
        return decode(PageComposer.compose(geometry(lineHeight, measure, rows), PLAIN, 7, 0, lines)
                .image());
    }

    private static PageGeometry geometry(int lineHeight, int measure, int rows) {
        return PageGeometry.of(
                LayoutOptions.newBuilder(PLAIN).setLineHeightPx(lineHeight).build(),
                new PagePlace(0, 1, 0, rows, true, measure));
    }

    private static byte[] line(int height, int glyphs) {
        return FakeDrawing.response(RenderLineRequest.newBuilder()
                        .setLineHeightPx(height)
                        .addAllGlyphs(Collections.nCopies(glyphs, 0))
                        .build())
                .getImage()
                .toByteArray();
    }

    private static BufferedImage decode(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static long ink(BufferedImage image) {
        long ink = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                ink += 255 - image.getRaster().getSample(x, y, 0);
            }
        }
        return ink;
    }

    /** First row of each block of inked rows. */
    private static List<Integer> tops(BufferedImage page) {
        List<Integer> tops = new ArrayList<>();
        boolean above = false;
        for (int y = 0; y < page.getHeight(); y++) {
            boolean inked = firstInkedColumn(page, y) >= 0;
            if (inked && !above) {
                tops.add(y);
            }
            above = inked;
        }
        return tops;
    }

    private static int firstInkedColumn(BufferedImage page, int y) {
        for (int x = 0; x < page.getWidth(); x++) {
            if (page.getRaster().getSample(x, y, 0) < INK) {
                return x;
            }
        }
        return -1;
    }
}
