package io.inkstream.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.FileNames;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.PenMark;
import io.inkstream.schemas.avro.PenMarkKind;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.Reading;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.mark.ImageMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Saves what arrives under one folder: {@code DOCUMENT/line-0001.png}, {@code DOCUMENT/page-1.png}, and
 * {@code DOCUMENT/boxes.jsonl} with one JSON object for each line, enough to draw the line again. A document's folder is
 * named by {@link FileNames}.
 */
public final class ImageFiles {
    private static final String BOXES = "boxes.jsonl";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;

    /** @param directory made when the first file is saved */
    public ImageFiles(Path directory) {
        this.directory = directory;
    }

    /** Saves a line and its boxes; returns the image's path. */
    public Path save(String document, LineImage line) throws IOException {
        return save(document, line, Map.of());
    }

    /**
     * Saves a line and its boxes, and says more of it in {@code boxes.jsonl}; returns the image's path.
     *
     * @param more values that JSON has, by names that no line has
     */
    public Path save(String document, LineImage line, Map<String, ?> more) throws IOException {
        Path file = folder(document).resolve(name(line));
        write(file, line.getPng());
        Path boxes = file.resolveSibling(BOXES);
        if (line.getIndex() == 0) {
            Files.deleteIfExists(boxes); // of an earlier document of this name
        }
        Files.writeString(
                boxes, json(document, line, more) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return file;
    }

    /**
     * Reads a line back: from the mark in its image or, where the image was not marked, from the {@code boxes.jsonl} beside it,
     * which does not say what the document wanted of its pages.
     *
     * @throws IOException if one of them is missing or does not say what it should
     */
    public static LineImage load(Path png) throws IOException {
        byte[] bytes = Files.readAllBytes(png);
        try {
            Optional<LineImage> marked = ImageMark.line(bytes);
            if (marked.isPresent()) {
                return marked.get();
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        Path boxes = png.resolveSibling(BOXES);
        try (Stream<String> lines = Files.lines(boxes)) {
            Optional<JsonNode> found = Optional.empty();
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode json = JSON.readTree(line);
                if (json.path("file").asText().equals(png.getFileName().toString())) {
                    found = Optional.of(json); // the last counts, if a document was saved twice
                }
            }
            return line(
                    found.orElseThrow(() -> new IOException(boxes + " says nothing of " + png.getFileName())), bytes);
        } catch (JsonProcessingException | IllegalArgumentException | UncheckedIOException e) {
            throw new IOException(boxes + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Saves a page; returns its path. */
    public Path save(String document, PageImage page) throws IOException {
        Path file = folder(document).resolve(name(page));
        write(file, page.getPng());
        return file;
    }

    /** Saves a PDF of all pages of a document; returns its path. */
    public Path savePdf(String document, byte[] pdf) throws IOException {
        Path file = folder(document).resolve("pages.pdf");
        write(file, ByteBuffer.wrap(pdf));
        return file;
    }

    /** Name of a line's file, such as {@code line-0001.png}. */
    public static String name(LineImage line) {
        return String.format(
                Locale.ROOT, "line-%04d.%s", line.getIndex() + 1, OutputFormat.extension(line.getMediaType()));
    }

    /** Name of a page's file, such as {@code page-1.png}. */
    public static String name(PageImage page) {
        return "page-" + (page.getIndex() + 1) + "." + OutputFormat.extension(page.getMediaType());
    }

    private Path folder(String document) throws IOException {
        return Files.createDirectories(directory.resolve(FileNames.of(document)));
    }

    /** What {@code boxes.jsonl} says of a line: one JSON object, without a line end. */
    public static String boxesOf(String document, LineImage line) throws JsonProcessingException {
        return json(document, line, Map.of());
    }

    private static String json(String document, LineImage line, Map<String, ?> more) throws JsonProcessingException {
        ObjectNode json = JSON.createObjectNode()
                .put("document", document)
                .put("line", line.getIndex())
                .put("lines", line.getCount())
                .put("file", name(line))
                .put("text", line.getText())
                .put("width", line.getWidthPx())
                .put("height", line.getHeightPx())
                .put("baseline", line.getBaselinePx());
        ArrayNode boxes = json.putArray("boxes");
        line.getGlyphs().forEach(glyph -> {
            ObjectNode box = boxes.addObject()
                    .put("character", glyph.getCharacter())
                    .put("offset", glyph.getOffset())
                    .put("left", glyph.getLeft())
                    .put("top", glyph.getTop())
                    .put("width", glyph.getWidth())
                    .put("height", glyph.getHeight())
                    .put("joined", glyph.getJoined());
            if (glyph.getVariant() != null) {
                box.put("variant", glyph.getVariant());
            }
        });
        ArrayNode substitutions = json.putArray("substitutions");
        line.getSubstitutions().forEach(substitution -> substitutions
                .addObject()
                .put("offset", substitution.getOffset())
                .put("original", substitution.getOriginal())
                .put("replacement", substitution.getReplacement())
                .put("rule", substitution.getRule()));
        ArrayNode penMarks = json.putArray("pen_marks");
        line.getPenMarks().forEach(mark -> penMarks.addObject()
                .put("kind", mark.getKind().name())
                .put("first", mark.getFirst())
                .put("last", mark.getLast()));
        if (line.getReading() != null) {
            json.putObject("reading")
                    .put("text", line.getReading().getText())
                    .put("errors", line.getReading().getErrors());
        }
        Provenance provenance = line.getProvenance();
        ObjectNode by = json.putObject("provenance")
                .put("model", provenance.getModel())
                .put("sha256", provenance.getModelSha256())
                .put("predictor", provenance.getPredictor())
                .put("cpu", provenance.getCpuFamily())
                .put("code", provenance.getCodeVersion())
                .put("policy", provenance.getPolicyRevision())
                .put("style", provenance.getStyle())
                .put("seed", provenance.getSeed());
        LayoutOptions layout = provenance.getLayout();
        if (layout != null) {
            ObjectNode options = by.putObject("layout");
            drawn().forEach(option -> options.putPOJO(option.json(), option.of(layout)));
        }
        more.forEach(json::putPOJO);
        return JSON.writeValueAsString(json);
    }

    /**
     * The line that {@link #boxesOf} described.
     *
     * @throws IllegalArgumentException if it says what this release does not know
     */
    public static LineImage line(JsonNode json, byte[] png) {
        JsonNode by = json.path("provenance");
        Provenance provenance = Provenance.newBuilder()
                .setModel(by.path("model").asText())
                .setModelSha256(by.path("sha256").asText())
                .setPredictor(by.path("predictor").asText())
                .setCpuFamily(by.path("cpu").asText())
                .setCodeVersion(by.path("code").asText())
                .setPolicyRevision(by.path("policy").asText())
                .setStyle(by.path("style").asText())
                .setSeed(by.path("seed").asLong())
                .setLayout(by.has("layout") ? layout(by.path("layout")) : null)
                .build();
        List<GlyphBox> boxes = new ArrayList<>();
        json.path("boxes")
                .forEach(box -> boxes.add(new GlyphBox(
                        box.path("character").asText(),
                        box.path("offset").asInt(),
                        box.path("left").asInt(),
                        box.path("top").asInt(),
                        box.path("width").asInt(),
                        box.path("height").asInt(),
                        box.path("joined").asBoolean(),
                        box.has("variant") ? box.path("variant").asInt() : null)));
        List<Substitution> substitutions = new ArrayList<>();
        json.path("substitutions")
                .forEach(substitution -> substitutions.add(new Substitution(
                        substitution.path("offset").asInt(),
                        substitution.path("original").asText(),
                        substitution.path("replacement").asText(),
                        substitution.path("rule").asText())));
        List<PenMark> penMarks = new ArrayList<>();
        json.path("pen_marks")
                .forEach(mark -> penMarks.add(new PenMark(
                        PenMarkKind.valueOf(mark.path("kind").asText()),
                        mark.path("first").asInt(),
                        mark.path("last").asInt())));
        return LineImage.newBuilder()
                .setPenMarks(penMarks)
                .setIndex(json.path("line").asInt())
                .setCount(json.path("lines").asInt())
                .setText(json.path("text").asText())
                .setPng(ByteBuffer.wrap(png))
                .setWidthPx(json.path("width").asInt())
                .setHeightPx(json.path("height").asInt())
                .setBaselinePx(json.path("baseline").asDouble())
                .setGlyphs(boxes)
                .setSubstitutions(substitutions)
                .setProvenance(provenance)
                .setMediaType(OutputFormat.of(provenance).mediaType())
                .setReading(
                        json.has("reading")
                                ? new Reading(
                                        json.path("reading").path("text").asText(),
                                        json.path("reading").path("errors").asInt())
                                : null)
                .build();
    }

    /** The page of a document is no part of how its lines are drawn. */
    private static Stream<LayoutOption> drawn() {
        return Arrays.stream(LayoutOption.values()).filter(LayoutOption::isDrawn);
    }

    /** What was saved before there was an option has its default. */
    private static LayoutOptions layout(JsonNode json) {
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        drawn().filter(option -> json.has(option.json()))
                .forEach(option -> option.set(layout, json.path(option.json()).asText()));
        return layout;
    }

    /** Writes a picture as it came in a record. */
    public static void write(Path file, ByteBuffer image) throws IOException {
        byte[] bytes = BufferBytes.of(image);
        Files.write(file, bytes);
    }
}
