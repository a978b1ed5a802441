package io.inkstream.schemas.layout;

import com.pngencoder.PngEncoder;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.ImageFormat;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The formats that the images of a document may have. Encoders, file names, media types, the command line and the table of
 * the README follow from this list; {@link ImageFormat} has a constant of the same name.
 *
 * <p>Equal pixels give equal bytes, and {@link #grey} gives back the very pixels. No file begins with a zero byte, which the
 * store of page lines takes for a mark of its own. Thread-safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // the encoders are functions of their arguments
public enum OutputFormat {
    PNG("image/png", "png", "grey, 8 bit: 255 is paper and 0 is ink", OutputFormat::png),
    PNG_ALPHA("image/png", "png", "black ink on transparent paper, 256 steps", OutputFormat::pngAlpha);

    /** Above it, handwriting hardly gets smaller, but the time of a line doubles. */
    private static final int COMPRESSION_LEVEL = 4;

    /** Bytes of a PNG's signature and header chunk; then come the chunks that may be inserted. */
    private static final int PNG_HEADER = 33;

    private static final int PNG_COLOUR_TYPE = 25;
    private static final int PNG_INDEXED = 3;
    private static final int GREYS = 256;

    private final String mediaType;
    private final String extension;
    private final String doc;
    private final Encoder encoder;

    private interface Encoder {
        byte[] encode(int widthPx, int heightPx, byte[] grey);
    }

    OutputFormat(String mediaType, String extension, String doc, Encoder encoder) {
        this.mediaType = mediaType;
        this.extension = extension;
        this.doc = doc;
        this.encoder = encoder;
    }

    /** The name that a document asks for it by, such as {@code png-alpha}. */
    public String id() {
        return idOf(name());
    }

    static String idOf(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Such as {@code image/png}; two formats may share one. */
    public String mediaType() {
        return mediaType;
    }

    /** What it looks like, in half a sentence. */
    public String doc() {
        return doc;
    }

    /** The names of all formats. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(OutputFormat::id).toList();
    }

    /**
     * The format of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static OutputFormat named(String id) {
        return Arrays.stream(values())
                .filter(format -> format.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no format is called '" + id + "'"));
    }

    /**
     * The format that a request for a line asks for.
     *
     * @throws IllegalArgumentException if a document cannot have it
     */
    public static OutputFormat of(ImageFormat format) {
        return valueOf(format.name());
    }

    /** The format of an image of that provenance. */
    public static OutputFormat of(Provenance provenance) {
        LayoutOptions layout = provenance.getLayout();
        return layout == null ? PNG : named(layout.getFormat()); // releases that named no layout had no other
    }

    /** A media type that is one of ours; anybody may write to a topic, and a browser does as the type says. */
    public static Optional<String> known(String mediaType) {
        return Arrays.stream(values())
                .map(OutputFormat::mediaType)
                .filter(mediaType::equals)
                .findFirst();
    }

    /** What the name of a file of that media type ends with, after the dot; {@code bin} if it is none of ours. */
    public static String extension(String mediaType) {
        return Arrays.stream(values())
                .filter(format -> format.mediaType.equals(mediaType))
                .map(format -> format.extension)
                .findFirst()
                .orElse("bin");
    }

    /**
     * Encodes an image.
     *
     * @param grey [height * width] by rows, 255 is paper and 0 is ink
     */
    public byte[] encode(int widthPx, int heightPx, byte[] grey) {
        return encoder.encode(widthPx, heightPx, grey);
    }

    /**
     * Decodes an image of any of these formats.
     *
     * @return 8 bit in one band, 255 is paper and 0 is ink
     * @throws IOException if it is none
     */
    public static BufferedImage grey(byte[] image) throws IOException {
        // In memory: ImageIO would make a file for a stream of its own choice.
        BufferedImage read = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(image)));
        if (read == null) {
            throw new IOException("the image is not a PNG");
        }
        if (read.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            return read;
        }
        BufferedImage grey = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        if (read.getColorModel() instanceof IndexColorModel palette && palette.hasAlpha()) {
            for (int y = 0; y < read.getHeight(); y++) {
                for (int x = 0; x < read.getWidth(); x++) {
                    int index = read.getRaster().getSample(x, y, 0);
                    grey.getRaster().setSample(x, y, 0, GREYS - 1 - palette.getAlpha(index));
                }
            }
        } else {
            grey.getGraphics().drawImage(read, 0, 0, null);
        }
        return grey;
    }

    private static byte[] png(int widthPx, int heightPx, byte[] grey) {
        BufferedImage image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_BYTE_GRAY);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(grey, 0, data, 0, data.length);
        return new PngEncoder()
                .withBufferedImage(image)
                .withCompressionLevel(COMPRESSION_LEVEL)
                .withMultiThreadedCompressionEnabled(false) // other lines need the other cores
                .toBytes();
    }

    /** The grey image, whose values become places of a palette: black each, the darker the less transparent. */
    private static byte[] pngAlpha(int widthPx, int heightPx, byte[] grey) {
        byte[] png = png(widthPx, heightPx, grey);
        byte[] alpha = new byte[GREYS];
        for (int i = 0; i < GREYS; i++) {
            alpha[i] = (byte) (GREYS - 1 - i);
        }
        byte[] palette = chunk("PLTE", new byte[3 * GREYS]);
        byte[] transparency = chunk("tRNS", alpha);
        png[PNG_COLOUR_TYPE] = PNG_INDEXED;
        CRC32 crc = new CRC32();
        crc.update(png, 12, PNG_HEADER - 16);
        ByteBuffer.wrap(png).putInt(PNG_HEADER - 4, (int) crc.getValue());
        return ByteBuffer.allocate(png.length + palette.length + transparency.length)
                .put(png, 0, PNG_HEADER)
                .put(palette)
                .put(transparency)
                .put(png, PNG_HEADER, png.length - PNG_HEADER)
                .array();
    }

    private static byte[] chunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, data.length + 4);
        return chunk.putInt((int) crc.getValue()).array();
    }
}
