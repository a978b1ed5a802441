package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are made to hurt: a sentence with file and place, and never a crash, a hang or the end of memory. The
 * properties run as often as {@code -Djqwik.tries.default=N} says.
 */
class DatasetPoisonTest {
    private static final DatasetImporter IMPORTER =
            new DatasetImporter(Typography.standard().classes());
    private static final String GOOD = "{\"c\":\"a\",\"strokes\":[[[0,0],[5,9],[9,0]]]}\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 50_000_001, -1, Integer.MIN_VALUE})
    void labelsThatAnnounceBillionsAreRefusedBeforeMemoryIsTaken(int count) throws Exception {
        Path images = Fixtures.idx(folder, "x-", List.of(Fixtures.tall(new Random(1))), 65);
        Files.write(
                folder.resolve("x-labels-idx1-ubyte"),
                ByteBuffer.allocate(9).putInt(2049).putInt(count).put((byte) 65).array());

        assertRefused(images, "labels-idx1-ubyte");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, -1, 0, 27, 65_536})
    void imagesThatAnnounceAnySizeAreRefused(int side) throws Exception {
        Path images = Fixtures.idx(folder, "x-", List.of(Fixtures.tall(new Random(1))), 65);
        Files.write(
                images,
                ByteBuffer.allocate(20)
                        .putInt(2051)
                        .putInt(1)
                        .putInt(side)
                        .putInt(side)
                        .array());

        assertRefused(images, "images-idx3-ubyte");
    }

    @Test
    void labelsThatUnpackToMuchMoreThanTheySayAreNotUnpacked() throws Exception {
        Path images = Fixtures.idx(folder, "x-", List.of(Fixtures.tall(new Random(1))), 65);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("x-labels-idx1-ubyte.gz")))) {
            out.write(Fixtures.idxBytes(65));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                out.write(zeros);
            }
        }

        assertRefused(images, "more bytes follow");
    }

    @Test
    void lineWithoutEndIsNotReadToItsEnd() throws Exception {
        Path strokes = folder.resolve("x.jsonl");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(strokes))) {
            out.write(GOOD.getBytes(StandardCharsets.UTF_8));
            byte[] same = "1".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 70; i++) {
                out.write(same);
            }
        }

        assertRefused(strokes, "at byte " + GOOD.length());
    }

    @Test
    void everyLineThatIsMadeToHurtIsNamedWithItsLine() throws Exception {
        List<String> nasty = List.of(
                "[".repeat(100_000),
                "{\"c\":\"a\",\"strokes\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"c\":\"" + "a".repeat(3_000_000) + "\"}",
                "{\"c\":\"a\",\"w\":\"" + "w".repeat(3_000_000) + "\",\"strokes\":[[[0,0],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":[[[1e400,0],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":[[[" + "9".repeat(100_000) + ",0],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":[[[1e999999999,0],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":[[[NaN,0],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":{\"0\":[[0,0],[1,1]],\"1\":{}}}",
                "{\"c\":\"a\",\"strokes\":[{\"0\":[0,0]}]}",
                "{\"c\":\"a\",\"strokes\":[[{\"x\":0,\"y\":0},{\"x\":1,\"y\":2}]]}",
                "{\"c\":\"a\",\"strokes\":[[[[],[]],[1,1]]]}",
                "{\"c\":\"a\",\"strokes\":[" + "[[0,0],[9,9]],".repeat(1_001) + "[[0,0]]]}",
                "{\"c\":\"a\",\"strokes\":[[" + "[0,0],".repeat(60_000) + "[1,1]]]}",
                "{\"c\":\"\\ud800\",\"strokes\":[]}",
                "{\"c\":\"\\u0000\",\"strokes\":[[[0,0],[1,1]]]}",
                "\0\0\0",
                "nul");
        Path strokes = Files.writeString(folder.resolve("x.jsonl"), String.join("\n", nasty) + "\n" + GOOD);

        Dataset dataset = IMPORTER.open(List.of(strokes), ImportOptions.DEFAULTS.withMostFaulty(1));

        assertThat(dataset.report().faulty()).isEqualTo(nasty.size());
        assertThat(dataset.report().samples()).isEqualTo(1);
        assertThat(dataset.report().faults())
                .allSatisfy(fault ->
                        assertThat(fault).startsWith(strokes + ": line ").hasSizeLessThan(3_000));
    }

    /** Of two strokes, one a billion times as long as the other, the pen once smoothed over gigabytes. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-30, 1e-12, 1e-9, 1e-6, 1e-3})
    void strokeNextToNothingBesideALongOneIsDrawn(double length) {
        byte[] image = new StrokePen()
                .draw(
                        List.of(
                                new Stroke(new double[] {0, 1e9}, new double[] {0, 1e9}),
                                new Stroke(new double[] {0, length}, new double[] {0, length})),
                        Double.NaN,
                        1,
                        2);

        assertThat(IntStream.range(0, image.length).anyMatch(i -> image[i] != 0))
                .isTrue();
    }

    @Test
    void pictureThatWouldUnpackToGigabytesIsRefusedByItsHead() throws Exception {
        Path letters = Files.createDirectories(folder.resolve("letters/65"));
        Files.write(letters.resolve("bomb.png"), png(60_000, 60_000));
        Files.write(letters.resolve("negative.png"), png(-1, 28));
        BufferedImage good = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        good.getGraphics().fillRect(8, 4, 9, 20);
        ImageIO.write(good, "png", letters.resolve("good.png").toFile());

        Dataset dataset = IMPORTER.open(List.of(folder.resolve("letters")), ImportOptions.DEFAULTS.withMostFaulty(1));

        assertThat(dataset.report().samples()).isEqualTo(1);
        assertThat(dataset.report().faults()).hasSize(2).anyMatch(fault -> fault.contains("60000 x 60000"));
    }

    @Test
    void mappingsThatAreNoneAreRefused() throws Exception {
        Path mapping = folder.resolve("x-mapping.txt");
        for (byte[] bytes : List.of(
                new byte[0],
                new byte[2 << 20],
                new byte[] {(byte) 0xff, (byte) 0xfe},
                "0 99999999999".getBytes(StandardCharsets.UTF_8),
                "0 -1".getBytes(StandardCharsets.UTF_8),
                "0".getBytes(StandardCharsets.UTF_8),
                ("0 " + "x".repeat(500_000)).getBytes(StandardCharsets.UTF_8))) {
            Files.write(mapping, bytes);
            assertThatThrownBy(() -> LabelMapping.read(mapping))
                    .isInstanceOf(BadDatasetException.class)
                    .hasMessageStartingWith(mapping.toString())
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
        }
    }

    @Property
    void anyJsonAsStrokesGivesNamedErrorsAndNothingElse(@ForAll("lines") List<String> lines) throws IOException {
        Path own = Files.createTempDirectory("strokes");
        Path file = own.resolve("x.jsonl");
        Files.write(file, (GOOD + String.join("\n", lines)).getBytes(StandardCharsets.UTF_8));
        try {
            Dataset dataset = IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withMostFaulty(1));
            assertThat(dataset.report().samples()).isPositive();
        } catch (BadDatasetException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        } finally {
            Fixtures.delete(own);
        }
    }

    @Property
    void strokesOfAnyNumbersAreDrawn(@ForAll("strokes") List<Stroke> strokes, @ForAll double xHeight) {
        assertThat(new StrokePen().draw(strokes, xHeight, 1, 2)).hasSize(SampleSet.PIXELS);
    }

    @Provide
    Arbitrary<List<Stroke>> strokes() {
        Arbitrary<Double> coordinate = Arbitraries.oneOf(
                Arbitraries.doubles().between(-1e9, 1e9),
                Arbitraries.of(0.0, -0.0, 1e-300, Double.MIN_VALUE, 1e-9, 1e9, -1e9, 1.0, 1.0000000001));
        return coordinate
                .list()
                .ofMinSize(2)
                .ofMaxSize(24)
                .map(numbers -> {
                    int points = numbers.size() / 2;
                    return new Stroke(
                            numbers.stream().limit(points).mapToDouble(d -> d).toArray(),
                            numbers.stream()
                                    .skip(points)
                                    .limit(points)
                                    .mapToDouble(d -> d)
                                    .toArray());
                })
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> number = Arbitraries.oneOf(
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of("0", "-0", "1e400", "NaN", "-Infinity", "1e-320", "null", "\"1\"", "[]", "{}", "1e9"));
        Arbitrary<String> points = number.list()
                .ofMaxSize(3)
                .map(pair -> "[" + String.join(",", pair) + "]")
                .list()
                .ofMaxSize(6)
                .map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> strokes = Arbitraries.oneOf(
                points.list().ofMaxSize(4).map(list -> "[" + String.join(",", list) + "]"),
                Arbitraries.of("null", "7", "\"x\"", "{}", "[[]]", "[[[]]]", "[null]"));
        Arbitrary<String> word = Arbitraries.oneOf(
                Arbitraries.of("\"a\"", "\".\"", "\"\"", "7", "null", "[]", "{}", "\"\\ud83d\\ude00\"", "\"\\ud800\""),
                Arbitraries.strings().ofMaxLength(3).map(text -> "\"" + text + "\""));
        return Combinators.combine(word, strokes, word, number, word)
                .as((c, s, w, xh, src) ->
                        "{\"c\":" + c + ",\"strokes\":" + s + ",\"w\":" + w + ",\"xh\":" + xh + ",\"src\":" + src + "}")
                .list()
                .ofMaxSize(5);
    }

    private void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> IMPORTER.open(List.of(file), ImportOptions.DEFAULTS))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2_000));
    }

    /** A grey PNG with a head of that size and next to nothing in it. */
    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x89504E470D0A1A0AL);
        byte[] head = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 0, 0, 0, 0})
                .array();
        out.writeInt(13);
        out.write(head);
        CRC32 crc = new CRC32();
        crc.update(head);
        out.writeInt((int) crc.getValue());
        return bytes.toByteArray();
    }
}
