package io.inkstream.topology.mark;

import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.XmlText;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.store.StoreFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mark of an image: a packet of XMP that says to everybody's tools that a trained model drew it, which one, in which
 * style and from which seed. That of a line holds the whole record but for the image itself, so that the line can be drawn
 * again from its file alone. Equal records have equal marks.
 *
 * @see <a href="https://cv.iptc.org/newscodes/digitalsourcetype/">IPTC digital source types</a>
 */
public final class ImageMark {
    private static final String SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    private static final Pattern RECORD = Pattern.compile("<inkstream:Record>([A-Za-z0-9+/=]*)</inkstream:Record>");
    /** Bytes of a mark beside its record and text, names of the provenance included. */
    private static final int FRAME_BYTES = 4_096;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ImageMark() {}

    /** Puts its mark into the image of a line. */
    public static void put(LineImage line) {
        ByteBuffer image = line.getPng();
        line.setPng(NOTHING);
        String record = Base64.getEncoder().encodeToString(StoreFormat.encoded(line));
        String own = "<inkstream:Line>" + (line.getIndex() + 1) + " of " + line.getCount() + "</inkstream:Line>\n"
                + "<inkstream:Text>" + XmlText.escaped(line.getText()) + "</inkstream:Text>\n"
                + "<inkstream:Record>" + record + "</inkstream:Record>\n";
        line.setPng(marked(image, line.getProvenance(), own));
    }

    /** Puts its mark into the image of a page. */
    public static void put(PageImage page) {
        String own = "<inkstream:Page>" + (page.getIndex() + 1) + " of " + page.getCount() + "</inkstream:Page>\n";
        page.setPng(marked(page.getPng(), page.getProvenance(), own));
    }

    /**
     * Reads a line back from its file: all that its record said when it was drawn.
     *
     * @return empty if the file has no mark of a line
     * @throws IllegalArgumentException if it has one that cannot be read
     */
    public static Optional<LineImage> line(byte[] file) {
        Matcher record = RECORD.matcher(OutputFormat.xmp(file).orElse(""));
        if (!record.find()) {
            return Optional.empty();
        }
        try {
            LineImage line = StoreFormat.foreignImage(Base64.getDecoder().decode(record.group(1)));
            line.setPng(ByteBuffer.wrap(file));
            return Optional.of(line);
        } catch (IOException | RuntimeException e) { // whatever Avro says of bytes that anybody may have written
            throw new IllegalArgumentException("the mark of the image cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Bytes that a mark has at most.
     *
     * @param recordBytes of the line's record without its image
     */
    public static long most(long recordBytes) {
        return FRAME_BYTES + 8 * recordBytes; // a third more in base64, and the text with all its signs escaped
    }

    private static ByteBuffer marked(ByteBuffer image, Provenance provenance, String own) {
        byte[] bytes = BufferBytes.of(image);
        return ByteBuffer.wrap(OutputFormat.of(provenance).withXmp(bytes, packet(provenance, own)));
    }

    private static String packet(Provenance provenance, String own) {
        return "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
                + "<rdf:Description rdf:about=\"\"\n"
                + " xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
                + " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
                + " xmlns:inkstream=\"urn:inkstream:mark:1#\">\n"
                + "<Iptc4xmpExt:DigitalSourceType>" + SOURCE_TYPE + "</Iptc4xmpExt:DigitalSourceType>\n"
                + "<xmp:CreatorTool>Inkstream " + XmlText.escaped(provenance.getCodeVersion()) + "</xmp:CreatorTool>\n"
                + "<inkstream:Model>" + XmlText.escaped(provenance.getModel()) + "</inkstream:Model>\n"
                + "<inkstream:Style>" + XmlText.escaped(provenance.getStyle()) + "</inkstream:Style>\n"
                + "<inkstream:Seed>" + provenance.getSeed() + "</inkstream:Seed>\n"
                + own
                + "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>";
    }
}
