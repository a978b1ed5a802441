package io.inkstream.schemas.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.ImageFormat;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The formats that the images of a document may have. File names, media types, the command line and the table of the README
 * follow from this list; {@link ImageFormat} has a constant of the same name.
 *
 * <p>Equal pixels give equal bytes, and {@link #grey} gives back the very pixels. No file begins with a zero byte, which the
 * store of page lines takes for a mark of its own. Thread-safe.
 */
public enum OutputFormat {
    PNG("image/png", "png", "8 bit: white paper and ink of the colour that was asked for, grey where that is black"),
    PNG_ALPHA("image/png", "png", "the ink alone on transparent paper, 256 steps"),
    SVG("image/svg+xml", "svg", "the strokes of the pen in the order of writing, a group a glyph, in millimetres"),
    SVG_PLOT("image/svg+xml", "svg", "the same for a pen plotter: as few lifts of the pen as the strokes allow");

    private static final int GREYS = 256;
    private static final int WHITE = 0xffffff;
    /** As the specification of XMP, part 3, names it for PNG. */
    private static final String XMP_KEYWORD = "XML:com.adobe.xmp";

    /** Four times the largest page: a few bytes may claim more than any memory takes. */
    private static final long MOST_PIXELS = 1 << 26;

    private static final String XMP_BEGIN = "<x:xmpmeta";
    private static final String XMP_END = "</x:xmpmeta>";

    private final String mediaType;
    private final String extension;
    private final String doc;

    OutputFormat(String mediaType, String extension, String doc) {
        this.mediaType = mediaType;
        this.extension = extension;
        this.doc = doc;
    }

    /** The name that a document asks for it by, such as {@code png-alpha}. */
    public String id() {
        return Ids.of(this);
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
        return Ids.of(values());
    }

    /**
     * The format of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static OutputFormat named(String id) {
        return Ids.named(values(), id, "format");
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

    /** Whether it has strokes rather than pixels. */
    public boolean isVector() {
        return this == SVG || this == SVG_PLOT;
    }

    /**
     * Encodes pixels.
     *
     * @param grey [height * width] by rows, 255 is paper and 0 is ink
     * @throws IllegalStateException if the format has no pixels
     */
    public byte[] encode(int widthPx, int heightPx, byte[] grey, Appearance appearance) {
        int ink = appearance.ink();
        int dpi = appearance.resolutionDpi();
        return switch (this) {
            case PNG ->
                ink == 0
                        ? Png.grey(widthPx, heightPx, grey, dpi)
                        : Png.indexed(widthPx, heightPx, grey, palette(ink, WHITE), new byte[0], dpi);
            case PNG_ALPHA -> Png.indexed(widthPx, heightPx, grey, palette(ink, ink), fading(), dpi);
            case SVG, SVG_PLOT -> throw new IllegalStateException(id() + " has no pixels");
        };
    }

    /**
     * Encodes an image in colours as a PNG.
     *
     * @param rgb [height * width * 3] by rows
     */
    public static byte[] encodeColours(int widthPx, int heightPx, byte[] rgb, int resolutionDpi) {
        return Png.rgb(widthPx, heightPx, rgb, resolutionDpi);
    }

    /**
     * Puts a packet of XMP into an image.
     *
     * @param image in this format
     * @param xmp an element {@code x:xmpmeta}
     * @throws IllegalArgumentException if the image is not in this format
     */
    public byte[] withXmp(byte[] image, String xmp) {
        if (!isVector()) {
            return Png.withText(image, XMP_KEYWORD, xmp);
        }
        String svg = new String(image, StandardCharsets.UTF_8);
        int root = svg.indexOf('>') + 1;
        if (!svg.startsWith("<svg") || root == 0) {
            throw new IllegalArgumentException("the image is not an SVG");
        }
        return (svg.substring(0, root) + "\n<metadata>\n" + xmp + "\n</metadata>" + svg.substring(root))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** An image in this format with the XMP of another, if that has some. */
    public byte[] withXmpOf(byte[] other, byte[] image) {
        return xmp(other).map(mark -> withXmp(image, mark)).orElse(image);
    }

    /** The element {@code x:xmpmeta} of an image of any of these formats, if it has one. */
    public static Optional<String> xmp(byte[] image) {
        if (image.length > 0 && image[0] == '<') {
            String svg = new String(image, StandardCharsets.UTF_8);
            int from = svg.indexOf(XMP_BEGIN);
            int to = svg.indexOf(XMP_END, Math.max(0, from));
            return from < 0 || to < 0 ? Optional.empty() : Optional.of(svg.substring(from, to + XMP_END.length()));
        }
        return Png.text(image, XMP_KEYWORD);
    }

    /** For each grey what is that far from the ink to the paper. */
    private static byte[] palette(int ink, int paper) {
        byte[] palette = new byte[Rgb.BANDS * GREYS];
        for (int grey = 0; grey < GREYS; grey++) {
            for (int band = 0; band < Rgb.BANDS; band++) {
                palette[Rgb.BANDS * grey + band] = (byte) Rgb.mixed(Rgb.band(ink, band), Rgb.band(paper, band), grey);
            }
        }
        return palette;
    }

    private static byte[] fading() {
        byte[] alpha = new byte[GREYS];
        for (int i = 0; i < GREYS; i++) {
            alpha[i] = (byte) (GREYS - 1 - i);
        }
        return alpha;
    }

    /**
     * Decodes an image of any of the formats that have pixels.
     *
     * @return 8 bit in one band, 255 is paper and 0 is ink
     * @throws IOException if it is none
     */
    public static BufferedImage grey(byte[] image) throws IOException {
        long pixels = Png.pixels(image);
        if (pixels > MOST_PIXELS) {
            throw new IOException("the image has " + pixels + " pixels, more than any of ours");
        }
        // In memory: ImageIO would make a file for a stream of its own choice.
        BufferedImage read = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(image)));
        if (read == null) {
            throw new IOException("the image is not a PNG");
        }
        if (read.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            return read;
        }
        BufferedImage grey = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        if (read.getColorModel() instanceof IndexColorModel palette && isOurs(palette)) {
            grey.setData(read.getRaster()); // a place of the palette is its grey
        } else {
            grey.getGraphics().drawImage(read, 0, 0, null);
        }
        return grey;
    }

    /** Whether a palette is one that {@link #encode} writes. */
    private static boolean isOurs(IndexColorModel palette) {
        if (palette.getMapSize() != GREYS) {
            return false;
        }
        int ink = palette.getRGB(0) & WHITE;
        for (int i = 0; i < GREYS; i++) {
            int paper = palette.hasAlpha() ? ink : WHITE;
            int alpha = palette.hasAlpha() ? GREYS - 1 - i : GREYS - 1;
            int wanted = alpha << 24;
            for (int band = 0; band < Rgb.BANDS; band++) {
                wanted |= Rgb.mixed(Rgb.band(ink, band), Rgb.band(paper, band), i) << (16 - 8 * band);
            }
            if (palette.getRGB(i) != wanted) {
                return false;
            }
        }
        return true;
    }
}
