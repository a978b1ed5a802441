package io.inkstream.trainer.dataset;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Holds labelled glyph images in memory and never changes; safe for use by any number of threads.
 *
 * <p>An image is 28 x 28 bytes, upright, row by row from the top, 0 is paper and 255 is ink.
 */
public final class SampleSet {
    /** Side of an image in pixels. */
    public static final int SIDE_PX = 28;

    /** Bytes of an image. */
    public static final int PIXELS = SIDE_PX * SIDE_PX;

    /** The writer of a sample whose writer is not known. */
    public static final int UNKNOWN_WRITER = -1;

    /** The support of a sample that no other classifier has judged. */
    public static final int UNKNOWN_SUPPORT = 255;

    /** What a sample may be used for. */
    public enum Split {
        TRAIN,
        TEST
    }

    private static final float BYTE_TO_UNIT = 1f / 255f;

    private final CharacterClasses classes;
    private final List<String> sources;
    private final byte[][] images;
    private final int[] labels;
    private final int[] writers;
    private final int[] supports;
    private final int[] sourceOf;
    private final Split[] splits;
    private final int[][] byClass;

    private SampleSet(Builder from) {
        this.classes = from.classes;
        this.sources = List.copyOf(from.sources);
        int size = from.size;
        this.images = Arrays.copyOf(from.images, size);
        this.labels = Arrays.copyOf(from.labels, size);
        this.writers = Arrays.copyOf(from.writers, size);
        this.supports = Arrays.copyOf(from.supports, size);
        this.sourceOf = Arrays.copyOf(from.sourceOf, size);
        this.splits = Arrays.copyOf(from.splits, size);
        int[] count = new int[classes.size()];
        for (int label : labels) {
            count[label]++;
        }
        this.byClass = new int[classes.size()][];
        for (int c = 0; c < byClass.length; c++) {
            byClass[c] = new int[count[c]];
        }
        int[] next = new int[classes.size()];
        for (int i = 0; i < size; i++) {
            byClass[labels[i]][next[labels[i]]++] = i;
        }
    }

    /** Returns a builder of sets over the given classes. */
    public static Builder builder(CharacterClasses classes) {
        return new Builder(classes);
    }

    /** Returns the classes that labels are indices of. */
    public CharacterClasses classes() {
        return classes;
    }

    /** Returns the number of samples. */
    public int size() {
        return labels.length;
    }

    /** Returns the class index of sample {@code i}. */
    public int label(int i) {
        return labels[i];
    }

    /** Returns the writer of sample {@code i}, unique within the set, or {@link #UNKNOWN_WRITER}. */
    public int writer(int i) {
        return writers[i];
    }

    /**
     * Returns in 0 .. 255 how far a classifier taught by other writers agrees with the label of sample {@code i};
     * {@link #UNKNOWN_SUPPORT} when none was asked.
     */
    public int support(int i) {
        return supports[i];
    }

    /** Returns the name of the collection that sample {@code i} comes from. */
    public String source(int i) {
        return sources.get(sourceOf[i]);
    }

    /** Returns what sample {@code i} may be used for. */
    public Split split(int i) {
        return splits[i];
    }

    /** Returns how many samples class {@code c} has. */
    public int countOfClass(int c) {
        return byClass[c].length;
    }

    /** Returns the {@code k}-th sample of class {@code c}, with {@code 0 <= k < countOfClass(c)}. */
    public int ofClass(int c, int k) {
        return byClass[c][k];
    }

    /** Writes image {@code i} to {@code to[offset .. offset + 783]}, scaled so that 0 is paper and 1 is ink. */
    public void copyImage(int i, float[] to, int offset) {
        byte[] image = images[i];
        for (int k = 0; k < PIXELS; k++) {
            to[offset + k] = (image[k] & 0xff) * BYTE_TO_UNIT;
        }
    }

    /** Returns a copy of image {@code i}. */
    public byte[] image(int i) {
        return images[i].clone();
    }

    /** Feeds image {@code i} to a digest. */
    void addImageTo(MessageDigest digest, int i) {
        digest.update(images[i]);
    }

    /** Returns the samples whose index passes, in the same order; images are shared, not copied. */
    public SampleSet where(IntPredicate keep) {
        Builder kept = new Builder(classes);
        for (int i = 0; i < size(); i++) {
            if (keep.test(i)) {
                kept.append(images[i], labels[i], writers[i], supports[i], source(i), splits[i]);
            }
        }
        return kept.build();
    }

