package io.inkstream.schemas.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RowDeflaterTest {
    /** What an image may be full of. */
    enum Content {
        WHITE,
        BLACK,
        NOISE,
        TWO_GREYS,
        RUNS,
        ROWS_ALIKE,
        STROKES,
        FEW_BYTES_OF_VERY_UNEVEN_COUNTS;

        byte[] pixels(int width, int height, Random random) {
            byte[] pixels = new byte[width * height];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = switch (this) {
                    case WHITE -> (byte) 255;
                    case BLACK -> 0;
                    case NOISE -> (byte) random.nextInt();
                    case TWO_GREYS -> (byte) (random.nextInt(9) == 0 ? 7 : 255);
                    case RUNS -> i > 0 && random.nextInt(200) > 0 ? pixels[i - 1] : (byte) random.nextInt();
                    case ROWS_ALIKE ->
                        i >= width && random.nextInt(300) > 0 ? pixels[i - width] : (byte) random.nextInt();
                    case STROKES -> stroke(i % width, i / width);
                    case FEW_BYTES_OF_VERY_UNEVEN_COUNTS ->
                        (byte) Integer.numberOfTrailingZeros(random.nextInt() | 1 << 20);
                };
            }
            return pixels;
        }

        private static byte stroke(int x, int y) {
            double off = Math.abs((x + .3 * y) % 40 - 20) - 3;
            return (byte) Math.round(255 * Math.max(0, Math.min(1, off)));
        }
    }

    @Property(tries = 400)
    void whatIsPackedIsUnpackedToTheSameRows(
            @ForAll Content content,
            @ForAll @IntRange(min = 1, max = 700) int width,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll long seed)
            throws DataFormatException {
        byte[] pixels = content.pixels(width, height, new Random(seed));

        byte[] packed = RowDeflater.zlib(pixels, width);

        assertThat(unpacked(packed, width, pixels.length)).isEqualTo(pixels);
        assertThat(packed.length).isLessThanOrEqualTo(mostBytes(pixels.length + height));
        assertThat(RowDeflater.zlib(pixels, width)).isEqualTo(packed);
    }

    /** Narrow rows, matches of the greatest length, rows that end at the window and beyond, and images of many blocks. */
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 1",
        "1, 2",
        "1, 5000",
        "2, 3000",
        "3, 2000",
        "4, 900",
        "5, 900",
        "256, 9",
        "257, 9",
        "258, 9",
        "259, 9",
        "515, 9",
        "16384, 5",
        "32766, 5",
        "32767, 5",
        "32768, 5",
        "32769, 5",
        "70000, 4",
        "140000, 1",
        "3000, 2000"
    })
    void everySizeIsUnpackedToTheSameRows(int width, int height) throws DataFormatException {
        for (Content content : Content.values()) {
            byte[] pixels = content.pixels(width, height, new Random(3));

            byte[] packed = RowDeflater.zlib(pixels, width);

            assertThat(Arrays.equals(unpacked(packed, width, pixels.length), pixels))
                    .as("%s of %d x %d", content, width, height)
                    .isTrue();
            assertThat(packed.length).isLessThanOrEqualTo(mostBytes(pixels.length + height));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherDecoderSeesTheSamePixels(Content content) throws IOException {
        for (int[] size : new int[][] {{1, 1}, {1, 700}, {37, 21}, {900, 64}, {40_000, 3}, {1500, 1000}}) {
            byte[] pixels = content.pixels(size[0], size[1], new Random(size[0]));

            BufferedImage read = ImageIO.read(new ByteArrayInputStream(Png.grey(size[0], size[1], pixels, 200)));

            assertThat(Arrays.equals(((DataBufferByte) read.getRaster().getDataBuffer()).getData(), pixels))
                    .isTrue();
        }
    }

    @Test
    void aRowOfPaperTakesAFewBytes() {
        byte[] page = Content.WHITE.pixels(2480, 3508, new Random(0));

        assertThat(RowDeflater.zlib(page, 2480)).hasSizeLessThan(6 * 3508);
    }

    /** No processor and no version of a library has a say in it; images of one version of the code are the same for ever. */
    @Test
    void theBytesAreThoseOfEveryPlatform() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Content content : Content.values()) {
            digest.update(RowDeflater.zlib(content.pixels(300, 200, new Random(7)), 300));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()).substring(0, 16)).isEqualTo("8e60e6056211e000");
    }

    /** Stored blocks of 64 KiB add five bytes each; a block ends early where its tokens are full. */
    private static int mostBytes(int length) {
        return length + 5 * (2 + length / (1 << 13)) + 2 + 4;
    }

    private static byte[] unpacked(byte[] packed, int width, int pixels) throws DataFormatException {
        Inflater inflater = new Inflater();
        inflater.setInput(packed);
        byte[] rows = new byte[pixels + pixels / width];
        int length = inflater.inflate(rows);
        assertThat(length).isEqualTo(rows.length);
        assertThat(inflater.inflate(new byte[1])).isZero();
        assertThat(inflater.finished()).as("checksum and end").isTrue();
        assertThat(inflater.getRemaining()).isZero();
        inflater.end();
        byte[] unpacked = new byte[pixels];
        for (int y = 0; y < pixels / width; y++) {
            assertThat(rows[y * (width + 1)]).as("filter").isZero();
            System.arraycopy(rows, y * (width + 1) + 1, unpacked, y * width, width);
        }
        return unpacked;
    }
}
