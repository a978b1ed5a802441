package io.inkstream.ops.formats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Formats that a data set of lines may have; a picture and its line of {@code boxes.jsonl} are always there first. */
public enum LineFormat {
    BOXES("PNG and boxes.jsonl, a folder for each hand", "Inkstream"),
    PAGE("PAGE XML of 2019-07-15 beside each picture, NAME.page.xml", "kraken, OCR-D, eScriptorium, Transkribus"),
    ALTO("ALTO 4 beside each picture, NAME.alto.xml", "kraken, eScriptorium, libraries"),
    TESSERACT("NAME.gt.txt and NAME.box beside each picture", "tesseract, tesstrain"),
    KRAKEN("NAME.gt.txt beside each picture", "kraken (ketos train -f path), Calamari, OCRopus"),
    COCO("SPLIT.coco.json: a box for each glyph, a caption for each line", "pycocotools, Detectron2, MMDetection"),
    JSONL("SPLIT.jsonl: a line for each picture", "anything; load_dataset(\"json\")"),
    PARQUET("SPLIT-NNNNN-of-NNNNN.parquet with the pictures inside", "Hugging Face datasets, pandas, DuckDB");

    private final String doc;
    private final String readers;

    LineFormat(String doc, String readers) {
        this.doc = doc;
        this.readers = readers;
    }

    /** The name that it is asked for by. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it writes. */
    public String doc() {
        return doc;
    }

    /** Who reads it. */
    public String readers() {
        return readers;
    }

    /** Whether it is a table of all lines of a split. */
    public boolean isTable() {
        return this == COCO || this == JSONL || this == PARQUET;
    }

    /** The names of all, as in a sentence. */
    public static String ids() {
        return Arrays.stream(values()).map(LineFormat::id).collect(Collectors.joining(", "));
    }

    /** What it writes beside a line's picture, by file name. Equal lines give equal bytes. */
    public Map<String, byte[]> beside(LineTruth line) {
        Map<String, byte[]> files = new TreeMap<>();
        if (this == PAGE) {
            files.put(line.name() + ".page.xml", PageXml.of(line));
        }
        if (this == ALTO) {
            files.put(line.name() + ".alto.xml", AltoXml.of(line));
        }
        if (this == TESSERACT) {
            files.put(line.name() + ".box", TesseractBoxes.of(line));
        }
        if (this == TESSERACT || this == KRAKEN) {
            files.put(line.name() + ".gt.txt", (line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }
}
