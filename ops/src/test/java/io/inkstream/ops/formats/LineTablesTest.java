package io.inkstream.ops.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTablesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path root;

    private LineTables tables;

    @BeforeEach
    void writeTwoHands() throws IOException {
        tables = new LineTables(root, root.resolve(".partial"));
        save("train", "hand-000001", 0, "a \"b\"", "a", "\"", "b", "\"");
        save("train", "hand-000001", 1, "\uD835\uDD38 o\u0323\u0301", "\uD835\uDD38", "o\u0323\u0301");
        save("train", "hand-000002", 0, "<&>", "<", "&", ">");
    }

    private void save(String split, String hand, int index, String text, String... characters) throws IOException {
        List<GlyphBox> glyphs = new ArrayList<>();
        int at = 0;
        for (String character : characters) {
            int place = text.indexOf(character, at);
            glyphs.add(new GlyphBox(character, place, 10 * place + 1, 5, 8, 20, false, null));
            at = place + character.length();
        }
        byte[] pixels = new byte[100 * 30];
        Arrays.fill(pixels, (byte) (200 + index));
        Path ignored = new ImageFiles(root.resolve(split))
                .save(
                        hand,
                        LineImage.newBuilder()
                                .setIndex(index)
                                .setCount(2)
                                .setText(text)
                                .setPng(ByteBuffer.wrap(OutputFormat.PNG.encode(100, 30, pixels, Appearance.STANDARD)))
                                .setWidthPx(100)
                                .setHeightPx(30)
                                .setBaselinePx(24.5)
                                .setGlyphs(glyphs)
                                .setSubstitutions(List.of())
                                .setProvenance(Provenance.newBuilder()
                                        .setModel("base:4")
                                        .setModelSha256("00")
                                        .setPredictor("onnx")
                                        .setCpuFamily("x")
                                        .setCodeVersion("1")
                                        .setPolicyRevision("")
                                        .setStyle("neat")
                                        .setSeed(-7)
                                        .setLayout(null)
                                        .build())
                                .build(),
                        Map.of("baselinePoints", new double[][] {{1, 24.5}, {99, 20.25}}));
    }

    private StoredLines stored(String... hands) {
        return new StoredLines(
                root, Stream.of(hands).map(hand -> "train/" + hand).toList());
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            Set<String> found = new HashSet<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> found.add(file.getFileName().toString()));
            return found;
        }
    }

    @Test
    void parquetHoldsThePicturesTheTextAndWhatMakesThemImages() throws IOException {
        tables.writeParquet("train", 0, 1, stored("hand-000001", "hand-000002"));

        Path file = root.resolve("train-00000-of-00001.parquet");
        try (ParquetFileReader reader = ParquetFileReader.open(
                new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            JsonNode features = JSON.readTree(
                            reader.getFileMetaData().getKeyValueMetaData().get("huggingface"))
                    .path("info")
                    .path("features");
            MessageType schema = reader.getFileMetaData().getSchema();
            assertThat(features.path("image").path("_type").asText()).isEqualTo("Image");
            List<String> named = new ArrayList<>();
            features.fieldNames().forEachRemaining(named::add);
            assertThat(named)
                    .containsExactlyElementsOf(schema.getFields().stream()
                            .map(field -> field.getName())
                            .toList());

            List<Group> rows = rows(reader, schema);
            assertThat(rows)
                    .extracting(row -> row.getString("text", 0))
                    .containsExactly("a \"b\"", "\uD835\uDD38 o\u0323\u0301", "<&>");
            Group second = rows.get(1);
            Group image = second.getGroup("image", 0);
            assertThat(image.getString("path", 0)).isEqualTo("train/hand-000001/line-0002.png");
            assertThat(image.getBinary("bytes", 0).getBytes())
                    .isEqualTo(Files.readAllBytes(root.resolve(image.getString("path", 0))));
            assertThat(second.getInteger("width", 0)).isEqualTo(100);
            assertThat(second.getLong("seed", 0)).isEqualTo(-7);
            assertThat(second.getString("hand", 0)).isEqualTo("hand-000001");
            assertThat(second.getGroup("baseline", 0).getGroup("list", 3).getDouble("element", 0))
                    .isEqualTo(20.25);
            Group characters = second.getGroup("characters", 0);
            assertThat(characters.getFieldRepetitionCount("list")).isEqualTo(2);
            assertThat(characters.getGroup("list", 1).getString("element", 0)).isEqualTo("o\u0323\u0301");
            Group box = second.getGroup("boxes", 0).getGroup("list", 1).getGroup("element", 0);
            assertThat(Stream.of(0, 1, 2, 3).map(i -> box.getGroup("list", i).getInteger("element", 0)))
                    .containsExactly(31, 5, 8, 20);
        }
    }

    private static List<Group> rows(ParquetFileReader reader, MessageType schema) throws IOException {
        List<Group> rows = new ArrayList<>();
        for (var pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
            RecordReader<Group> records =
                    new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, new GroupRecordConverter(schema));
            for (long i = 0; i < pages.getRowCount(); i++) {
                rows.add(records.read());
            }
        }
        return rows;
    }

    @Test
    void cocoHasAnImageForEachLineAndAnAnnotationForEachGlyph() throws IOException {
        StoredLines lines = stored("hand-000001", "hand-000002");
        List<String> characters = LineTables.characters(lines);
        tables.writeCoco("train", lines, characters);

        assertThat(characters).containsExactly("\"", "&", "<", ">", "a", "b", "o\u0323\u0301", "\uD835\uDD38");
        JsonNode coco = JSON.readTree(root.resolve("train.coco.json").toFile());
        assertThat(coco.path("categories").findValuesAsText("name")).isEqualTo(characters);
        assertThat(coco.path("images").findValuesAsText("caption"))
                .containsExactly("a \"b\"", "\uD835\uDD38 o\u0323\u0301", "<&>");
        assertThat(coco.path("images").path(2).path("file_name").asText()).isEqualTo("train/hand-000002/line-0001.png");
        assertThat(coco.path("annotations")).hasSize(9);
        Set<Integer> ids = new HashSet<>();
        for (JsonNode annotation : coco.path("annotations")) {
            assertThat(ids.add(annotation.path("id").asInt())).isTrue();
            assertThat(annotation.path("image_id").asInt()).isBetween(1, 3);
            assertThat(annotation.path("area").asInt()).isEqualTo(160);
            assertThat(annotation.path("iscrowd").asInt()).isZero();
            assertThat(annotation.path("segmentation").path(0)).hasSize(8);
        }
        JsonNode last = coco.path("annotations").path(8);
        assertThat(last.path("category_id").asInt()).isEqualTo(4);
        assertThat(last.path("bbox").toString()).isEqualTo("[21,5,8,20]");
    }

    @Test
    void jsonlHasAnObjectOnEachLine() throws IOException {
        tables.writeJsonl("train", stored("hand-000001", "hand-000002"));

        List<String> lines = Files.readAllLines(root.resolve("train.jsonl"));
        assertThat(lines).hasSize(3);
        JsonNode second = JSON.readTree(lines.get(1));
        assertThat(second.path("file_name").asText()).isEqualTo("train/hand-000001/line-0002.png");
        assertThat(second.path("text").asText()).isEqualTo("\uD835\uDD38 o\u0323\u0301");
        assertThat(second.path("glyphs").path(1).path("start").asInt()).isEqualTo(3);
        assertThat(second.path("baseline").toString()).isEqualTo("[1.0,24.5,99.0,20.25]");
    }

    @Test
    void equalFoldersGiveEqualTables() throws IOException {
        StoredLines lines = stored("hand-000001", "hand-000002");
        tables.writeParquet("train", 0, 1, lines);
        byte[] first = Files.readAllBytes(tables.parquet("train", 0, 1));
        tables.writeParquet("train", 0, 1, lines);

        assertThat(Files.readAllBytes(tables.parquet("train", 0, 1))).isEqualTo(first);
    }

    @Test
    void aTableThatCannotBeFinishedLeavesNothing() throws IOException {
        Files.delete(root.resolve("train/hand-000002/line-0001.png"));
        Files.writeString(
                root.resolve("train/hand-000002/boxes.jsonl"), "{\"file\":\"line-0001.png\",\"text\":\"<&\"\n");
        StoredLines lines = stored("hand-000001", "hand-000002");
        Set<String> before = files();

        assertThatThrownBy(() -> tables.writeParquet("train", 0, 1, lines))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hand-000002")
                .hasMessageContaining("remove its folder");
        assertThatThrownBy(() -> tables.writeJsonl("train", lines)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> tables.writeCoco("train", lines, List.of("a"))).isInstanceOf(IOException.class);

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aDiskThatTakesNothingMoreLeavesTheTableOfBefore() throws IOException {
        Path table = root.resolve("whole.txt");
        PartialFile.write(table, root.resolve(".partial"), file -> Files.writeString(file, "before"));

        assertThatThrownBy(() -> PartialFile.write(table, root.resolve(".partial"), file -> {
                    Files.writeString(file, "half of");
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");

        assertThat(Files.readString(table)).isEqualTo("before");
        assertThat(root.resolve(".partial")).isEmptyDirectory();
    }
}
