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
import java.util.Collection;
import java.util.List;
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
    private final SheetLayout layout;

    private SheetPdf(PDPageContentStream page, SheetLayout layout) {
        this.page = page;
        this.layout = layout;
    }

    /**
     * The sheet as a PDF file.
     *
     * @param pages those that are wanted, counted from 1
     */
    public static byte[] of(SheetLayout layout, Collection<Integer> pages) {
        PDRectangle size = new PDRectangle(
                width(layout.paper().width()), width(layout.paper().height()));
        try (PDDocument document = new PDDocument()) {
            for (int number : pages) {
                PDPage page = new PDPage(size);
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    new SheetPdf(content, layout).draw(number);
                }
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not take a PDF", e);
        }
    }

    private void draw(int number) throws IOException {
        for (int corner = 0; corner < 4; corner++) {
            mark(layout.mark(number, corner), layout.markLeft(corner), layout.markTop(corner));
        }
        List<Field> fields = layout.fields(number);
        boolean cells = fields.get(0).kind() == Field.Kind.CELL;
        hint(14, String.format(Locale.ROOT, "Page %d of %d", number, layout.pages()));
        hint(
                19,
                cells
                        ? "Write each character into its cell, in your own hand, with a dark pen."
                        : "Copy each line below it, as you write when nobody looks, with a dark pen.");
        hint(24, "It stands on the lower thick line; small letters reach the upper one.");
        hint(29, "Leave out what you do not write. Then take a picture of the whole page.");
        for (Field field : fields) {
            field(field);
        }
    }

    private void hint(double baseline, String text) throws IOException {
        text(text, HINTS_LEFT, baseline, HINT_MM);
    }

    private void field(Field field) throws IOException {
        Field.Kind kind = field.kind();
        text(field.text(), field.left(), field.top() - .7, LABEL_MM);
        page.setStrokingColor(GUIDE);
        page.setLineWidth(.25f * POINTS);
        page.addRect(x(field.left()), y(field.top() + kind.height()), width(kind.width()), width(kind.height()));
        page.stroke();
        double baseline = field.top() + kind.baseline();
        level(field, baseline, .35f);
        level(field, baseline - kind.xHeight(), .35f);
        level(field, baseline - kind.ascender(), .12f);
        level(field, baseline + kind.descender(), .12f);
    }

    private void level(Field field, double at, float thick) throws IOException {
        page.setLineWidth(thick * POINTS);
        page.moveTo(x(field.left()), y(at));
        page.lineTo(x(field.left() + field.kind().width()), y(at));
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

    private float y(double mm) {
        return (float) (layout.paper().height() - mm) * POINTS;
    }

    private static float width(double mm) {
        return (float) mm * POINTS;
    }
}
