package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.Split;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Decides what a sample may be used for; the same sample gets the same answer every time. */
public enum SplitRule {
    /**
     * As the file's name says ({@code train} or {@code test} as a word in it). Else by writer, so that no writer is in
     * both; else by content.
     */
    AUTO,
    /** By writer, or by content where the writer is not known, whatever the file is called. */
    HASH,
    TRAIN,
    TEST;

    /** Share of writers, or of samples, that are kept for tests. */
    static final double TEST_SHARE = 0.125;

    private static final Pattern WORD = Pattern.compile("(?<![a-z])(train|test)(?![a-z])");
    private static final int BUCKETS = 1000;

    /** Returns the split that all samples of a file of this name get, or empty where each sample decides. */
    public Optional<Split> ofFile(String fileName) {
        return switch (this) {
            case TRAIN -> Optional.of(Split.TRAIN);
            case TEST -> Optional.of(Split.TEST);
            case HASH -> Optional.empty();
            case AUTO -> {
                Matcher word = WORD.matcher(fileName.toLowerCase(Locale.ROOT));
                yield word.find()
                        ? Optional.of(word.group(1).equals("test") ? Split.TEST : Split.TRAIN)
                        : Optional.empty();
            }
        };
    }

    /** Returns the split of one sample of a file that does not decide; the writer may be null. */
    public static Split ofSample(String writer, String contentId) {
        CRC32 hash = new CRC32();
        hash.update((writer == null ? contentId : writer).getBytes(StandardCharsets.UTF_8));
        return hash.getValue() % BUCKETS < TEST_SHARE * BUCKETS ? Split.TEST : Split.TRAIN;
    }
}
