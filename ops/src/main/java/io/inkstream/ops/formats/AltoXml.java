package io.inkstream.ops.formats;

import io.inkstream.ops.look.Box;
import java.text.Normalizer;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/**
 * Writes ALTO 4: the picture is one block with one line, down to the glyphs.
 *
 * <p>A {@code Glyph} of ALTO has one character, composed. A word with a character that Unicode has no single one for, such as
 * an o with a dot below and an acute, has no glyphs in the file, as their places would not be those of its characters.
 */
final class AltoXml {
    static final String NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#";
    private static final String SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd";

    private AltoXml() {}

    static byte[] of(LineTruth line) {
        Box all = new Box(0, 0, line.widthPx(), line.heightPx());
        return Xml.document("alto", NAMESPACE, SCHEMA, xml -> {
            xml.element("Description", () -> {
                xml.text("MeasurementUnit", "pixel");
                xml.element("sourceImageInformation", () -> xml.text("fileName", line.file()));
            });
            xml.element(
                    "Layout",
                    () -> xml.element(
                            "Page",
                            () -> xml.element(
                                    "PrintSpace",
                                    () -> xml.element(
                                            "TextBlock",
                                            () -> xml.element(
                                                    "TextLine",
                                                    () -> strings(xml, line),
                                                    placed(all, "ID", "l1", "BASELINE", PageXml.baseline(line))),
                                            placed(all, "ID", "b1")),
                                    placed(all)),
                            "ID",
                            "p1",
                            "PHYSICAL_IMG_NR",
                            1,
                            "WIDTH",
                            line.widthPx(),
                            "HEIGHT",
                            line.heightPx()));
        });
    }

    private static void strings(Xml xml, LineTruth line) throws XMLStreamException {
        List<LineTruth.Word> words = line.words();
        for (int i = 0; i < words.size(); i++) {
            LineTruth.Word word = words.get(i);
            if (i > 0) {
                Box before = words.get(i - 1).box();
                int width = Math.max(0, word.box().left() - before.right());
                xml.empty("SP", "HPOS", before.right(), "VPOS", before.top(), "WIDTH", width);
            }
            Object[] attributes = placed(word.box(), "ID", "s" + (i + 1), "CONTENT", word.text());
            if (word.glyphs().stream().allMatch(glyph -> isOne(composed(glyph)))) {
                xml.element(
                        "String",
                        () -> {
                            for (LineTruth.Glyph glyph : word.glyphs()) {
                                xml.empty("Glyph", placed(glyph.box(), "CONTENT", composed(glyph)));
                            }
                        },
                        attributes);
            } else {
                xml.empty("String", attributes);
            }
        }
    }

    private static String composed(LineTruth.Glyph glyph) {
        return Normalizer.normalize(glyph.character(), Normalizer.Form.NFC);
    }

    private static boolean isOne(String character) {
        return character.codePointCount(0, character.length()) == 1;
    }

    private static Object[] placed(Box box, Object... first) {
        Object[] attributes = new Object[first.length + 8];
        System.arraycopy(first, 0, attributes, 0, first.length);
        Object[] place = {
            "HPOS", box.left(), "VPOS", box.top(), "WIDTH", box.width(), "HEIGHT", box.height(),
        };
        System.arraycopy(place, 0, attributes, first.length, place.length);
        return attributes;
    }
}
