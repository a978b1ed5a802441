package io.inkstream.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Saves what arrives under one folder: {@code DOCUMENT/line-0001.png}, {@code DOCUMENT/page-1.png}, and
 * {@code DOCUMENT/boxes.jsonl} with one JSON object for each line.
 */
public final class ImageFiles {
    private static final int LONGEST_NAME = 120;
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;

    /** @param directory made when the first file is saved */
    public ImageFiles(Path directory) {
        this.directory = directory;
    }

    /** Saves a line and its boxes; returns the image's path. */
    public Path save(String document, LineImage line) throws IOException {
        Path file = folder(document).resolve(String.format(Locale.ROOT, "line-%04d.png", line.getIndex() + 1));
        write(file, line.getPng());
        Path boxes = file.resolveSibling("boxes.jsonl");
        if (line.getIndex() == 0) {
            Files.deleteIfExists(boxes); // of an earlier document of this name
        }
        Files.writeString(
                boxes, boxesOf(document, file, line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return file;
    }

    /** Saves a page; returns its path. */
    public Path save(String document, PageImage page) throws IOException {
        Path file = folder(document).resolve("page-" + (page.getIndex() + 1) + ".png");
        write(file, page.getPng());
        return file;
    }

    /** Where the document's files go; ids that are no file names are escaped as in URLs, so that none leaves the folder. */
    private Path folder(String document) throws IOException {
        StringBuilder name = new StringBuilder();
        for (byte b : document.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (plain || (c == '.' && name.length() > 0)) {
                name.append(c);
            } else {
                name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        if (name.length() > LONGEST_NAME) {
            // Two long ids that begin alike still differ in what the name ends with.
            name.setLength(LONGEST_NAME);
            name.append('~').append(UUID.nameUUIDFromBytes(document.getBytes(StandardCharsets.UTF_8)));
        }
        return Files.createDirectories(directory.resolve(name.length() == 0 ? "%00" : name.toString()));
    }

    private static String boxesOf(String document, Path file, LineImage line) throws JsonProcessingException {
        ObjectNode json = JSON.createObjectNode()
                .put("document", document)
                .put("line", line.getIndex())
                .put("lines", line.getCount())
                .put("file", file.getFileName().toString())
                .put("text", line.getText())
                .put("width", line.getWidthPx())
                .put("height", line.getHeightPx())
                .put("baseline", line.getBaselinePx());
        ArrayNode boxes = json.putArray("boxes");
        line.getGlyphs().forEach(glyph -> boxes.addObject()
                .put("character", glyph.getCharacter())
                .put("offset", glyph.getOffset())
                .put("left", glyph.getLeft())
                .put("top", glyph.getTop())
                .put("width", glyph.getWidth())
                .put("height", glyph.getHeight()));
        ArrayNode substitutions = json.putArray("substitutions");
        line.getSubstitutions().forEach(substitution -> substitutions
                .addObject()
                .put("offset", substitution.getOffset())
                .put("original", substitution.getOriginal())
                .put("replacement", substitution.getReplacement())
                .put("rule", substitution.getRule()));
        json.putObject("provenance")
                .put("model", line.getProvenance().getModel())
                .put("sha256", line.getProvenance().getModelSha256())
                .put("predictor", line.getProvenance().getPredictor())
                .put("cpu", line.getProvenance().getCpuFamily())
                .put("style", line.getProvenance().getStyle())
                .put("seed", line.getProvenance().getSeed());
        return JSON.writeValueAsString(json);
    }

    private static void write(Path file, ByteBuffer png) throws IOException {
        byte[] bytes = new byte[png.remaining()];
        png.duplicate().get(bytes);
        Files.write(file, bytes);
    }
}
