package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.PlainAvro;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetImporterTest {
    private static final DatasetImporter IMPORTER =
            new DatasetImporter(Typography.standard().classes());
    private static final Topic<String, GlyphSample> TOPIC = PlainAvro.topic("glyph-samples", GlyphSample.class);
    private static final String LINE = "{\"c\":\"a\",\"w\":7,\"src\":\"x\",\"xh\":10,\"strokes\":[[[0,0],[5,9]]]}";

    @TempDir
    Path folder;

    @Test
    void officialOrientationIsFoundUndoneAndSaid() throws Exception {
        List<byte[]> upright = tall(30);
        Path official = Fixtures.idx(
                folder, "a-", upright.stream().map(Orientation::transpose).toList(), codes(30, 'l'));

        Dataset dataset = open(official);

        assertThat(dataset.report().files().get(0).findings().toString())
                .contains("orientation TRANSPOSED", "wider than tall");
        assertThat(images(dataset)).containsExactlyInAnyOrderElementsOf(upright);
    }

    @Test
    void uprightImagesStayAsTheyAre() throws Exception {
        List<byte[]> upright = tall(30);

        Dataset dataset = open(Fixtures.idx(folder, "a-", upright, codes(30, 'l')));

        assertThat(dataset.report().files().get(0).findings().toString()).contains("orientation UPRIGHT");
        assertThat(images(dataset)).containsExactlyInAnyOrderElementsOf(upright);
    }

    @Test
    void orientationThatTheCallerNamesIsNotGuessed() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));

        Dataset dataset = IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withOrientation(Orientation.TRANSPOSED));

        assertThat(images(dataset)).doesNotContainAnyElementsOf(tall(30));
    }

    @Test
    void shapesThatDoNotTellTheOrientationAreRefusedUnlessTheCallerNamesIt() throws Exception {
        byte[] square = new byte[784];
        for (int row = 8; row < 20; row++) {
            Arrays.fill(square, row * 28 + 8, row * 28 + 20, (byte) 255);
        }
        Path file = Fixtures.idx(folder, "a-", List.of(square), 'o');

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("upright or transposed")
                .hasMessageContaining("say which");
        assertThat(IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withOrientation(Orientation.UPRIGHT))
                        .report()
                        .samples())
                .isEqualTo(1);
    }

    @Test
    void gzipIsKnownByItsBytesNotByItsName() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));
        Files.write(file, gzip(Files.readAllBytes(file)));

        assertThat(open(file).report().samples()).isEqualTo(30);
    }

    @Test
    void emnistByclassLabelsBecomeCharacters() throws Exception {
        int[] labels = new int[62];
        Arrays.setAll(labels, i -> i);
        Path file = Fixtures.idx(folder, "emnist-byclass-", tall(62), labels);

        ImportReport report = open(file).report();

        assertThat(report.perCharacter()).hasSize(62).containsKeys("0", "9", "A", "Z", "a", "z");
        assertThat(report.files().get(0).findings()).contains(LabelMapping.BYCLASS.name());
    }

    @Test
    void mappingFileBesideOfficialFilesIsUsed() throws Exception {
        Files.writeString(folder.resolve("emnist-digits-mapping.txt"), "0 56\n1 55\n");
        Path file = Fixtures.idx(folder, "emnist-digits-test-", tall(2), 0, 1);

        assertThat(open(file).report().perCharacter()).containsOnlyKeys("8", "7");
    }

    @Test
    void labelsThatFitSeveralMappingsAreRefusedWithTheChoices() throws Exception {
        Path file = Fixtures.idx(folder, "some-", tall(3), 0, 20, 46);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("labels 0 to 46")
                .hasMessageContaining("byclass, bymerge or a mapping file");
        assertThat(IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withMapping(LabelMapping.BYMERGE))
                        .report()
                        .perCharacter())
                .containsKeys("0", "K", "t");
    }

    @Test
    void labelOutsideTheMappingIsNamedAndLeftOut() throws Exception {
        int[] labels = codes(30, 'l');
        labels[4] = 200;
        Path file = Fixtures.idx(folder, "a-", tall(30), labels);

        ImportReport report = IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withMapping(LabelMapping.ASCII))
                .report();

        assertThat(report.samples()).isEqualTo(29);
        assertThat(report.faults()).singleElement().asString().contains("image 4", "byte 3152", "label 200");
    }

    @Test
    void writersAndSupportBesideTheImagesAreKept() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));
        int[] writers = new int[30];
        Arrays.fill(writers, 11, 30, 5);
        Files.write(folder.resolve("a-writers-idx1-int"), Fixtures.idxInts(writers));
        Files.write(folder.resolve("a-support-idx1-ubyte"), Fixtures.idxBytes(codes(30, 99)));

        Dataset dataset = open(file);

        SampleSet samples = dataset.collect().samples();
        assertThat(dataset.report().writers()).isEqualTo(2);
        assertThat(samples.support(0)).isEqualTo(99);
    }

    @Test
    void noWriterIsInBothSplits() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(300), codes(300, 'l'));
        int[] writers = new int[300];
        Arrays.setAll(writers, i -> i % 40);
        Files.write(folder.resolve("a-writers-idx1-int"), Fixtures.idxInts(writers));

        SampleSet samples = open(file).collect().samples();

        SampleSet.Split[] ofWriter = new SampleSet.Split[40];
        for (int i = 0; i < samples.size(); i++) {
            if (ofWriter[samples.writer(i)] == null) {
                ofWriter[samples.writer(i)] = samples.split(i);
            }
            assertThat(samples.split(i)).isEqualTo(ofWriter[samples.writer(i)]);
        }
        assertThat(ofWriter).contains(SampleSet.Split.TRAIN, SampleSet.Split.TEST);
    }

    @Test
    void splitThatTheFilesNameSaysIsKept() throws Exception {
        Path test = Fixtures.idx(folder, "byclass-test-", tall(30), codes(30, 'l'));

        assertThat(open(test).report().test()).isEqualTo(30);
        assertThat(IMPORTER.open(List.of(test), ImportOptions.DEFAULTS.withSplit(SplitRule.HASH))
                        .report()
                        .train())
                .isPositive();
    }

    @Test
    void truncatedImagesAreRefusedWithTheOffset() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 100));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("a-images-idx3-ubyte")
                .hasMessageContaining("at byte " + (whole.length - 100));
    }

    @Test
    void otherCountOfLabelsThanImagesIsRefused() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(29, 'l'));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("29 labels for 30 images");
    }

    @Test
    void labelsFileInPlaceOfImagesIsRefused() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));
        Files.copy(folder.resolve("a-labels-idx1-ubyte"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("magic number 0x00000801");
    }

    @Test
    void imagesOfAnotherSizeAreRefused() throws Exception {
        Path file = Fixtures.idx(folder, "a-", List.of(), new int[] {'a'});
        Files.write(file, Fixtures.idxImages(List.of(new byte[32 * 32]), 32, 32));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("32 x 32");
    }

    @Test
    void strokesAreDrawnAndKeepTheirWriter() throws Exception {
        Path file = strokes(LINE, LINE.replace("\"a\"", "\"b\""));

        Dataset dataset = open(file);

        assertThat(dataset.report().samples()).isEqualTo(2);
        assertThat(dataset.report().writers()).isEqualTo(1);
    }

    @Test
    void everyKindOfUnusableLineIsNamedAndTheOthersAreKept() throws Exception {
        Path file = strokes(
                LINE,
                "{\"c\":\"a\", oops",
                "{\"c\":\"a\",\"strokes\":[[[0,NaN],[5,9]]]}",
                "{\"c\":\"a\",\"strokes\":[[[3,4]]]}",
                "{\"c\":\"ab\",\"strokes\":[[[0,0],[5,9]]]}",
                "{\"c\":\"a\",\"strokes\":[]}",
                "{\"c\":\"a\",\"strokes\":[[[1e999,0],[5,9]]]}",
                "{\"c\":\"a\",\"strokes\":[[[1],[5,9]]]}",
                "");

        ImportReport report = IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withMostFaulty(1))
                .report();

        assertThat(report.samples()).isEqualTo(1);
        assertThat(report.faulty()).isEqualTo(7);
        assertThat(report.faults().get(0)).contains("line 2 at byte " + (LINE.length() + 1), "not JSON");
        assertThat(report.faults().get(1)).contains("line 3", "NaN");
        assertThat(report.faults().get(2)).contains("line 4", "one point");
        assertThat(report.faults().get(3)).contains("line 5", "one character");
        assertThat(report.faults().get(4)).contains("line 6", "no strokes");
        assertThat(report.faults().get(5)).contains("line 7", "Infinity");
        assertThat(report.faults().get(6)).contains("line 8", "[x, y]");
    }

    @Test
    void fullStopMayBeOneTouchOfThePen() throws Exception {
        assertThat(open(strokes("{\"c\":\".\",\"xh\":10,\"strokes\":[[[3,4]]]}"))
                        .report()
                        .samples())
                .isEqualTo(1);
    }

    @Test
    void fileThatIsMostlyUnusableIsRefusedAsAWhole() throws Exception {
        Path file = strokes(LINE, "nonsense", "more nonsense");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("2 of 3 samples are unusable")
                .hasMessageContaining("line 2");
    }

    @Test
    void folderOfImagesGivesTheCharacterThatEachFolderNames() throws Exception {
        picture("65/a.png", 28, true);
        picture("65/b.png", 28, false);
        picture("b/c.png", 28, true);

        ImportReport report = open(folder).report();

        assertThat(report.perCharacter()).containsEntry("A", 2L).containsEntry("b", 1L);
    }

    @Test
    void darkOnLightAndLightOnDarkGiveTheSameInk() throws Exception {
        picture("65/a.png", 28, true);
        picture("65/b.png", 28, false);

        assertThat(open(folder).report().distinct()).isEqualTo(1);
    }

    @Test
    void emptyClassOtherSizesAndDamagedPicturesAreNamed() throws Exception {
        picture("65/a.png", 28, true);
        picture("65/large.png", 40, true);
        Files.createDirectories(folder.resolve("66"));
        Files.write(folder.resolve("65/z.png"), new byte[] {1, 2, 3});

        ImportReport report = IMPORTER.open(List.of(folder), ImportOptions.DEFAULTS.withMostFaulty(1))
                .report();

        assertThat(report.samples()).isEqualTo(1);
        assertThat(report.faults()).hasSize(3);
        assertThat(report.faults().get(0)).contains("large.png", "40 x 40");
        assertThat(report.faults().get(1)).contains("z.png");
        assertThat(report.faults().get(2)).contains("66", "no images");
    }

    @Test
    void picturesOfOtherSizesAreMadeToFitWhereThatIsAskedFor() throws Exception {
        picture("65/small.png", 28, true);
        picture("65/large.png", 40, false);
        ImportReport fit = IMPORTER.open(List.of(folder), ImportOptions.DEFAULTS.withScale(PictureScale.FIT))
                .report();

        assertThat(fit.samples()).isEqualTo(2);
        assertThat(fit.faults()).isEmpty();
        assertThat(fit.distinct()).isEqualTo(2);
    }

    @Test
    void missingFileAndUnknownKindAreRefusedByName() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "hello");

        assertThatThrownBy(() -> open(folder.resolve("nowhere")))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> open(text))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("notes.txt");
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(BadDatasetException.class)
                .hasMessageContaining("nothing to import");
    }

    @Test
    void importingTwiceWritesTheSameRecordsUnderTheSameKeys() throws Exception {
        Path file = strokes(LINE, LINE.replace("\"a\"", "\"b\""));

        assertThat(written(open(file))).isEqualTo(written(open(file))).hasSize(2);
    }

    @Test
    void importIsOneTransaction() throws Exception {
        MockProducer<byte[], byte[]> producer = producer();

        open(Fixtures.idx(folder, "a-", tall(30), codes(30, 'l')))
                .writeTo(new TransactionalWriter(producer, "broker"), TOPIC);

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).hasSize(30);
    }

    @Test
    void fileThatBreaksBetweenCheckAndImportLeavesNothingBehind() throws Exception {
        Path file = Fixtures.idx(folder, "a-", tall(30), codes(30, 'l'));
        Dataset dataset = open(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 100));
        MockProducer<byte[], byte[]> producer = producer();

        assertThatThrownBy(() -> dataset.writeTo(new TransactionalWriter(producer, "broker"), TOPIC))
                .isInstanceOf(BadDatasetException.class);
        assertThat(producer.history()).isEmpty();
        assertThat(producer.transactionAborted()).isTrue();
    }

    @Test
    void folderWithImagesAndStrokesOfTheSameCharactersIsReadOnce() throws Exception {
        Path slice = Path.of(DatasetImporterTest.class
                .getResource("slice-images-idx3-ubyte.gz")
                .toURI());

        ImportReport report = open(slice.getParent()).report();

        assertThat(report.files()).hasSize(1);
        assertThat(report.perCharacter()).hasSize(94);
    }

    @Property(tries = 300)
    void damagedFilesGiveNamedErrorsAndNothingElse(
            @ForAll @IntRange(max = 2) int kind, @ForAll long seed, @ForAll @IntRange(max = 40) int damage)
            throws Exception {
        Random random = new Random(seed);
        Path own = Files.createTempDirectory("damaged");
        Path file;
        if (kind == 2) {
            file = own.resolve("x.jsonl.gz");
            Files.write(file, gzip((LINE + "\n" + LINE + "\n").getBytes(StandardCharsets.UTF_8)));
        } else {
            file = Fixtures.idx(own, "a-", tall(3), codes(3, 'l'));
            if (kind == 1) {
                Files.write(file, gzip(Files.readAllBytes(file)));
            }
        }
        Path victim = random.nextInt(4) == 0 && kind < 2 ? own.resolve("a-labels-idx1-ubyte") : file;
        byte[] bytes = Files.readAllBytes(victim);
        for (int i = 0; i < damage; i++) {
            bytes[random.nextInt(Math.min(bytes.length, 200))] = (byte) random.nextInt();
        }
        Files.write(victim, random.nextBoolean() ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes);

        try {
            open(file);
        } catch (BadDatasetException e) {
            assertThat(e.getMessage()).contains(own.toString());
        } finally {
            Fixtures.delete(own);
        }
    }

    @Property(tries = 300)
    void anyBytesAsStrokesGiveNamedErrorsAndNothingElse(@ForAll byte[] bytes, @ForAll boolean afterAGoodLine)
            throws Exception {
        Path file = Files.createTempFile("any", ".jsonl");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (afterAGoodLine) {
            content.write((LINE + "\n").getBytes(StandardCharsets.UTF_8));
        }
        content.write(bytes);
        Files.write(file, content.toByteArray());

        try {
            ImportReport report = IMPORTER.open(List.of(file), ImportOptions.DEFAULTS.withMostFaulty(1))
                    .report();
            assertThat(report.samples()).isEqualTo(1);
        } catch (BadDatasetException e) {
            assertThat(e.getMessage()).contains(file.toString());
        } finally {
            Files.delete(file);
        }
    }

    private static Dataset open(Path path) throws IOException {
        return IMPORTER.open(List.of(path), ImportOptions.DEFAULTS);
    }

    private Path strokes(String... lines) throws IOException {
        return Files.writeString(folder.resolve("some-strokes.jsonl"), String.join("\n", lines) + "\n");
    }

    private void picture(String name, int side, boolean darkOnLight) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        byte[] ink = Fixtures.tall(new Random(3));
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                int value = row < 28 && column < 28 ? ink[row * 28 + column] & 0xff : 0;
                image.getRaster().setSample(column, row, 0, darkOnLight ? 255 - value : value);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private static List<byte[]> tall(int count) {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(Fixtures.tall(new Random(i)));
        }
        return images;
    }

    private static int[] codes(int count, int code) {
        int[] codes = new int[count];
        Arrays.fill(codes, code);
        return codes;
    }

    private static List<byte[]> images(Dataset dataset) throws IOException {
        SampleSet samples = dataset.collect().samples();
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            images.add(samples.image(i));
        }
        return images;
    }

    private static List<String> written(Dataset dataset) throws Exception {
        MockProducer<byte[], byte[]> producer = producer();
        dataset.writeTo(new TransactionalWriter(producer, "broker"), TOPIC);
        List<String> records = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            records.add(new String(record.key(), StandardCharsets.UTF_8) + Arrays.toString(record.value()));
        }
        return records;
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }
}
