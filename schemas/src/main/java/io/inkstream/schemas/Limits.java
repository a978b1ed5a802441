package io.inkstream.schemas;

/**
 * The bounds of all that is stored, forwarded, quoted, logged or used as a name, in one place.
 *
 * <p>Sizes are bytes unless a name says otherwise. What an operator may change is a setting instead, and in the reference of
 * settings; a setting's own bounds are here where others depend on them.
 */
public final class Limits {

    // Records

    /** Images and model chunks outgrow Kafka's megabyte; producers of them need {@code max.request.size} likewise. */
    public static final int RECORD_BYTES = 8 << 20;

    /** What Kafka adds to key, value and headers of a record that is alone in its batch, and a little. */
    public static final int RECORD_OVERHEAD_BYTES = 512;

    /** Longest key of a document: it is an id, and is part of file names and of every record made of the document. */
    public static final int DOCUMENT_ID_BYTES = 4 << 10;

    /** Largest value in a state store: its changelog may be a topic of Kafka's own default, which takes a megabyte. */
    public static final int STORED_VALUE_BYTES = 512 << 10;

    /** Headers of a text that are handed on to what is made of it, names and values together. */
    public static final int HANDED_ON_HEADERS_BYTES = 8 << 10;

    // Words

    /** Longest message, reason or comment that is written to a record, a header or the log. */
    public static final int MESSAGE_CHARS = 1_000;

    /** Longest piece of somebody's input that a message quotes. */
    public static final int QUOTED_CHARS = 100;

    /** Longest grapheme, in UTF-16 code units: of more marks on a letter none can be told. */
    public static final int GRAPHEME_CHARS = 32;

    /** Longest name of a style. */
    public static final int STYLE_CHARS = 100;

    /** Longest writer or source of a glyph sample, and its key in bytes: a training has a million of them in memory. */
    public static final int SAMPLE_WORD_CHARS = 256;

    /** Samples of one training: with their words, some 2 GB of memory. */
    public static final int TRAINING_SAMPLES = 2_000_000;

    /** Characters beyond ASCII that one training learns; those with the most samples, where there are more. */
    public static final int TRAINING_CLASSES = 2_000;

    /** Sources of samples that a model names; those with the most samples, where there are more. */
    public static final int NAMED_SOURCES = 100;

    // Lines and pages

    /** Glyphs of one line, word spaces included. */
    public static final int LINE_GLYPHS = 4_096;

    /** Least and greatest height of a line image. */
    public static final int MIN_LINE_HEIGHT_PX = 16;

    public static final int MAX_LINE_HEIGHT_PX = 256;

    /** Widest line: its image at the greatest height has 4 million pixels, half the largest record. */
    public static final int MAX_LINE_WIDTH_PX = 16_384;

    /** Largest answer of a model server: the pixels of the largest line uncompressed, its boxes, and room to spare. */
    public static final int ANSWER_BYTES = RECORD_BYTES;

    // Versions and policies

    /** Largest record of models, model-status, rollouts and rollout-status that is decoded: all of them are read into memory. */
    public static final int CONTROL_RECORD_BYTES = 2 << 20;

    /** Longest key of these records; the longest of ours joins a server's id and a model id. */
    public static final int CONTROL_KEY_CHARS = 500;

    /** Announced versions that are remembered; more are not taken until some are withdrawn. */
    public static final int MODEL_VERSIONS = 4_096;

    /** Character classes of all of these together: what is remembered of a version is mostly its classes. */
    public static final int MODEL_CLASSES = 1 << 19;

    /** Character classes of one version. */
    public static final int MODEL_CLASSES_EACH = 65_536;

    /** Styles of one version. */
    public static final int MODEL_STYLES = 1_024;

    /** Names of models that are remembered with a policy. */
    public static final int MODEL_NAMES = 256;

    /** Model servers that are remembered; beyond them the silent ones go first. */
    public static final int MODEL_SERVERS = 1_024;

    /** Longest revision of a policy: it stands in the provenance of every image. */
    public static final int REVISION_CHARS = 200;

    /** Documents and styles that one policy pins. */
    public static final int POLICY_PINS = 10_000;

    /** Versions that a policy remembers to go back to. */
    public static final int POLICY_EARLIER = 64;

    /** Steps of a rollout. */
    public static final int POLICY_STEPS = 100;

    /** Longest step, and longest baking time: a year. */
    public static final int POLICY_SECONDS = 366 * 24 * 60 * 60;

    private Limits() {}

    /**
     * The text, cut where it is longer.
     *
     * @param chars most UTF-16 units of the result, at least 1
     * @return the text itself, or its beginning and an ellipsis; a character is never halved
     */
    public static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = chars - 1;
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "…";
    }
}
