package io.inkstream.trainer.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.bundle.ModelBundle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A language model that writes text, the same for the same seed. For one thread. */
public final class LanguageModel {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String MANIFEST = "language.json";
    private static final String VOCABULARY = "vocabulary.json";
    private static final String WEIGHTS = "weights.bin";
    /** Any fixed time that DOS can say: the clock must not show. */
    private static final int MOST_JSON_BYTES = 1 << 20;

    private static final int MOST_WEIGHT_BYTES = 240 << 20;
    /** Weights of a model: its file has to be one that can be read and published. */
    static final int MOST_WEIGHTS = MOST_WEIGHT_BYTES / Float.BYTES;

    private static final int LONGEST_PARAGRAPH = 4_000;

    private final LanguageManifest manifest;
    private final Vocabulary vocabulary;
    private final LanguageNetwork network;

    LanguageModel(LanguageManifest manifest, Vocabulary vocabulary, LanguageNetwork network) {
        this.manifest = manifest;
        this.vocabulary = vocabulary;
        this.network = network;
    }

    /**
     * How boldly to write.
     *
     * @param temperature below 1 the likely becomes likelier, above 1 all more alike; 0.05 to 5
     * @param topK only so many of the likeliest characters are ever chosen; 0 for all
     */
    public record Boldness(double temperature, int topK) {
        public Boldness {
            if (!(temperature >= .05 && temperature <= 5) || topK < 0) {
                throw new IllegalArgumentException(
                        "the temperature is 0.05 to 5 and top-k not negative, not " + temperature + " and " + topK);
            }
        }
    }

    /** Whether a file means to be a language model, whole or not. */
    public static boolean isMeant(byte[] bytes) {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            ZipEntry first = zip.getNextEntry();
            return first != null && first.getName().equals(MANIFEST);
        } catch (IOException | IllegalArgumentException e) { // the latter of a name that is no UTF-8
            return false;
        }
    }

    /**
     * Reads a model; nothing in it is run or made but a network of the size that it names.
     *
     * @throws IOException if the bytes are none, saying why
     */
    public static LanguageModel parse(byte[] bytes) throws IOException {
        Map<String, byte[]> parts = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String part = entry.getName();
                int most = part.equals(WEIGHTS) ? MOST_WEIGHT_BYTES : MOST_JSON_BYTES;
                if (!List.of(MANIFEST, VOCABULARY, WEIGHTS).contains(part) || parts.containsKey(part)) {
                    throw new IOException("it is no language model: " + part + " does not belong there");
                }
                byte[] content = zip.readNBytes(most + 1);
                if (content.length > most) {
                    throw new IOException("it is no language model: its " + part + " has more than " + most + " bytes");
                }
                parts.put(part, content);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("it is no language model: " + e.getMessage(), e);
        }
        for (String part : List.of(MANIFEST, VOCABULARY, WEIGHTS)) {
            if (!parts.containsKey(part)) {
                throw new IOException("it is no language model: it lacks " + part);
            }
        }
        try {
            LanguageManifest manifest = JSON.readValue(parts.get(MANIFEST), LanguageManifest.class);
            Vocabulary vocabulary = JSON.readValue(parts.get(VOCABULARY), Vocabulary.class);
            if (manifest == null || vocabulary == null) {
                throw new IOException("it is no language model: it says nothing of itself");
            }
            float[] weights = floats(parts.get(WEIGHTS), manifest.network().parameters(vocabulary.size()));
            return new LanguageModel(
                    manifest, vocabulary, LanguageNetwork.of(manifest.network(), vocabulary.size(), weights));
        } catch (JsonProcessingException e) {
            throw new IOException("it is no language model: " + e.getOriginalMessage(), e);
        }
    }

    private static float[] floats(byte[] bytes, long expected) throws IOException {
        if (bytes.length != expected * Float.BYTES) {
            throw new IOException("it is no language model: it has " + bytes.length + " bytes of weights, not "
                    + expected * Float.BYTES);
        }
        float[] weights = new float[(int) expected];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(weights);
        return weights;
    }

    /** Writes the model, the same bytes each time. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        float[] weights = network.weights();
        ByteBuffer buffer = ByteBuffer.allocate(weights.length * Float.BYTES);
        buffer.asFloatBuffer().put(weights);
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ModelBundle.put(zip, MANIFEST, JSON.writeValueAsBytes(manifest));
            ModelBundle.put(zip, VOCABULARY, JSON.writeValueAsBytes(vocabulary));
            ModelBundle.put(zip, WEIGHTS, buffer.array());
        } catch (IOException e) {
            throw new IllegalStateException("memory does not take a model", e);
        }
        return bytes.toByteArray();
    }

    LanguageNetwork network() {
        return network;
    }

    /** What it says of itself. */
    public LanguageManifest manifest() {
        return manifest;
    }

    /**
     * Begins a text anew: what is written next follows a paragraph that nobody sees, for at the very begin of a text, where no
     * paragraph went before, the model has hardly ever been.
     */
    public void begin(Boldness boldness, SplittableRandom random) {
        network.clear();
        next(boldness, random);
    }

    /** Writes the next paragraph of the text; a very long one breaks off. */
    public String next(Boldness boldness, SplittableRandom random) {
        List<Integer> written = new ArrayList<>();
        int token = vocabulary.end();
        do {
            token = choose(network.after(token), boldness, random);
            written.add(token);
        } while (token != vocabulary.end() && written.size() < LONGEST_PARAGRAPH);
        return vocabulary
                .decode(written.stream().mapToInt(Integer::intValue).toArray())
                .strip();
    }

    /** The first paragraph of a new text. */
    public String paragraph(Boldness boldness, SplittableRandom random) {
        begin(boldness, random);
        return next(boldness, random);
    }

    private static int choose(double[] likely, Boldness boldness, SplittableRandom random) {
        int[] order = IntStream.range(0, likely.length)
                .boxed()
                .sorted((a, b) -> Double.compare(likely[b], likely[a]))
                .limit(boldness.topK() == 0 ? likely.length : boldness.topK())
                .mapToInt(Integer::intValue)
                .toArray();
        double[] weight = new double[order.length];
        double sum = 0;
        for (int i = 0; i < order.length; i++) {
            weight[i] = Math.pow(Math.max(1e-30, likely[order[i]]), 1 / boldness.temperature());
            sum += weight[i];
        }
        double left = random.nextDouble() * sum;
        for (int i = 0; i < order.length; i++) {
            left -= weight[i];
            if (left < 0) {
                return order[i];
            }
        }
        return order[order.length - 1];
    }
}
