package io.inkstream.trainer.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VOCABULARY = "vocabulary.json";
    private static final String NETWORK = "network.zip";
    private static final int MOST_BYTES = 512 << 20;
    private static final int LONGEST_PARAGRAPH = 4_000;

    private final Vocabulary vocabulary;
    private final LanguageNetwork network;

    LanguageModel(Vocabulary vocabulary, LanguageNetwork network) {
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

    /**
     * Reads a model.
     *
     * @throws IOException if the bytes are none, saying why
     */
    public static LanguageModel parse(byte[] bytes) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes(MOST_BYTES);
                entries.put(entry.getName(), content);
            }
        }
        if (!entries.containsKey(VOCABULARY) || !entries.containsKey(NETWORK)) {
            throw new IOException("it is no language model: it lacks " + VOCABULARY + " or " + NETWORK);
        }
        try {
            Vocabulary vocabulary = JSON.readValue(entries.get(VOCABULARY), Vocabulary.class);
            return new LanguageModel(vocabulary, LanguageNetwork.of(entries.get(NETWORK), vocabulary.size()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException("it is no language model: " + e.getMessage(), e);
        }
    }

    /** Writes the model. */
    public byte[] toBytes() {
        return toBytes(false);
    }

    byte[] toBytes(boolean goesOn) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, VOCABULARY, JSON.writeValueAsBytes(vocabulary));
            put(zip, NETWORK, network.toBytes(goesOn));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not take a model", e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    LanguageNetwork network() {
        return network;
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
