package io.inkstream.ops.hand;

import boofcv.abst.fiducial.QrCodePreciseDetector;
import boofcv.alg.fiducial.qrcode.QrCode;
import boofcv.factory.fiducial.FactoryFiducial;
import boofcv.struct.image.GrayU8;
import georegression.struct.point.Point2D_F64;
import georegression.struct.shapes.Polygon2D_F64;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * A page of a sheet as a photo or scan shows it: which page, and where each place of the paper is in the picture. Found by the
 * marks in its corners, of which two must be seen; rotation and perspective do not matter.
 */
final class SheetPhoto {
    private static final Pattern MARK = Pattern.compile("INKHAND(\\d+)/([0-9a-f]{8})/(\\d+)/([0-3])");
    /** Modules of a mark's side, and how far the middle of a position pattern is from two sides of it. */
    private static final double MODULES = 29;

    private static final double PATTERN = 3.5 * SheetLayout.MARK / MODULES;
    private static final int FEWEST_MARKS = 2;
    /** Brightness of paper in a shadow in which ink cannot be told from it. */
    private static final int DARK = 25;

    private final GrayU8 green;
    private final SheetLayout layout;
    private final int page;
    private final double[] homography;

    private SheetPhoto(GrayU8 green, SheetLayout layout, int page, double[] homography) {
        this.green = green;
        this.layout = layout;
        this.page = page;
        this.homography = homography;
    }

    /**
     * Finds the page.
     *
     * @param layouts the sheets that it may be of
     * @throws SheetException if there is none, or not one of these sheets, or more than one
     */
    static SheetPhoto of(BufferedImage picture, List<SheetLayout> layouts) throws SheetException {
        GrayU8 green = green(picture);
        Set<Integer> pages = new TreeSet<>();
        Set<SheetLayout> sheets = new LinkedHashSet<>();
        Set<Integer> corners = new TreeSet<>();
        List<double[]> places = new ArrayList<>();
        List<Polygon> marks = new ArrayList<>();
        for (QrCode code : codes(green)) {
            Matcher mark = MARK.matcher(code.message);
            if (!mark.matches()) {
                continue;
            }
            marks.add(polygon(code.bounds));
            if (Integer.parseInt(mark.group(1)) != SheetLayout.VERSION) {
                throw new SheetException("it is a sheet of another version of Inkstream: print a new one", marks);
            }
            int number = Integer.parseInt(mark.group(3));
            int corner = Integer.parseInt(mark.group(4));
            SheetLayout layout = layouts.stream()
                    .filter(one -> number >= 1 && number <= one.pages())
                    .filter(one -> one.mark(number, corner).equals(code.message))
                    .findFirst()
                    .orElse(null);
            if (layout == null) {
                throw new SheetException(
                        "the sheet was printed for other characters: name the same --characters as for the template",
                        marks);
            }
            sheets.add(layout);
            pages.add(number);
            corners.add(corner);
            double left = layout.markLeft(corner);
            double top = layout.markTop(corner);
            double far = SheetLayout.MARK - PATTERN;
            place(places, left + PATTERN, top + PATTERN, code.ppCorner);
            place(places, left + far, top + PATTERN, code.ppRight);
            place(places, left + PATTERN, top + far, code.ppDown);
        }
        if (pages.size() > 1 || sheets.size() > 1) {
            throw new SheetException("pages " + pages + " are in one picture: take one picture of each", marks);
        }
        if (marks.size() > corners.size()) {
            throw new SheetException("the same page is in one picture twice: take one picture of each", marks);
        }
        if (corners.size() < FEWEST_MARKS) {
            throw new SheetException(
                    (corners.isEmpty() ? "no" : "only one") + " corner mark of a sheet can be read in it, at least "
                            + FEWEST_MARKS
                            + " are needed: the whole page has to be in the picture, flat, sharp and lit",
                    marks);
        }
        return new SheetPhoto(green, sheets.iterator().next(), pages.iterator().next(), homography(places));
    }

    private static Polygon polygon(Polygon2D_F64 bounds) {
        Polygon polygon = new Polygon();
        for (int i = 0; i < bounds.size(); i++) {
            polygon.addPoint((int) bounds.get(i).x, (int) bounds.get(i).y);
        }
        return polygon;
    }

