package io.inkstream.topology.mark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.PenMark;
import io.inkstream.schemas.avro.PenMarkKind;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.store.StoreFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;

class ImageMarkTest {
    private static final String TEXT = "Tom & \"Ada\" <3 \u00e4\ud835\udd38";

    @ParameterizedTest
    @EnumSource
    void aLineIsReadBackFromItsFileAlone(OutputFormat format) {
        LineImage line = line(format);
        byte[] drawn = BufferBytes.of(line.getPng());

        ImageMark.put(line);

        byte[] file = BufferBytes.of(line.getPng());
        assertThat(ImageMark.line(file)).contains(line);
        assertThat(ImageMark.line(drawn)).isEmpty();
        LineImage again = line(format);
        ImageMark.put(again);
        assertThat(BufferBytes.of(again.getPng())).isEqualTo(file);
    }

    /** As any program sees it that knows XMP. */
    @Test
    void everybodysToolsCanReadThatAModelDrewIt() throws Exception {
        LineImage line = line(OutputFormat.PNG);
        ImageMark.put(line);

        String xmp = OutputFormat.xmp(BufferBytes.of(line.getPng())).orElseThrow();
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document parsed =
                factory.newDocumentBuilder().parse(new ByteArrayInputStream(xmp.getBytes(StandardCharsets.UTF_8)));
        assertThat(said(parsed, "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"))
                .isEqualTo("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
        assertThat(said(parsed, "urn:inkstream:mark:1#", "Text")).isEqualTo(TEXT);
        assertThat(said(parsed, "urn:inkstream:mark:1#", "Model")).isEqualTo("base:4");
        assertThat(said(parsed, "urn:inkstream:mark:1#", "Seed")).isEqualTo("-7");
    }

    @Test
    void aPageSaysWhichModelDrewItAndIsNoLine() {
        LineImage line = line(OutputFormat.PNG);
        PageImage page = new PageImage(0, 1, 0, 1, line.getPng(), 3, 1, line.getProvenance(), "", line.getMediaType());

        ImageMark.put(page);

        assertThat(OutputFormat.xmp(BufferBytes.of(page.getPng())).orElseThrow())
                .contains("trainedAlgorithmicMedia", "base:4", "<inkstream:Page>1 of 1<");
        assertThat(ImageMark.line(BufferBytes.of(page.getPng()))).isEmpty();
    }

    @Test
    void aMarkIsNeverLargerThanIsReckoned() {
        LineImage line = line(OutputFormat.PNG);
        line.setText("\"".repeat(4_096));
        int before = line.getPng().remaining();
        line.setPng(ByteBuffer.wrap(new byte[0]));
        long record = StoreFormat.encoded(line).length;
        line.setPng(line(OutputFormat.PNG).getPng());

        ImageMark.put(line);

        assertThat((long) line.getPng().remaining() - before).isLessThanOrEqualTo(ImageMark.most(record));
    }

    @Test
    void aMarkThatWasTamperedWithIsNamed() {
        byte[] file = OutputFormat.PNG.withXmp(
                image(OutputFormat.PNG), "<x:xmpmeta><inkstream:Record>AAAA</inkstream:Record></x:xmpmeta>");

        assertThatThrownBy(() -> ImageMark.line(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the mark of the image cannot be read");
    }

    /** A few bytes that claim two thousand million letters cost no memory. */
    @Test
    void aMarkThatPromisesMoreThanItHasIsRefused() {
        LineImage line = line(OutputFormat.PNG);
        line.setPng(ByteBuffer.wrap(new byte[0]));
        line.setGlyphs(List.of());
        byte[] record = StoreFormat.encoded(line);
        ByteArrayOutputStream huge = new ByteArrayOutputStream();
        huge.write(record, 0, 10); // the header
        huge.writeBytes(new byte[] {4, 10, 0, 0, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0});
        huge.writeBytes(new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 15});
        byte[] file = OutputFormat.PNG.withXmp(
                image(OutputFormat.PNG),
                "<x:xmpmeta><inkstream:Record>" + Base64.getEncoder().encodeToString(huge.toByteArray())
                        + "</inkstream:Record></x:xmpmeta>");

        assertThatThrownBy(() -> ImageMark.line(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the mark of the image cannot be read");
    }

    private static String said(Document xmp, String namespace, String name) {
        return xmp.getElementsByTagNameNS(namespace, name).item(0).getTextContent();
    }

    private static byte[] image(OutputFormat format) {
        return format.isVector()
                ? "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 3 1\">\n<g>\n</g>\n</svg>\n"
                        .getBytes(StandardCharsets.UTF_8)
                : format.encode(3, 1, new byte[] {0, 9, 99}, Appearance.STANDARD);
    }

    private static LineImage line(OutputFormat format) {
        Provenance provenance = new Provenance(
                "base:4",
                "ab".repeat(32),
                "engine-1",
                "cpu",
                "natural",
                -7L,
                "r1",
                "0.6.0",
                LayoutOptions.newBuilder().setFormat(format.id()).build());
        return LineImage.newBuilder()
                .setIndex(2)
                .setCount(5)
                .setText(TEXT)
                .setPng(ByteBuffer.wrap(image(format)))
                .setWidthPx(3)
                .setHeightPx(1)
                .setBaselinePx(.6)
                .setGlyphs(List.of(new GlyphBox("T", 0, 1, 2, 3, 4, true, null)))
                .setSubstitutions(List.of())
                .setProvenance(provenance)
                .setMediaType(format.mediaType())
                .setReading(null)
                .setPenMarks(List.of(new PenMark(PenMarkKind.STRIKE, 0, 0)))
                .build();
    }
}
