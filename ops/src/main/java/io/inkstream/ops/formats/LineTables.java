package io.inkstream.ops.formats;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.inkstream.ops.look.Box;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Writes the tables of a split from the folders of its hands. A table appears whole or not at all, equal folders give equal
 * bytes, and one line at a time is in memory (of Parquet, one group of rows).
 */
public final class LineTables {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path root;
    private final Path partials;

    /**
     * Prepares to write.
     *
     * @param root folder of the data set, where the tables go
     * @param partials folder for what is not whole yet, on the same disk
     */
    public LineTables(Path root, Path partials) {
        this.root = requireNonNull(root, "root");
        this.partials = requireNonNull(partials, "partials");
    }

    /** Where the table of a split is. */
    public Path coco(String split) {
        return root.resolve(split + ".coco.json");
    }

    /** Where the table of a split is. */
    public Path jsonl(String split) {
        return root.resolve(split + ".jsonl");
    }

    /** Where a part of the table of a split is, counted from 0. */
    public Path parquet(String split, int part, int parts) {
        return root.resolve(String.format(Locale.ROOT, "%s-%05d-of-%05d.parquet", split, part, parts));
    }

    /** All characters of lines, in the order of their code: the categories of COCO, the same for each split. */
    public static List<String> characters(StoredLines lines) throws IOException {
        TreeSet<String> characters = new TreeSet<>();
        lines.forEach(line -> line.truth().glyphs().forEach(glyph -> characters.add(glyph.character())));
        return new ArrayList<>(characters);
    }

    /**
     * Writes COCO's JSON: an image for each line, with its text as caption, and an annotation for each glyph.
     *
     * @param characters of all splits; their places, from 1, are the categories
     */
    public void writeCoco(String split, StoredLines lines, List<String> characters) throws IOException {
        write(coco(split), json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("info");
            json.writeStringField("description", "lines of handwriting, " + split);
            json.writeEndObject();
            json.writeArrayFieldStart("categories");
            for (int i = 0; i < characters.size(); i++) {
                json.writeStartObject();
                json.writeNumberField("id", i + 1);
                json.writeStringField("name", characters.get(i));
                json.writeStringField("supercategory", "character");
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("images");
            long[] images = new long[1];
            lines.forEach(line -> {
                json.writeStartObject();
                json.writeNumberField("id", ++images[0]);
                json.writeStringField("file_name", line.place());
                json.writeNumberField("width", line.truth().widthPx());
                json.writeNumberField("height", line.truth().heightPx());
                json.writeStringField("caption", line.truth().text());
                json.writeEndObject();
            });
            json.writeEndArray();
            json.writeArrayFieldStart("annotations");
            long[] ids = new long[2];
            lines.forEach(line -> {
                ids[0]++;
                for (LineTruth.Glyph glyph : line.truth().glyphs()) {
                    ids[1]++;
                    annotation(json, ids[1], ids[0], 1 + characters.indexOf(glyph.character()), glyph.box());
                }
            });
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void annotation(JsonGenerator json, long id, long image, int category, Box box) throws IOException {
        int[] outline = {
            box.left(), box.top(), box.right(), box.top(), box.right(), box.bottom(), box.left(), box.bottom()
        };
        json.writeStartObject();
        json.writeNumberField("id", id);
        json.writeNumberField("image_id", image);
        json.writeNumberField("category_id", category);
        json.writeFieldName("bbox");
        json.writeArray(new int[] {box.left(), box.top(), box.width(), box.height()}, 0, 4);
        json.writeNumberField("area", (long) box.width() * box.height());
        json.writeArrayFieldStart("segmentation");
        json.writeArray(outline, 0, outline.length);
        json.writeEndArray();
        json.writeNumberField("iscrowd", 0);
        json.writeEndObject();
    }

    /** Writes a JSON object on a line for each line: picture, text, baseline, glyphs, and who wrote it. */
    public void writeJsonl(String split, StoredLines lines) throws IOException {
        write(jsonl(split), json -> {
            json.setRootValueSeparator(null);
            lines.forEach(line -> {
                LineTruth truth = line.truth();
                json.writeStartObject();
                json.writeStringField("file_name", line.place());
                json.writeStringField("text", truth.text());
                json.writeNumberField("width", truth.widthPx());
                json.writeNumberField("height", truth.heightPx());
                json.writeStringField("hand", line.json().path("document").asText());
                json.writeStringField(
                        "style", line.json().path("provenance").path("style").asText());
                json.writeNumberField(
                        "seed", line.json().path("provenance").path("seed").asLong());
                json.writeStringField(
                        "model", line.json().path("provenance").path("model").asText());
                LineTruth.Baseline baseline = truth.baseline();
                json.writeFieldName("baseline");
                json.writeArray(
                        new double[] {baseline.fromX(), baseline.fromY(), baseline.toX(), baseline.toY()}, 0, 4);
                json.writeArrayFieldStart("glyphs");
                for (LineTruth.Glyph glyph : truth.glyphs()) {
                    Box box = glyph.box();
                    json.writeStartObject();
                    json.writeStringField("character", glyph.character());
                    json.writeNumberField("start", glyph.start());
                    json.writeFieldName("box");
                    json.writeArray(new int[] {box.left(), box.top(), box.width(), box.height()}, 0, 4);
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
                json.writeRaw('\n');
            });
        });
    }

    /** Writes a part of a table with the pictures inside, as Hugging Face's {@code datasets} loads it. */
    public void writeParquet(String split, int part, int parts, StoredLines lines) throws IOException {
        PartialFile.write(parquet(split, part, parts), partials, file -> ParquetLines.write(file, lines));
    }

    private interface Json {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private void write(Path table, Json content) throws IOException {
        PartialFile.write(table, partials, file -> {
            try (JsonGenerator json = JSON.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
                content.writeTo(json);
            }
        });
    }
}
