package io.inkstream.topology.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.layout.PageGeometry;
import io.inkstream.topology.state.PagePlace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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

class PageComposerTest {
    private static final int INK = 128;

    @Test
    void equalInputGivesEqualBytesAndAnotherSeedAnotherPage() {
        PageGeometry geometry = geometry(64, 400, 2);
        Map<Integer, byte[]> lines = Map.of(0, line(64, 20), 1, line(64, 12));

        assertThat(PageComposer.compose(geometry, OutputFormat.PNG, 7, 0, lines).image())
                .isEqualTo(PageComposer.compose(geometry, OutputFormat.PNG, 7, 0, new TreeMap<>(lines))
                        .image())
                .isNotEqualTo(PageComposer.compose(geometry, OutputFormat.PNG, 8, 0, lines)
                        .image())
                .isNotEqualTo(PageComposer.compose(geometry, OutputFormat.PNG, 7, 1, lines)
                        .image());
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
        PageComposer.Page page = PageComposer.compose(geometry, OutputFormat.PNG, seed, 0, Map.of(0, line));

        // Moving a column between rows blends it, and keeps its sum but for rounding.
        long expected = ink(decode(line));
        assertThat(ink(decode(page.image()))).isBetween(expected - expected / 100, expected + expected / 100);
    }

    @Test
    void whatIsNoPngIsRefused() {
        assertThatThrownBy(() -> PageComposer.compose(
                        geometry(64, 400, 1), OutputFormat.PNG, 1, 0, Map.of(0, new byte[] {1, 2})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a line is not a PNG");
    }

    private static BufferedImage page(int lineHeight, int measure, int rows, Map<Integer, byte[]> lines)
            throws IOException {
        return decode(PageComposer.compose(geometry(lineHeight, measure, rows), OutputFormat.PNG, 7, 0, lines)
                .image());
    }

    private static PageGeometry geometry(int lineHeight, int measure, int rows) {
        return PageGeometry.of(lineHeight, new PagePlace(0, 1, 0, rows, true, measure));
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
