package io.inkstream.ops.hand;

import boofcv.alg.fiducial.qrcode.QrCode;
import boofcv.alg.fiducial.qrcode.QrCodeEncoder;
import boofcv.alg.fiducial.qrcode.QrCodeGeneratorImage;
import boofcv.struct.image.GrayU8;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** Prints a sheet to fill in. Guides are so light that they vanish where ink is looked for, in colour and in grey. */
public final class SheetPdf {
    private static final float POINTS = 72 / 25.4f;
    private static final Color GUIDE = new Color(190, 230, 245);
    private static final Color LABEL = new Color(110, 110, 110);
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 1);
    private static final float LABEL_MM = 3.2f;
    private static final float HINT_MM = 3.4f;
    private static final double HINTS_LEFT = 36;

    private final PDPageContentStream page;

    private SheetPdf(PDPageContentStream page) {
        this.page = page;
    }

    /** The sheet as a PDF file. */
    public static byte[] of(SheetLayout layout) {
        try (PDDocument document = new PDDocument()) {
            for (int number = 1; number <= layout.pages(); number++) {
                PDPage page = new PDPage(PDRectangle.A4);
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    new SheetPdf(content).draw(layout, number);
                }
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not take a PDF", e);
        }
    }

    private void draw(SheetLayout layout, int number) throws IOException {
        for (int corner = 0; corner < 4; corner++) {
            mark(layout.mark(number, corner), SheetLayout.markLeft(corner), SheetLayout.markTop(corner));
        }
        text(String.format(Locale.ROOT, "Page %d of %d", number, layout.pages()), HINTS_LEFT, 14, HINT_MM);
        text("Write each character into its cell, in your own hand, with a dark pen.", HINTS_LEFT, 19, HINT_MM);
        text("It stands on the lower thick line; small letters reach the upper one.", HINTS_LEFT, 24, HINT_MM);
        text("Leave out what you do not write. Then take a picture of the whole page.", HINTS_LEFT, 29, HINT_MM);
        for (SheetLayout.Cell cell : layout.cells(number)) {
            cell(cell);
        }
    }

    private void cell(SheetLayout.Cell cell) throws IOException {
        text(cell.character(), cell.left(), cell.top() - .7, LABEL_MM);
        page.setStrokingColor(GUIDE);
        page.setLineWidth(.25f * POINTS);
        page.addRect(
                x(cell.left()),
                y(cell.top() + SheetLayout.Cell.HEIGHT),
                width(SheetLayout.Cell.WIDTH),
                width(SheetLayout.Cell.HEIGHT));
        page.stroke();
        double baseline = cell.top() + SheetLayout.Cell.BASELINE;
        level(cell, baseline, .35f);
        level(cell, baseline - SheetLayout.Cell.X_HEIGHT, .35f);
        level(cell, baseline - SheetLayout.Cell.ASCENDER, .12f);
        level(cell, baseline + SheetLayout.Cell.DESCENDER, .12f);
    }

    private void level(SheetLayout.Cell cell, double at, float thick) throws IOException {
        page.setLineWidth(thick * POINTS);
        page.moveTo(x(cell.left()), y(at));
        page.lineTo(x(cell.left() + SheetLayout.Cell.WIDTH), y(at));
        page.stroke();
    }

    /** A QR code, module by module, so that it is sharp at any size. */
    private void mark(String says, double left, double top) throws IOException {
        QrCode code = new QrCodeEncoder()
                .setVersion(3)
                .setError(QrCode.ErrorLevel.M)
                .addAutomatic(says)
                .fixate();
        QrCodeGeneratorImage generator = new QrCodeGeneratorImage(1);
        generator.setBorderModule(0);
        generator.render(code);
        GrayU8 modules = generator.getGray();
        double side = SheetLayout.MARK / modules.width;
        page.setNonStrokingColor(Color.BLACK);
        for (int row = 0; row < modules.height; row++) {
            for (int column = 0; column < modules.width; column++) {
                if (modules.get(column, row) == 0) {
                    page.addRect(x(left + column * side), y(top + (row + 1) * side), width(side), width(side));
                }
            }
        }
        page.fill();
    }

    /** Text as outlines: no font has to be in the file, and any character has a shape that the machine has a font for. */
    private void text(String text, double left, double baseline, float sizeMm) throws IOException {
        Shape outline = FONT.deriveFont(sizeMm * POINTS)
                .createGlyphVector(new FontRenderContext(null, true, true), text)
                .getOutline();
        page.setNonStrokingColor(LABEL);
        float[] c = new float[6];
        float[] last = new float[2];
        AffineTransform place = new AffineTransform(1, 0, 0, -1, x(left), y(baseline));
        for (PathIterator path = outline.getPathIterator(place); !path.isDone(); path.next()) {
            switch (path.currentSegment(c)) {
                case PathIterator.SEG_MOVETO -> {
                    page.moveTo(c[0], c[1]);
                    last = new float[] {c[0], c[1]};
                }
                case PathIterator.SEG_LINETO -> {
                    page.lineTo(c[0], c[1]);
                    last = new float[] {c[0], c[1]};
                }
                case PathIterator.SEG_QUADTO -> {
                    page.curveTo(
                            last[0] + 2 * (c[0] - last[0]) / 3,
                            last[1] + 2 * (c[1] - last[1]) / 3,
                            c[2] + 2 * (c[0] - c[2]) / 3,
                            c[3] + 2 * (c[1] - c[3]) / 3,
                            c[2],
                            c[3]);
                    last = new float[] {c[2], c[3]};
                }
                case PathIterator.SEG_CUBICTO -> {
                    page.curveTo(c[0], c[1], c[2], c[3], c[4], c[5]);
                    last = new float[] {c[4], c[5]};
                }
                default -> page.closePath();
            }
        }
        if (outline.getBounds2D().getWidth() > 0) {
            page.fill();
        }
    }

    private static float x(double mm) {
        return (float) mm * POINTS;
    }

    private static float y(double mm) {
        return (float) (SheetLayout.PAGE_HEIGHT - mm) * POINTS;
    }

    private static float width(double mm) {
        return (float) mm * POINTS;
    }
}
