package io.inkstream.ops.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.topology.layout.PageGeometry;
import io.inkstream.topology.mark.ImageMark;
import io.inkstream.topology.pages.PageComposer;
import io.inkstream.topology.state.PagePlace;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;

class PagesPdfTest {
    private static final int DPI = 100;
    private static final LayoutOptions LAYOUT = PageGeometry.resolved(LayoutOptions.newBuilder()
            .setPages(true)
            .setFormat("svg")
            .setPaper("a5")
            .setRuling("ruled")
            .setInk("#0000ff")
            .setResolutionDpi(DPI)
            .build());
    private static final PagePlace PLACE = new PagePlace(0, 1, 0, 1, true, LAYOUT.getLineWidthPx());

    private static LineImage line() {
        String svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1mm\" height=\"1mm\" viewBox=\"0 0 100 64\">\n"
                + "<g fill=\"none\" stroke=\"#0000ff\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n"
                + "<g data-text=\"\u00e9\"><path stroke-width=\"4\" d=\"M10 20L10 40M20 30h0.5\"/></g>\n</g>\n</svg>\n";
        return LineImage.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setText("\u00e9t i")
                .setPng(ByteBuffer.wrap(svg.getBytes(StandardCharsets.UTF_8)))
                .setWidthPx(100)
                .setHeightPx(64)
                .setBaselinePx(40)
                .setGlyphs(List.of(
                        new GlyphBox("\u00e9", 0, 8, 18, 14, 24, false, null),
                        new GlyphBox("t", 1, 24, 18, 14, 24, false, null),
                        new GlyphBox("i", 3, 60, 18, 5, 24, false, null)))
                .setSubstitutions(List.of())
                .setProvenance(new Provenance("m:1", "", "", "", "natural", 7L, "", "1", LAYOUT))
                .setMediaType("image/svg+xml")
                .setReading(null)
                .build();
    }

    private static PageImage page() {
        LineImage line = line();
        PageGeometry geometry = PageGeometry.of(LAYOUT, PLACE);
        byte[] bytes = BufferBytes.of(line.getPng());
        PageComposer.Page page = PageComposer.compose(geometry, LAYOUT, 7, 0, Map.of(0, bytes));
        PageImage image = new PageImage(
                0,
                1,
                0,
                1,
                ByteBuffer.wrap(page.image()),
                page.widthPx(),
                page.heightPx(),
                line.getProvenance(),
                "",
                "image/svg+xml");
        ImageMark.put(image);
        return image;
    }

    @Test
    void inkIsWhereThePageHasItAndTheTextIsUnderneath() throws Exception {
        byte[] pdf = PagesPdf.of(List.of(line()), List.of(page()), Optional.empty());

        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
            assertThat(document.getPage(0).getMediaBox().getWidth() / 72 * 25.4).isBetween(147.5, 148.5);
            assertThat(new PDFTextStripper().getText(document).trim()).isEqualTo("\u00e9t i");
            assertThat(new String(document.getDocumentCatalog().getMetadata().toByteArray(), StandardCharsets.UTF_8))
                    .contains("trainedAlgorithmicMedia");
            BufferedImage drawn = new PDFRenderer(document).renderImageWithDPI(0, DPI, ImageType.RGB);
            PageGeometry geometry = PageGeometry.of(LAYOUT, PLACE);
            int blue = 0;
            int lines = 0;
            for (int y = 0; y < drawn.getHeight(); y++) {
                for (int x = 0; x < drawn.getWidth(); x++) {
                    Color colour = new Color(drawn.getRGB(x, y));
                    boolean isInk = colour.getBlue() > 200 && colour.getRed() < 60;
                    blue += isInk ? 1 : 0;
                    if (isInk) {
                        assertThat((double) x).isBetween(geometry.margin() + 2, geometry.margin() + 28);
                        assertThat((double) y).isBetween(geometry.margin() + 12, geometry.margin() + 48);
                    }
                }
                lines += new Color(drawn.getRGB(3, y)).getRed() < 245 ? 1 : 0;
            }
            assertThat(blue).as("a stroke of 20 by 4 and a dot").isBetween(50, 130);
            assertThat(lines).as("the ruling").isGreaterThanOrEqualTo(LAYOUT.getLinesPerPage());
        }
    }

    @Test
    void anOwnBackgroundReplacesThePaper() throws Exception {
        BufferedImage red = new BufferedImage(20, 30, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = red.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 20, 15);
        graphics.dispose();

        byte[] pdf = PagesPdf.of(List.of(line()), List.of(page()), Optional.of(red));

        try (PDDocument document = Loader.loadPDF(pdf)) {
            BufferedImage drawn = new PDFRenderer(document).renderImageWithDPI(0, DPI, ImageType.RGB);
            assertThat(new Color(drawn.getRGB(5, 5))).as("its top is up").isEqualTo(Color.RED);
            assertThat(new Color(drawn.getRGB(5, drawn.getHeight() - 5))).isEqualTo(Color.BLACK);
        }
    }

    @Test
    void whatMakesNoPdfIsSaidInWords() {
        assertThatThrownBy(() -> PagesPdf.of(List.of(line()), List.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no pages");
        PageImage empty = page();
        empty.setProblem("it is too large");
        assertThatThrownBy(() -> PagesPdf.of(List.of(), List.of(empty), Optional.empty()))
                .hasMessageContaining("it is too large");
        PageImage pixels = page();
        pixels.setProvenance(new Provenance(
                "m:1",
                "",
                "",
                "",
                "natural",
                7L,
                "",
                "1",
                LayoutOptions.newBuilder().build()));
        assertThatThrownBy(() -> PagesPdf.of(List.of(), List.of(pixels), Optional.empty()))
                .hasMessageContaining("--format svg");
        for (String inside : List.of("<path/>", "<path stroke-width=\"1\" d=\"M5\"/>", "<rect x=\"a\"/>", "<g")) {
            PageImage broken = page();
            broken.setPng(ByteBuffer.wrap(("<svg>" + inside + "</svg>").getBytes(StandardCharsets.UTF_8)));
            assertThatThrownBy(() -> PagesPdf.of(List.of(), List.of(broken), Optional.empty()))
                    .as(inside)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no page of this software");
        }
    }
}