    /** Returns the samples whose characters are among {@code others}, labelled by those; images are shared. */
    public SampleSet over(CharacterClasses others) {
        Builder kept = new Builder(others);
        for (int i = 0; i < size(); i++) {
            int label = others.indexOf(classes.characterAt(labels[i]));
            if (label >= 0) {
                kept.append(images[i], label, writers[i], supports[i], source(i), splits[i]);
            }
        }
        return kept.build();
    }

    /** Returns these samples and then {@code more}, which are over the same classes; images are shared. */
    public SampleSet and(SampleSet more) {
        if (!more.classes.equals(classes)) {
            throw new IllegalArgumentException("the sets are over other classes: " + classes + ", " + more.classes);
        }
        Builder both = new Builder(classes);
        for (SampleSet each : List.of(this, more)) {
            for (int i = 0; i < each.size(); i++) {
                both.append(
                        each.images[i],
                        each.labels[i],
                        each.writers[i],
                        each.supports[i],
                        each.source(i),
                        each.splits[i]);
            }
        }
        return both.build();
    }

    /** Returns the SHA-256 over labels and images in their order, lower-case hex. */
    public String digest() {
        MessageDigest sha = ContentId.sha256();
        for (int i = 0; i < size(); i++) {
            sha.update((byte) labels[i]);
            sha.update(images[i]);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Returns the samples of one split. */
    public SampleSet of(Split split) {
        return where(i -> splits[i] == split);
    }

    /** Collects samples for a {@link SampleSet}; for one thread. */
    public static final class Builder {
        private final CharacterClasses classes;
        private final List<String> sources = new ArrayList<>();
        /** A list alone would be searched for every sample: a topic may name a source for each. */
        private final Map<String, Integer> sourceIndices = new HashMap<>();

        private int size;
        private byte[][] images = new byte[1024][];
        private int[] labels = new int[1024];
        private int[] writers = new int[1024];
        private int[] supports = new int[1024];
        private int[] sourceOf = new int[1024];
        private Split[] splits = new Split[1024];

        private Builder(CharacterClasses classes) {
            this.classes = requireNonNull(classes, "classes");
        }

        /**
         * Adds one sample; the image is copied.
         *
         * @param image 784 bytes, upright, row by row, 255 is ink
         * @param label class index
         * @param writer unique within the set, or {@link #UNKNOWN_WRITER}
         * @param support 0 .. 255, {@link #UNKNOWN_SUPPORT} when not known
         * @throws IllegalArgumentException naming the value that is out of range
         */
        public Builder add(byte[] image, int label, int writer, int support, String source, Split split) {
            return addOwned(image.clone(), label, writer, support, source, split);
        }

        /** As {@link #add}, but keeps the image itself: the caller gives it away. */
        Builder addOwned(byte[] image, int label, int writer, int support, String source, Split split) {
            if (image.length != PIXELS) {
                throw new IllegalArgumentException("an image has " + PIXELS + " bytes, got " + image.length);
            }
            if (label < 0 || label >= classes.size()) {
                throw new IllegalArgumentException("label must be in 0 .. " + (classes.size() - 1) + ", got " + label);
            }
            if (writer < UNKNOWN_WRITER) {
                throw new IllegalArgumentException("writer must be >= -1, got " + writer);
            }
            if (support < 0 || support > 255) {
                throw new IllegalArgumentException("support must be in 0 .. 255, got " + support);
            }
            append(image, label, writer, support, requireNonNull(source, "source"), requireNonNull(split, "split"));
            return this;
        }

        private void append(byte[] image, int label, int writer, int support, String source, Split split) {
            if (size == labels.length) {
                int capacity = size + (size >> 1);
                images = Arrays.copyOf(images, capacity);
                labels = Arrays.copyOf(labels, capacity);
                writers = Arrays.copyOf(writers, capacity);
                supports = Arrays.copyOf(supports, capacity);
                sourceOf = Arrays.copyOf(sourceOf, capacity);
                splits = Arrays.copyOf(splits, capacity);
            }
            int sourceIndex = sourceIndices.computeIfAbsent(source, named -> {
                sources.add(named);
                return sources.size() - 1;
            });
            images[size] = image;
            labels[size] = label;
            writers[size] = writer;
            supports[size] = support;
            sourceOf[size] = sourceIndex;
            splits[size] = split;
            size++;
        }

        /** Returns the samples added so far, in that order. */
        public SampleSet build() {
            return new SampleSet(this);
        }
    }
}
