package io.inkstream.ops.formats;

import io.inkstream.ops.look.Box;
import javax.xml.stream.XMLStreamException;

/**
 * Writes PAGE XML of 2019-07-15: the picture is one region with one line, down to the glyphs. Places are whole pixels, the last
 * row and column of a box included.
 */
final class PageXml {
    static final String NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";
    /** The format wants a time; equal lines should have equal files. */
    private static final String NO_TIME = "1970-01-01T00:00:00Z";

    private PageXml() {}

    static byte[] of(LineTruth line) {
        return Xml.document("PcGts", NAMESPACE, NAMESPACE + "/pagecontent.xsd", xml -> {
            xml.element("Metadata", () -> {
                xml.text("Creator", "Inkstream");
                xml.text("Created", NO_TIME);
                xml.text("LastChange", NO_TIME);
            });
            xml.element(
                    "Page",
                    () -> page(xml, line),
                    "imageFilename",
                    line.file(),
                    "imageWidth",
                    line.widthPx(),
                    "imageHeight",
                    line.heightPx());
        });
    }

    private static void page(Xml xml, LineTruth line) throws XMLStreamException {
        Box all = new Box(0, 0, line.widthPx(), line.heightPx());
        xml.element(
                "ReadingOrder",
                () -> xml.element(
                        "OrderedGroup",
                        () -> xml.empty("RegionRefIndexed", "index", 0, "regionRef", "r1"),
                        "id",
                        "ro1"));
        xml.element(
                "TextRegion",
                () -> {
                    coords(xml, all);
                    xml.element("TextLine", () -> line(xml, line, all), "id", "l1");
                    equivalent(xml, line.text());
                },
                "id",
                "r1",
                "type",
                "paragraph");
    }

    private static void line(Xml xml, LineTruth line, Box all) throws XMLStreamException {
        coords(xml, all);
        xml.empty("Baseline", "points", baseline(line));
        int w = 0;
        for (LineTruth.Word word : line.words()) {
            String id = "w" + ++w;
            xml.element(
                    "Word",
                    () -> {
                        coords(xml, word.box());
                        int g = 0;
                        for (LineTruth.Glyph glyph : word.glyphs()) {
                            xml.element(
                                    "Glyph",
                                    () -> {
                                        coords(xml, glyph.box());
                                        equivalent(xml, glyph.character());
                                    },
                                    "id",
                                    id + "g" + ++g);
                        }
                        equivalent(xml, word.text());
                    },
                    "id",
                    id);
        }
        equivalent(xml, line.text());
    }

    private static void equivalent(Xml xml, String text) throws XMLStreamException {
        xml.element("TextEquiv", () -> xml.text("Unicode", text));
    }

    private static void coords(Xml xml, Box box) throws XMLStreamException {
        int right = box.right() - 1;
        int bottom = box.bottom() - 1;
        xml.empty(
                "Coords",
                "points",
                box.left() + "," + box.top() + " " + right + "," + box.top() + " " + right + "," + bottom + " "
                        + box.left() + "," + bottom);
    }

    /** Both ends of the baseline in whole pixels of the picture: readers refuse others. */
    static String baseline(LineTruth line) {
        LineTruth.Baseline baseline = line.baseline();
        return pixel(baseline.fromX(), line.widthPx()) + "," + pixel(baseline.fromY(), line.heightPx()) + " "
                + pixel(baseline.toX(), line.widthPx()) + "," + pixel(baseline.toY(), line.heightPx());
    }

    private static long pixel(double place, int size) {
        return Math.max(0, Math.min(size - 1, Math.round(place)));
    }
}
