package io.inkstream.schemas.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.ImageFormat;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutputFormatTest {
    private static final int WIDTH = 37;
    private static final int HEIGHT = 21;

    @ParameterizedTest
    @CsvSource({"PNG, 0", "PNG_ALPHA, 0", "PNG, 0x1a2b6d", "PNG_ALPHA, 0xc01010"})
    void whatIsEncodedIsDecodedToTheSamePixels(OutputFormat format, int ink) throws IOException {
        byte[] pixels = pixels();
        Appearance appearance = new Appearance(ink, 300);

        byte[] image = format.encode(WIDTH, HEIGHT, pixels, appearance);

        BufferedImage grey = OutputFormat.grey(image);
        assertThat(grey.getWidth()).isEqualTo(WIDTH);
        assertThat(((DataBufferByte) grey.getRaster().getDataBuffer()).getData())
                .isEqualTo(pixels);
        assertThat(format.encode(WIDTH, HEIGHT, pixels, appearance)).isEqualTo(image);
        assertThat(image[0]).as("a store takes 0 for a mark of its own").isNotZero();
    }

    @ParameterizedTest
    @EnumSource
    void aRequestHasAConstantOfTheName(OutputFormat format) {
        assertThat(OutputFormat.of(ImageFormat.valueOf(format.name()))).isEqualTo(format);
        assertThat(OutputFormat.named(format.id())).isEqualTo(format);
    }

    /** As any program sees it that knows PNG. */
    @Test
    void withAlphaInkIsBlackAndPaperIsTransparent() throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(
                OutputFormat.PNG_ALPHA.encode(3, 1, new byte[] {0, (byte) 200, (byte) 255}, Appearance.STANDARD)));

        assertThat(read.getRGB(0, 0)).isEqualTo(0xff000000);
        assertThat(read.getRGB(1, 0)).isEqualTo(55 << 24);
        assertThat(read.getRGB(2, 0)).isZero();
    }

    @Test
    void colouredInkFadesToWhitePaper() throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(
                OutputFormat.PNG.encode(3, 1, new byte[] {0, (byte) 200, (byte) 255}, new Appearance(0x1a2b6d, 200))));

        assertThat(read.getRGB(0, 0)).isEqualTo(0xff1a2b6d);
        assertThat(read.getRGB(1, 0)).isEqualTo(0xffced1e0);
        assertThat(read.getRGB(2, 0)).isEqualTo(0xffffffff);
    }

    /** Viewers that manage colours would take a grey of 128 for 188 if a profile or a gamma said that it is linear. */
    @ParameterizedTest
    @EnumSource(names = {"PNG", "PNG_ALPHA"})
    void aFileSaysHowLargeItIsAndNothingOfColours(OutputFormat format) {
        byte[] image = format.encode(WIDTH, HEIGHT, pixels(), new Appearance(0, 300));

        String bytes = new String(image, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf("pHYs");
        assertThat(ByteBuffer.wrap(image).getInt(at + 4)).as("pixels a metre").isEqualTo(11_811);
        assertThat(image[at + 12]).as("the unit is the metre").isEqualTo((byte) 1);
        assertThat(bytes).doesNotContain("iCCP", "gAMA", "cHRM");
    }

    @ParameterizedTest
    @EnumSource(names = {"PNG", "PNG_ALPHA"})
    void metadataComeBackAndLeaveThePixels(OutputFormat format) throws IOException {
        byte[] pixels = pixels();
        byte[] image = format.encode(WIDTH, HEIGHT, pixels, Appearance.STANDARD);
        String xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\u00e4 \ud83d\ude00</x:xmpmeta>";

        byte[] marked = format.withXmp(image, xmp);

        assertThat(OutputFormat.xmp(image)).isEmpty();
        assertThat(OutputFormat.xmp(marked)).contains(xmp);
        assertThat(((DataBufferByte) OutputFormat.grey(marked).getRaster().getDataBuffer()).getData())
                .isEqualTo(pixels);
    }

    @Test
    void metadataOfAnSvgComeBackAsTheyWere() {
        byte[] svg = "<svg viewBox=\"0 0 1 1\">\n<g>\n</g>\n</svg>\n".getBytes(StandardCharsets.UTF_8);
        String xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\u00e4</x:xmpmeta>";

        byte[] marked = OutputFormat.SVG.withXmp(svg, xmp);

        assertThat(OutputFormat.xmp(svg)).isEmpty();
        assertThat(OutputFormat.xmp(marked)).contains(xmp);
        assertThat(new String(marked, StandardCharsets.UTF_8).replaceAll("(?s)\n<metadata>.*</metadata>", ""))
                .isEqualTo(new String(svg, StandardCharsets.UTF_8));
    }

    @Test
    void aFileThatClaimsMorePixelsThanMemoryTakesIsRefused() {
        byte[] image = OutputFormat.PNG.encode(WIDTH, HEIGHT, pixels(), Appearance.STANDARD);
        ByteBuffer.wrap(image).putInt(16, 100_000).putInt(20, 100_000);

        assertThatThrownBy(() -> OutputFormat.grey(image))
                .isInstanceOf(IOException.class)
                .hasMessage("the image has 10000000000 pixels, more than any of ours");
    }

    @Test
    void whatIsNoImageHasNoMetadataAndGetsNone() {
        byte[] cut = Arrays.copyOf(OutputFormat.PNG.encode(WIDTH, HEIGHT, pixels(), Appearance.STANDARD), 60);

        for (byte[] other : List.of(new byte[0], new byte[] {'<'}, new byte[] {1, 2, 3}, cut)) {
            assertThat(OutputFormat.xmp(other)).isEmpty();
            assertThatThrownBy(() -> OutputFormat.PNG.withXmp(other, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> OutputFormat.SVG.withXmp(other, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theSchemasHaveTheMediaTypeOfTheFormatThatIsTheDefault() {
        OutputFormat standard =
                OutputFormat.named(LayoutOptions.newBuilder().build().getFormat());

        assertThat(standard.mediaType())
                .isEqualTo(LineImage.getClassSchema().getField("mediaType").defaultVal())
                .isEqualTo(PageImage.getClassSchema().getField("mediaType").defaultVal());
        assertThat(OutputFormat.of(new Provenance("m:1", "", "", "", "natural", 1L, "", "", null)))
                .isEqualTo(standard);
    }

    @ParameterizedTest
    @CsvSource({"image/png, png, image/png", "image/svg+xml, svg, image/svg+xml", "text/html, bin, ", "'', bin, "})
    void onlyOurOwnMediaTypesAreBelieved(String written, String extension, String known) {
        assertThat(OutputFormat.extension(written)).isEqualTo(extension);
        assertThat(OutputFormat.known(written).orElse(null)).isEqualTo(known);
    }

    @Test
    void whatIsNoImageOrNoFormatIsSaid() {
        assertThatThrownBy(() -> OutputFormat.grey(new byte[] {1, 2})).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> OutputFormat.named("gif"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no format is called 'gif'");
    }

    @Test
    void thePageOfTheModuleHasTheTable() throws IOException {
        String table = Arrays.stream(OutputFormat.values())
                .map(format -> String.format(
                        "| `%s` | `%s` | `.%s` | %s |%n",
                        format.id(), format.mediaType(), OutputFormat.extension(format.mediaType()), format.doc()))
                .collect(Collectors.joining());

        assertThat(Files.readString(Path.of("README.md")))
                .as("put this table there")
                .contains(table);
    }

    private static byte[] pixels() {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        new Random(5).nextBytes(pixels);
        pixels[0] = 0;
        pixels[1] = (byte) 255;
        return pixels;
    }
}
