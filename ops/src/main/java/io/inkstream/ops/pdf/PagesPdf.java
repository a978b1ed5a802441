package io.inkstream.ops.pdf;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.util.Matrix;

/**
 * Makes a PDF of the pages of a document that asked for SVG: ink as vectors, the size that the document asked for, and the
 * text underneath, invisible, to be selected and searched.
 */
public final class PagesPdf {
    private static final float POINTS_OF_INCH = 72;
    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

    private final PDDocument document;
    private final PDFont font;
    private final List<LineImage> lines;
    private final Optional<PDImageXObject> background;

    private PagesPdf(PDDocument document, PDFont font, List<LineImage> lines, Optional<PDImageXObject> background) {
        this.document = document;
        this.font = font;
        this.lines = lines;
        this.background = background;
    }

    /**
     * The PDF file.
     *
     * @param lines of the document, all of them in their order
     * @param pages of the document, in their order
     * @param background that is under each page, as large as it
     * @throws IllegalArgumentException if there are no pages, or they are no SVG of this release
     */
    public static byte[] of(List<LineImage> lines, List<PageImage> pages, Optional<BufferedImage> background) {
        requireNonNull(background, "background");
        if (pages.isEmpty()) {
            throw new IllegalArgumentException("the document has no pages; ask for them");
        }
        try (PDDocument document = new PDDocument();
                InputStream ttf = PDDocument.class.getResourceAsStream(FONT)) {
            Optional<PDImageXObject> paper = background.isPresent()
                    ? Optional.of(LosslessFactory.createFromImage(document, background.get()))
                    : Optional.empty();
            PagesPdf pdf = new PagesPdf(document, PDType0Font.load(document, ttf), lines, paper);
            for (PageImage page : pages) {
                pdf.add(page);
            }
            pdf.mark(pages.get(0));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalArgumentException("the pages make no PDF: " + e.getMessage(), e);
        }
    }

    private void mark(PageImage first) throws IOException {
        Optional<String> xmp = OutputFormat.xmp(BufferBytes.of(first.getPng()));
        if (xmp.isPresent()) {
            PDMetadata metadata =
                    new PDMetadata(document, new ByteArrayInputStream(xmp.get().getBytes(StandardCharsets.UTF_8)));
            document.getDocumentCatalog().setMetadata(metadata);
        }
    }

    private void add(PageImage image) throws IOException {
        if (image.getProvenance().getLayout() == null
                || !OutputFormat.of(image.getProvenance()).isVector()) {
            throw new IllegalArgumentException("page " + (image.getIndex() + 1) + " is " + image.getMediaType()
                    + "; a PDF is made of pages in SVG: ask for --format svg");
        }
        if (!image.getProblem().isEmpty()) {
            throw new IllegalArgumentException(
                    "page " + (image.getIndex() + 1) + " has no image: " + image.getProblem());
        }
        float scale = POINTS_OF_INCH
                / Appearance.of(image.getProvenance().getLayout()).resolutionDpi();
        PDPage page = new PDPage(new PDRectangle(scale * image.getWidthPx(), scale * image.getHeightPx()));
        document.addPage(page);
        List<double[]> places;
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
            // From here on pixels of the page, with y downward.
            content.transform(new Matrix(scale, 0, 0, -scale, 0, scale * image.getHeightPx()));
            if (background.isPresent()) {
                content.saveGraphicsState();
                content.transform(new Matrix(1, 0, 0, -1, 0, image.getHeightPx()));
                content.drawImage(background.get(), 0, 0, image.getWidthPx(), image.getHeightPx());
                content.restoreGraphicsState();
            }
            places = new PageSvg(content, background.isEmpty()).draw(BufferBytes.of(image.getPng()));
            for (int i = 0; i < Math.min(places.size(), image.getLines()); i++) {
                int line = image.getFirstLine() + i;
                if (line < lines.size()) {
                    write(content, lines.get(line), places.get(i));
                }
            }
        }
    }

    /** Writes the words of a line where its letters are, without drawing them. */
    private void write(PDPageContentStream content, LineImage line, double[] place) throws IOException {
        content.beginText();
        content.setRenderingMode(RenderingMode.NEITHER);
        float size = line.getHeightPx() / 2f;
        content.setFont(font, size);
        for (Word word : words(line)) {
            String sayable = sayable(word.text());
            float natural = font.getStringWidth(sayable) / 1_000 * size;
            if (natural == 0) {
                continue;
            }
            double x = place[0] + word.left();
            double y = place[1] + line.getBaselinePx() + place[2] * word.left();
            content.setHorizontalScaling(100f * Math.max(1, word.right() - word.left()) / natural);
            content.setTextMatrix(new Matrix(1, 0, 0, -1, (float) x, (float) y));
            content.showText(sayable + " ");
        }
        content.endText();
    }

    private record Word(String text, int left, int right) {}

    private static List<Word> words(LineImage line) {
        List<Word> words = new ArrayList<>();
        int glyph = 0;
        for (String text : line.getText().split("[ \t]+")) {
            StringBuilder word = new StringBuilder();
            int left = Integer.MAX_VALUE;
            int right = 0;
            while (word.length() < text.length() && glyph < line.getGlyphs().size()) {
                GlyphBox box = line.getGlyphs().get(glyph++);
                word.append(box.getCharacter());
                if (box.getWidth() > 0) {
                    left = Math.min(left, box.getLeft());
                    right = Math.max(right, box.getLeft() + box.getWidth());
                }
            }
            if (right > 0) {
                words.add(new Word(word.toString(), left, right));
            }
        }
        return words;
    }

    /** What the font has glyphs for. */
    private String sayable(String text) {
        StringBuilder sayable = new StringBuilder();
        text.codePoints().forEach(code -> {
            String character = Character.toString(code);
            try {
                font.encode(character);
                sayable.append(character);
            } catch (IOException | IllegalArgumentException e) {
                sayable.append('?');
            }
        });
        return sayable.toString();
    }
}
