package io.inkstream.trainer.lines;

import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.alphabet.Graphemes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lines to learn from, with their texts as classes of a reader. Immutable. */
public final class LineSet {
    private final List<LineSample> samples;
    private final List<int[]> labels;
    private final List<String> characters;
    private final int tooDense;

    private LineSet(List<LineSample> samples, List<int[]> labels, List<String> characters, int tooDense) {
        this.samples = List.copyOf(samples);
        this.labels = List.copyOf(labels);
        this.characters = List.copyOf(characters);
        this.tooDense = tooDense;
    }

    /** A set whose characters are those of its own texts, in the order of their code points. */
    public static LineSet of(List<LineSample> samples) {
        TreeMap<String, Integer> found = new TreeMap<>();
        for (LineSample sample : samples) {
            Graphemes.split(sample.text()).forEach(character -> found.merge(character, 1, Integer::sum));
        }
        return of(samples, List.copyOf(found.keySet()));
    }

    /** A set for a reader of given characters; others in its texts are left out of the labels, for no frame can say them. */
    public static LineSet of(List<LineSample> samples, List<String> characters) {
        Map<String, Integer> classes = new HashMap<>();
        for (int i = 0; i < characters.size(); i++) {
            classes.put(characters.get(i), i + 1);
        }
        List<LineSample> kept = new ArrayList<>();
        List<int[]> labels = new ArrayList<>();
        for (LineSample sample : samples) {
            int[] label = Graphemes.split(sample.text()).stream()
                    .filter(classes::containsKey)
                    .mapToInt(classes::get)
                    .toArray();
            if (label.length > 0 && Ctc.leastFrames(label) <= LinePictures.frames(sample.view())) {
                kept.add(sample);
                labels.add(label);
            }
        }
        return new LineSet(kept, labels, characters, samples.size() - kept.size());
    }

    public int size() {
        return samples.size();
    }

    public LineSample sample(int index) {
        return samples.get(index);
    }

    /** Classes of a sample's text, 1 and more. */
    int[] labels(int index) {
        return labels.get(index);
    }

    /** Class 1 and after. */
    public List<String> characters() {
        return characters;
    }

    /** How many were left out: of no known character, or of more than their columns can spell. */
    public int tooDense() {
        return tooDense;
    }

    /** SHA-256 of characters, texts and pixels, in order. */
    public String digest() {
        MessageDigest digest = Sha256.digest();
        try (DigestOutputStream out = new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest)) {
            for (String character : characters) {
                out.write(character.getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
            for (LineSample sample : samples) {
                out.write(sample.text().getBytes(StandardCharsets.UTF_8));
                out.write(sample.view().ink());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return java.util.HexFormat.of().formatHex(digest.digest());
    }
}