    private static List<QrCode> codes(GrayU8 green) {
        QrCodePreciseDetector<GrayU8> detector = FactoryFiducial.qrcode(null, GrayU8.class);
        detector.process(green);
        return detector.getDetections();
    }

    /** Of the colours green: the light guides are hardly darker there than paper, and blue ink is nearly as dark as black. */
    private static GrayU8 green(BufferedImage picture) {
        GrayU8 green = new GrayU8(picture.getWidth(), picture.getHeight());
        for (int y = 0; y < green.height; y++) {
            for (int x = 0; x < green.width; x++) {
                green.set(x, y, picture.getRGB(x, y) >> 8 & 0xff);
            }
        }
        return green;
    }

    /** The middle of a square in perspective is where its diagonals cross. */
    private static void place(List<double[]> places, double x, double y, Polygon2D_F64 square) {
        Point2D_F64 a = square.get(0);
        Point2D_F64 b = square.get(1);
        Point2D_F64 c = square.get(2);
        Point2D_F64 d = square.get(3);
        double cross = (c.x - a.x) * (d.y - b.y) - (c.y - a.y) * (d.x - b.x);
        double along = ((b.x - a.x) * (d.y - b.y) - (b.y - a.y) * (d.x - b.x)) / cross;
        places.add(new double[] {x, y, a.x + along * (c.x - a.x), a.y + along * (c.y - a.y)});
    }

    /** Least squares over (x, y) to (u, v), the last of its nine numbers being 1. */
    private static double[] homography(List<double[]> places) {
        DMatrixRMaj a = new DMatrixRMaj(2 * places.size(), 8);
        DMatrixRMaj b = new DMatrixRMaj(2 * places.size(), 1);
        for (int i = 0; i < places.size(); i++) {
            double x = places.get(i)[0];
            double y = places.get(i)[1];
            double u = places.get(i)[2];
            double v = places.get(i)[3];
            double[][] rows = {{x, y, 1, 0, 0, 0, -u * x, -u * y}, {0, 0, 0, x, y, 1, -v * x, -v * y}};
            for (int k = 0; k < 2; k++) {
                for (int j = 0; j < 8; j++) {
                    a.set(2 * i + k, j, rows[k][j]);
                }
                b.set(2 * i + k, 0, k == 0 ? u : v);
            }
        }
        DMatrixRMaj h = new DMatrixRMaj(8, 1);
        CommonOps_DDRM.solve(a, b, h);
        return h.data;
    }

    SheetLayout layout() {
        return layout;
    }

    int page() {
        return page;
    }

    /**
     * Brightness of the paper at a place, 0 to 255, between pixels; outside the picture that of white.
     *
     * @param x millimetres from the left edge of the page
     * @param y from its upper edge
     */
    double at(double x, double y) {
        double[] at = inPicture(x, y);
        double u = at[0] - .5;
        double v = at[1] - .5;
        int column = (int) Math.floor(u);
        int row = (int) Math.floor(v);
        double right = u - column;
        double down = v - row;
        return (1 - down) * ((1 - right) * pixel(column, row) + right * pixel(column + 1, row))
                + down * ((1 - right) * pixel(column, row + 1) + right * pixel(column + 1, row + 1));
    }

    private double[] inPicture(double x, double y) {
        double[] h = homography;
        double scale = h[6] * x + h[7] * y + 1;
        return new double[] {(h[0] * x + h[1] * y + h[2]) / scale, (h[3] * x + h[4] * y + h[5]) / scale};
    }

    /** Whether a field is in the picture, and light enough for ink to be told from paper. */
    boolean sees(Field field) {
        double right = field.left() + field.kind().width();
        double bottom = field.top() + field.kind().height();
        double brightest = 0;
        for (double[] corner : new double[][] {
            {field.left(), field.top()}, {right, field.top()}, {field.left(), bottom}, {right, bottom}
        }) {
            double[] at = inPicture(corner[0], corner[1]);
            if (!green.isInBounds((int) Math.floor(at[0]), (int) Math.floor(at[1]))) {
                return false;
            }
            brightest = Math.max(brightest, at(corner[0], corner[1]));
        }
        return brightest > DARK;
    }

    private int pixel(int column, int row) {
        return green.isInBounds(column, row) ? green.get(column, row) : 255;
    }
}
