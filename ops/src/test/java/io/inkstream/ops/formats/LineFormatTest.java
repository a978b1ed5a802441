package io.inkstream.ops.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.ops.look.Box;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class LineFormatTest {
    /** What the schema of 2019-07-15 says of what we write; it has much more that is optional. */
    private static final Rules PAGE = new Rules(
            PageXml.NAMESPACE,
            Map.ofEntries(
                    Map.entry("PcGts", "Metadata Page"),
                    Map.entry("Metadata", "Creator Created LastChange Comments?"),
                    Map.entry("Creator", ""),
                    Map.entry("Created", ""),
                    Map.entry("LastChange", ""),
                    Map.entry("Page", "PrintSpace? ReadingOrder? TextRegion*"),
                    Map.entry("ReadingOrder", "OrderedGroup"),
                    Map.entry("OrderedGroup", "RegionRefIndexed+"),
                    Map.entry("RegionRefIndexed", ""),
                    Map.entry("TextRegion", "Coords TextLine* TextEquiv*"),
                    Map.entry("TextLine", "Coords Baseline? Word* TextEquiv*"),
                    Map.entry("Word", "Coords Glyph* TextEquiv*"),
                    Map.entry("Glyph", "Coords TextEquiv*"),
                    Map.entry("Coords", ""),
                    Map.entry("Baseline", ""),
                    Map.entry("TextEquiv", "PlainText? Unicode"),
                    Map.entry("Unicode", "")),
            Map.of(
                    "Page", "imageFilename:string! imageWidth:int! imageHeight:int!",
                    "OrderedGroup", "id:ID!",
                    "RegionRefIndexed", "index:int! regionRef:IDREF!",
                    "TextRegion", "id:ID! type:textType",
                    "TextLine", "id:ID!",
                    "Word", "id:ID!",
                    "Glyph", "id:ID!",
                    "Coords", "points:points!",
                    "Baseline", "points:points!"));

    private static final String PLACE = " HPOS:float VPOS:float WIDTH:float HEIGHT:float";

    /** What ALTO 4.4 says of what we write. */
    private static final Rules ALTO = new Rules(
            AltoXml.NAMESPACE,
            Map.ofEntries(
                    Map.entry("alto", "Description? Layout"),
                    Map.entry("Description", "MeasurementUnit sourceImageInformation?"),
                    Map.entry("MeasurementUnit", ""),
                    Map.entry("sourceImageInformation", "fileName?"),
                    Map.entry("fileName", ""),
                    Map.entry("Layout", "Page+"),
                    Map.entry("Page", "PrintSpace?"),
                    Map.entry("PrintSpace", "TextBlock*"),
                    Map.entry("TextBlock", "TextLine*"),
                    Map.entry("TextLine", "Shape? (String SP?)+ HYP?"),
                    Map.entry("String", "Glyph*"),
                    Map.entry("SP", ""),
                    Map.entry("Glyph", "")),
            Map.of(
                    "Page", "ID:ID! PHYSICAL_IMG_NR:float! WIDTH:float HEIGHT:float",
                    "PrintSpace", "ID:ID" + PLACE,
                    "TextBlock", "ID:ID!" + PLACE,
                    "TextLine", "ID:ID BASELINE:string" + PLACE,
                    "String", "ID:ID CONTENT:string!" + PLACE,
                    "SP", "ID:ID" + PLACE,
                    "Glyph", "ID:ID CONTENT:character!" + PLACE));

    /** Signs that XML, JSON and tables mark things with, a pair of surrogates, letters with marks, one word a mark alone. */
    private static final String TEXT = "A<b&\"c\"> '\uD835\uDD38' o\u0323\u0301 é\tZoë\u00a0x  ";

    /** Each grapheme ten pixels wide, upon a line of 40. */
    private static LineImage drawn(String text, String... characters) {
        LineImage line = new LineImage();
        List<GlyphBox> glyphs = new ArrayList<>();
        int at = 0;
        for (String character : characters) {
            int place = text.indexOf(character, at);
            glyphs.add(new GlyphBox(character, place, 10 * place + 2, 8, 9, 22, false, null));
            at = place + character.length();
        }
        line.setText(text);
        line.setWidthPx(10 * text.length() + 20);
        line.setHeightPx(40);
        line.setBaselinePx(29.6);
        line.setGlyphs(glyphs);
        return line;
    }

    private static LineTruth truth() {
        return LineTruth.of(
                "line-0001.png",
                drawn(
                        TEXT,
                        "A",
                        "<",
                        "b",
                        "&",
                        "\"",
                        "c",
                        "\"",
                        ">",
                        "'",
                        "\uD835\uDD38",
                        "'",
                        "o\u0323\u0301",
                        "é",
                        "Z",
                        "o",
                        "ë",
                        "x"));
    }

    private static String text(LineFormat format, LineTruth line, String name) {
        return new String(format.beside(line).get(name), StandardCharsets.UTF_8);
    }

    @Test
    void aTruthHasOneSpaceBetweenWordsAndNoneAroundThem() {
        LineTruth line = truth();

        assertThat(line.text()).isEqualTo("A<b&\"c\"> '\uD835\uDD38' o\u0323\u0301 é Zoë x");
        assertThat(line.words())
                .extracting(LineTruth.Word::text)
                .containsExactly("A<b&\"c\">", "'\uD835\uDD38'", "o\u0323\u0301", "é", "Zoë", "x");
        assertThat(line.words().get(0).box()).isEqualTo(new Box(2, 8, 79, 22));
        assertThat(line.baseline().fromX()).isEqualTo(2);
        assertThat(line.name()).isEqualTo("line-0001");
    }

    @Test
    void glyphsThatAreNotTheTextAreRefused() {
        assertThatThrownBy(() -> LineTruth.of("line-0001.png", drawn("ab c", "a", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its 2 glyphs are not 'ab c'");
        assertThatThrownBy(() -> LineTruth.of("line-0001.png", drawn(" ")))
                .isInstanceOf(IllegalArgumentException.class);
        LineImage other = drawn("ab", "a", "b");
        other.setText("ax");
        assertThatThrownBy(() -> LineTruth.of("line-0001.png", other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("glyph b is not at 1 of 'ax'");
    }

    @Test
    void pageXmlHasTheStructureOfItsSchemaAndTheTextAsItIs() throws Exception {
        LineTruth line = truth();
        Document page = Rules.parse(LineFormat.PAGE.beside(line).get("line-0001.page.xml"));

        PAGE.check(page);
        for (String time : List.of("Created", "LastChange")) {
            String said = Rules.elements(page, time).get(0).getTextContent();
            assertThat(OffsetDateTime.parse(said).getOffset()).isEqualTo(ZoneOffset.UTC);
        }
        Element textLine = Rules.elements(page, "TextLine").get(0);
        List<Element> ofLine = Rules.childrenOf(textLine);
        assertThat(ofLine.get(ofLine.size() - 1).getTextContent().strip()).isEqualTo(line.text());
        assertThat(Rules.elements(page, "Word").stream().map(word -> Rules.childrenOf(word)
                        .get(Rules.childrenOf(word).size() - 1)
                        .getTextContent()
                        .strip()))
                .containsExactly("A<b&\"c\">", "'\uD835\uDD38'", "o\u0323\u0301", "é", "Zoë", "x");
        assertThat(Rules.elements(page, "Glyph")).hasSize(line.glyphs().size());
        for (Element coords : Rules.elements(page, "Coords")) {
            assertThat(coords.getAttribute("points")).matches("([0-9]+,[0-9]+ ){3}[0-9]+,[0-9]+");
        }
        Element first = Rules.childrenOf(Rules.elements(page, "Glyph").get(0)).get(0);
        assertThat(first.getAttribute("points")).isEqualTo("2,8 10,8 10,29 2,29");
        assertThat(Rules.elements(page, "Baseline").get(0).getAttribute("points"))
                .isEqualTo("2,30 251,30");
    }

    @Test
    void altoHasTheStructureOfItsSchemaAndGlyphsOfOneCharacter() throws Exception {
        LineTruth line = truth();
        Document alto = Rules.parse(LineFormat.ALTO.beside(line).get("line-0001.alto.xml"));

        ALTO.check(alto);
        assertThat(Rules.elements(alto, "MeasurementUnit").get(0).getTextContent())
                .isEqualTo("pixel");
        List<Element> inLine = Rules.childrenOf(Rules.elements(alto, "TextLine").get(0));
        StringBuilder text = new StringBuilder();
        inLine.forEach(one -> text.append(one.getLocalName().equals("SP") ? " " : one.getAttribute("CONTENT")));
        assertThat(text).hasToString(line.text());
        for (Element glyph : Rules.elements(alto, "Glyph")) {
            String content = glyph.getAttribute("CONTENT");
            assertThat(content.codePointCount(0, content.length())).as(content).isEqualTo(1);
        }
        // What no single character is stands in its word alone.
        assertThat(Rules.elements(Rules.elements(alto, "String").get(2), "Glyph"))
                .isEmpty();
        assertThat(Rules.elements(Rules.elements(alto, "String").get(1), "Glyph"))
                .hasSize(3);
        Element first = Rules.elements(alto, "Glyph").get(0);
        assertThat(List.of(
                        first.getAttribute("HPOS"),
                        first.getAttribute("VPOS"),
                        first.getAttribute("WIDTH"),
                        first.getAttribute("HEIGHT")))
                .containsExactly("2", "8", "9", "22");
        for (Element space : Rules.elements(alto, "SP")) {
            assertThat(Double.parseDouble(space.getAttribute("WIDTH"))).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void tesseractHasABoxForEachCharacterAndSpaceFromTheLowerLeftAndATabAtTheEnd() {
        LineTruth line = truth();
        List<String> boxes =
                text(LineFormat.TESSERACT, line, "line-0001.box").lines().toList();

        StringBuilder symbols = new StringBuilder();
        for (String box : boxes) {
            assertThat(box).matches("(?s)(\\P{Z}+| |\t)( \\d+){4} 0");
            String[] places = box.substring(box.indexOf(' ', 1) + 1).split(" ");
            assertThat(Integer.parseInt(places[2])).as(box).isGreaterThan(Integer.parseInt(places[0]));
            assertThat(Integer.parseInt(places[3])).as(box).isGreaterThan(Integer.parseInt(places[1]));
            symbols.append(box, 0, box.indexOf(' ', 1));
        }
        assertThat(symbols).hasToString(line.text() + "\t");
        assertThat(boxes.get(0)).isEqualTo("A 2 10 11 32 0");
        assertThat(text(LineFormat.TESSERACT, line, "line-0001.gt.txt")).isEqualTo(line.text() + "\n");
        assertThat(LineFormat.KRAKEN.beside(line)).containsOnlyKeys("line-0001.gt.txt");
    }

    @Test
    void wordsThatOverlapHaveASpaceBetweenThemAllTheSame() {
        LineImage overlapping = drawn("a b", "a", "b");
        overlapping.getGlyphs().get(1).setLeft(5);
        LineTruth line = LineTruth.of("line-0001.png", overlapping);

        assertThat(text(LineFormat.TESSERACT, line, "line-0001.box").lines().toList())
                .containsExactly("a 2 10 11 32 0", "  11 10 12 32 0", "b 5 10 14 32 0", "\t 14 10 15 32 0");
        assertThat(text(LineFormat.ALTO, line, "line-0001.alto.xml"))
                .contains("<SP HPOS=\"11\" VPOS=\"8\" WIDTH=\"0\"/>");
    }

    @Test
    void equalLinesGiveEqualBytes() {
        for (LineFormat format : LineFormat.values()) {
            Map<String, byte[]> again = format.beside(truth());
            format.beside(truth())
                    .forEach((name, bytes) -> assertThat(again.get(name)).isEqualTo(bytes));
        }
    }
}
