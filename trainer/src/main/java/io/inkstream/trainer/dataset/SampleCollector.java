package io.inkstream.trainer.dataset;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.Split;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Makes a {@link SampleSet} of samples that come in any order, and of their withdrawals: what is left decides, so equal
 * contents give equal sets in equal order. For one thread.
 */
final class SampleCollector {
    /** Unicode has a hundred thousand characters, and each left out is a line of somebody's log. */
    private static final int UNKNOWN_NAMED = 100;

    private static final String OTHERS = "others";

    private final int most;
    private final Map<String, Entry> entries = new TreeMap<>();
    private long leftOut;

    private record Entry(String character, byte[] image, String writer, Integer support, String source, Split split) {}

    SampleCollector() {
        this(Limits.TRAINING_SAMPLES);
    }

    /** @param most samples that it holds; further ones are left out and counted */
    SampleCollector(int most) {
        this.most = most;
    }

    /** Adds a sample, or replaces the one of the same id. */
    void put(String id, GlyphSample sample) {
        if (entries.size() >= most && !entries.containsKey(id)) {
            leftOut++;
            return;
        }
        ByteBuffer buffer = sample.getImage().duplicate();
        byte[] image = new byte[buffer.remaining()];
        buffer.get(image);
        entries.put(
                id,
                new Entry(
                        Graphemes.normal(sample.getCharacter()),
                        image,
                        sample.getWriter(),
                        sample.getSupport(),
                        sample.getSource(),
                        sample.getSplit()));
    }

    void remove(String id) {
        entries.remove(id);
    }

    int size() {
        return entries.size();
    }

    /** How many came when it was full. */
    long leftOut() {
        return leftOut;
    }

    /** What is left, in the order of ids. */
    Iterable<SpoolFile.Change> changes() {
        return () -> entries.entrySet().stream()
                .map(keyed -> {
                    Entry entry = keyed.getValue();
                    GlyphSample sample = GlyphSample.newBuilder()
                            .setCharacter(entry.character())
                            .setImage(ByteBuffer.wrap(entry.image()))
                            .setWriter(entry.writer())
                            .setSource(entry.source())
                            .setSplit(entry.split())
                            .setSupport(entry.support())
                            .build();
                    return new SpoolFile.Change(keyed.getKey(), sample);
                })
                .iterator();
    }

    /** A key is the content's hash only where its writer made it so. */
    private static long crcOf(byte[] image) {
        CRC32C crc = new CRC32C();
        crc.update(image, 0, image.length);
        return crc.getValue();
    }

    /** The printable ASCII characters, and of the others those with the most samples. */
    private CharacterClasses classes() {
        Map<String, Integer> counts = new TreeMap<>();
        entries.values().forEach(entry -> counts.merge(entry.character(), 1, Integer::sum));
        return CharacterClasses.asciiAnd(counts.entrySet().stream()
                .filter(counted -> Graphemes.isClass(counted.getKey()))
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(Limits.TRAINING_CLASSES)
                .map(Map.Entry::getKey)
                .toList());
    }

    /** Makes the set; samples of characters beyond those that one training has room for are left out and counted. */
    CollectedSamples collect() {
        TreeSet<String> writers = new TreeSet<>();
        entries.values().forEach(entry -> {
            if (entry.writer() != null) {
                writers.add(entry.writer());
            }
        });
        Map<String, Integer> numbers = new TreeMap<>();
        writers.forEach(writer -> numbers.put(writer, numbers.size()));
        Map<String, Integer> unknown = new TreeMap<>();
        CharacterClasses classes = classes();
        SampleSet.Builder builder = SampleSet.builder(classes);
        MessageDigest digest = ContentId.sha256();
        for (Map.Entry<String, Entry> keyed : entries.entrySet()) {
            Entry entry = keyed.getValue();
            int label = classes.indexOf(entry.character());
            if (label < 0) {
                boolean named = unknown.size() < UNKNOWN_NAMED || unknown.containsKey(entry.character());
                unknown.merge(named ? entry.character() : OTHERS, 1, Integer::sum);
                continue;
            }
            Integer support = entry.support();
            builder.addOwned(
                    entry.image(),
                    label,
                    entry.writer() == null ? SampleSet.UNKNOWN_WRITER : numbers.get(entry.writer()),
                    support == null ? SampleSet.UNKNOWN_SUPPORT : Math.max(0, Math.min(255, support)),
                    entry.source(),
                    entry.split() == Split.TEST ? SampleSet.Split.TEST : SampleSet.Split.TRAIN);
            String line = String.join(
                    "\t",
                    keyed.getKey(),
                    entry.split().name(),
                    String.valueOf(entry.writer()),
                    String.valueOf(support),
                    entry.source(),
                    entry.character(),
                    Long.toHexString(crcOf(entry.image())));
            digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return new CollectedSamples(
                builder.build(), "sha256:" + HexFormat.of().formatHex(digest.digest()), unknown, List.copyOf(writers));
    }
}
