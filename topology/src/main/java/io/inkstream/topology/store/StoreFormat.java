package io.inkstream.topology.store;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.BoundedDecoder;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.state.PlannedLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes the values of the state stores and reads them, those of former releases too: a backlog outlives an upgrade.
 *
 * <p>Values are in Avro's single-object encoding, which names its schema by fingerprint, so that no value depends on the
 * schema registry. The schemas of every release that changed one lie beside this class, a file each; a test
 * keeps the list whole.
 */
public final class StoreFormat {
    private static final byte[] MAGIC = {(byte) 0xc3, 1};
    private static final int HEADER = MAGIC.length + Long.BYTES;

    /** Releases that changed a stored schema. None is ever dropped: the marks of images, which live for ever, name them too. */
    static final List<String> RELEASES = List.of("0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0");

    private static final SchemaStore SCHEMAS = schemas();
    private static final BinaryMessageDecoder<PendingDocument> DOCUMENTS = PendingDocument.createDecoder(SCHEMAS);
    private static final BinaryMessageDecoder<PlannedLine> LINES = PlannedLine.createDecoder(SCHEMAS);
    private static final BinaryMessageDecoder<LineImage> IMAGES = LineImage.createDecoder(SCHEMAS);
    private static final BinaryMessageDecoder<TextDocument> TEXTS = TextDocument.createDecoder(SCHEMAS);

    static {
        // Of all work of a stream thread a fifth was Avro's walk over schemas; generated code writes the same bytes in
        // half the time.
        for (Class<?> record : List.of(PendingDocument.class, PlannedLine.class, LineImage.class, TextDocument.class)) {
            SpecificData.getForClass(record).setCustomCoders(true);
        }
    }

    private StoreFormat() {}

    /** A document as a store keeps it. */
    public static byte[] encoded(PendingDocument document) {
        return bytes(document::toByteBuffer);
    }

    /** A line as a store keeps it. */
    public static byte[] encoded(PlannedLine line) {
        return bytes(line::toByteBuffer);
    }

    /** A line's image as a planned line keeps it. */
    public static byte[] encoded(LineImage image) {
        return bytes(image::toByteBuffer);
    }

    /** A text as a pending document keeps it. */
    public static byte[] encoded(TextDocument text) {
        return bytes(text::toByteBuffer);
    }

    /** Reads a document that any release kept. */
    public static PendingDocument document(byte[] bytes) {
        return decoded(DOCUMENTS, ByteBuffer.wrap(bytes));
    }

    /** Reads a line that any release kept. */
    public static PlannedLine line(byte[] bytes) {
        return decoded(LINES, ByteBuffer.wrap(bytes));
    }

    /** Reads a line's image that any release kept. */
    public static LineImage image(ByteBuffer bytes) {
        return decoded(IMAGES, bytes.duplicate());
    }

    /**
     * Reads a line's image that any release kept, out of bytes that anybody may have written.
     *
     * @throws IOException if they are none
     */
    public static LineImage foreignImage(byte[] bytes) throws IOException {
        if (bytes.length < HEADER || bytes[0] != MAGIC[0] || bytes[1] != MAGIC[1]) {
            throw new IOException("it is no record in single-object encoding");
        }
        Schema writer = SCHEMAS.findByFingerprint(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(MAGIC.length));
        if (writer == null) {
            throw new IOException("it was written by a release that this one does not know");
        }
        return new SpecificDatumReader<LineImage>(writer, LineImage.getClassSchema())
                .read(null, new BoundedDecoder(bytes, HEADER));
    }

    /** Reads a text that any release kept. */
    public static TextDocument text(ByteBuffer bytes) {
        return decoded(TEXTS, bytes.duplicate());
    }

    private static <T extends SpecificRecordBase> T decoded(BinaryMessageDecoder<T> decoder, ByteBuffer bytes) {
        try {
            return decoder.decode(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        ByteBuffer write() throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        try {
            ByteBuffer buffer = writing.write();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written anywhere
        }
    }

    private static SchemaStore schemas() {
        SchemaStore.Cache known = new SchemaStore.Cache();
        for (String release : RELEASES) {
            schemas(release).forEach(known::addSchema);
        }
        return known;
    }

    /** The schemas of the four records as a release wrote them. */
    static List<Schema> schemas(String release) {
        try (InputStream file = StoreFormat.class.getResourceAsStream(release + ".avsc")) {
            return new Schema.Parser().parse(file).getTypes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
