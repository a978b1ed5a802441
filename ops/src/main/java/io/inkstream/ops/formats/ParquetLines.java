package io.inkstream.ops.formats;

import io.inkstream.ops.look.Box;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Writes lines as rows of a Parquet file, the picture as Hugging Face's {@code Image}: its bytes, and a path. Not compressed,
 * since a PNG is.
 */
final class ParquetLines {
    private static final long ROW_GROUP_BYTES = 16 << 20;

    /** All optional, though nothing is ever missing: {@code datasets} takes a column for its feature only then. */
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message line {
              optional group image { optional binary bytes; optional binary path (STRING); }
              optional binary text (STRING);
              optional int32 width;
              optional int32 height;
              optional binary hand (STRING);
              optional binary style (STRING);
              optional int64 seed;
              optional binary model (STRING);
              optional group baseline (LIST) { repeated group list { optional double element; } }
              optional group characters (LIST) { repeated group list { optional binary element (STRING); } }
              optional group boxes (LIST) {
                repeated group list { optional group element (LIST) { repeated group list { optional int32 element; } } }
              }
            }
            """);

    /** What makes {@code load_dataset} decode the pictures. */
    private static final String FEATURES = """
            {"info": {"features": {
              "image": {"_type": "Image"},
              "text": {"dtype": "string", "_type": "Value"},
              "width": {"dtype": "int32", "_type": "Value"},
              "height": {"dtype": "int32", "_type": "Value"},
              "hand": {"dtype": "string", "_type": "Value"},
              "style": {"dtype": "string", "_type": "Value"},
              "seed": {"dtype": "int64", "_type": "Value"},
              "model": {"dtype": "string", "_type": "Value"},
              "baseline": [{"dtype": "float64", "_type": "Value"}],
              "characters": [{"dtype": "string", "_type": "Value"}],
              "boxes": [[{"dtype": "int32", "_type": "Value"}]]
            }}}""".replaceAll("\\s+", " ");

    private ParquetLines() {}

    static void write(Path file, StoredLines lines) throws IOException {
        try (ParquetWriter<Row> rows = new Builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withDictionaryEncoding("image.bytes", false)
                .withStatisticsEnabled("image.bytes", false)
                .build()) {
            lines.forEach(line -> rows.write(new Row(line, lines.picture(line))));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, right away
    private record Row(StoredLines.Stored line, byte[] picture) {}

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        Builder(OutputFile file) {
            super(file);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(Configuration hadoop) {
            return new Rows();
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows();
        }
    }

    private static final class Rows extends WriteSupport<Row> {
        private RecordConsumer row;

        @Override
        public WriteContext init(Configuration hadoop) {
            return new WriteContext(SCHEMA, Map.of("huggingface", FEATURES));
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(SCHEMA, Map.of("huggingface", FEATURES));
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            row = consumer;
        }

        @Override
        public void write(Row line) {
            LineTruth truth = line.line.truth();
            LineTruth.Baseline baseline = truth.baseline();
            row.startMessage();
            field("image", () -> {
                row.startGroup();
                row.startField("bytes", 0);
                row.addBinary(Binary.fromConstantByteArray(line.picture));
                row.endField("bytes", 0);
                row.startField("path", 1);
                row.addBinary(Binary.fromString(line.line.place()));
                row.endField("path", 1);
                row.endGroup();
            });
            string("text", truth.text());
            field("width", () -> row.addInteger(truth.widthPx()));
            field("height", () -> row.addInteger(truth.heightPx()));
            string("hand", line.line.json().path("document").asText());
            string("style", line.line.json().path("provenance").path("style").asText());
            field(
                    "seed",
                    () -> row.addLong(
                            line.line.json().path("provenance").path("seed").asLong()));
            string("model", line.line.json().path("provenance").path("model").asText());
            field(
                    "baseline",
                    () -> list(
                            () -> row.addDouble(baseline.fromX()),
                            () -> row.addDouble(baseline.fromY()),
                            () -> row.addDouble(baseline.toX()),
                            () -> row.addDouble(baseline.toY())));
            field(
                    "characters",
                    () -> list(truth.glyphs().stream()
                            .<Runnable>map(glyph -> () -> row.addBinary(Binary.fromString(glyph.character())))
                            .toArray(Runnable[]::new)));
            field(
                    "boxes",
                    () -> list(truth.glyphs().stream()
                            .<Runnable>map(glyph -> () -> box(glyph.box()))
                            .toArray(Runnable[]::new)));
            row.endMessage();
        }

        private void box(Box box) {
            list(
                    () -> row.addInteger(box.left()),
                    () -> row.addInteger(box.top()),
                    () -> row.addInteger(box.width()),
                    () -> row.addInteger(box.height()));
        }

        private void string(String name, String value) {
            field(name, () -> row.addBinary(Binary.fromString(value)));
        }

        private void field(String name, Runnable value) {
            int place = SCHEMA.getFieldIndex(name);
            row.startField(name, place);
            value.run();
            row.endField(name, place);
        }

        /** A group of a repeated group of an element, as lists are in Parquet. */
        private void list(Runnable... elements) {
            row.startGroup();
            if (elements.length > 0) {
                row.startField("list", 0);
                for (Runnable element : elements) {
                    row.startGroup();
                    row.startField("element", 0);
                    element.run();
                    row.endField("element", 0);
                    row.endGroup();
                }
                row.endField("list", 0);
            }
            row.endGroup();
        }
    }
}
