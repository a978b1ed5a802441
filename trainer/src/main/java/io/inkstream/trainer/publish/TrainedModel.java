package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.trainer.dataset.CharacterClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a training run hands over: the networks and where they come from. Kept in a folder as {@code generator.onnx},
 * {@code reader.onnx}, {@code card.json} and {@code training.json}, and {@code judge.onnx} where there is one.
 *
 * @param generatorOnnx draws glyphs, as {@link io.inkstream.schemas.bundle.ModelBundle} defines
 * @param readerOnnx reads glyphs
 * @param judgeOnnx reads glyphs too, and never guided the generator: for servers that trust no model's own reader; empty
 *     if there were too few samples to judge by
 * @param card figures of the evaluation card by name
 * @param training what the networks expect and how they came to be
 */
public record TrainedModel(
        byte[] generatorOnnx,
        byte[] readerOnnx,
        Optional<byte[]> judgeOnnx,
        Map<String, Object> card,
        Training training) {
    /** What the model's folder is called in the folder of a training. */
    public static final String FOLDER_NAME = "export";

    private static final String JUDGE = "judge.onnx";
    private static final String LAST_PART = "training.json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /**
     * How the networks came to be.
     *
     * @param characters the characters in the order of the generator's labels
     * @param styleSize dimensions of the style latent
     * @param noiseSize dimensions of a glyph's noise
     * @param sources names of the collections that the samples came from, such as {@code emnist}
     * @param provenance data digest, code version, seed, steps, machine
     */
    public record Training(
            String characters, int styleSize, int noiseSize, List<String> sources, Map<String, String> provenance) {
        public Training {
            new CharacterClasses(characters);
            if (styleSize < 1 || noiseSize < 1) {
                throw new IllegalArgumentException(
                        "style and noise need at least one dimension, got " + styleSize + " and " + noiseSize);
            }
            sources = List.copyOf(sources);
            provenance = Map.copyOf(provenance);
        }
    }

    public TrainedModel {
        requireNonNull(judgeOnnx, "judgeOnnx");
        card = Map.copyOf(card);
    }

    /** Returns the same model with another provenance. */
    public TrainedModel withProvenance(Map<String, String> provenance) {
        Training other = new Training(
                training.characters(), training.styleSize(), training.noiseSize(), training.sources(), provenance);
        return new TrainedModel(generatorOnnx, readerOnnx, judgeOnnx, card, other);
    }

    /**
     * Returns the same model with another reader. What its card says about the one before goes; {@code evaluate} measures
     * anew.
     *
     * @param characters in the order of the reader's logits
     * @param source what the reader learnt from, for the provenance
     * @throws IllegalArgumentException if it reads other characters than the model draws, or in another order
     */
    public TrainedModel withReader(byte[] onnx, String characters, String source) {
        if (!characters.equals(training.characters())) {
            throw new IllegalArgumentException("the reader reads '" + characters + "', the model draws '"
                    + training.characters() + "'; train it on the model's samples");
        }
        Map<String, Object> left = new TreeMap<>(card);
        left.keySet().removeIf(name -> name.startsWith("reader_"));
        Map<String, String> provenance = new TreeMap<>(training.provenance());
        provenance.put("reader", source);
        return new TrainedModel(generatorOnnx, onnx, judgeOnnx, left, training).withProvenance(provenance);
    }

    /** Writes the model to a folder, which is made where it does not exist. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve(LAST_PART));
        Files.write(folder.resolve("generator.onnx"), generatorOnnx);
        Files.write(folder.resolve("reader.onnx"), readerOnnx);
        if (judgeOnnx.isPresent()) {
            Files.write(folder.resolve(JUDGE), judgeOnnx.get());
        }
        Files.write(folder.resolve("card.json"), JSON.writeValueAsBytes(card));
        // Last, so that it says that all the others are there.
        Files.write(folder.resolve(LAST_PART), JSON.writeValueAsBytes(training));
    }

    /** Returns whether {@link #write} was done with a folder. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(LAST_PART));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if a part is missing or cannot be read; the message names it
     */
    public static TrainedModel read(Path folder) throws IOException {
        @SuppressWarnings("unchecked")
        Map<String, Object> card = json(folder, "card.json", Map.class);
        return new TrainedModel(
                part(folder, "generator.onnx"),
                part(folder, "reader.onnx"),
                Files.exists(folder.resolve(JUDGE)) ? Optional.of(part(folder, JUDGE)) : Optional.empty(),
                card,
                json(folder, LAST_PART, Training.class));
    }

    private static <T> T json(Path folder, String name, Class<T> type) throws IOException {
        try {
            return JSON.readValue(part(folder, name), type);
        } catch (JsonProcessingException e) {
            throw new IOException(folder.resolve(name) + ": " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] part(Path folder, String name) throws IOException {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (NoSuchFileException e) {
            throw new IOException(folder + " holds no trained model: " + name + " is missing", e);
        }
    }
}
