package io.inkstream.trainer.dataset;

import io.inkstream.schemas.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Says which character a label of an idx file stands for.
 *
 * @param name for people
 * @param characters label to character
 */
public record LabelMapping(String name, Map<Integer, String> characters) {
    private static final int MOST_BYTES = 1 << 20;
    private static final String DIGITS = "0123456789";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";

    /** The label is the character's ASCII code. */
    public static final LabelMapping ASCII =
            new LabelMapping("labels are ASCII codes", inOrder(33, CharacterClasses.PRINTABLE_ASCII.characters()));

    /** EMNIST byclass, and MNIST: digits, upper case, lower case from 0. */
    public static final LabelMapping BYCLASS =
            new LabelMapping("labels are EMNIST byclass (0-9 A-Z a-z)", inOrder(0, DIGITS + UPPER + LOWER));

    /** EMNIST bymerge and balanced: digits, upper case, and the lower-case letters that look unlike their upper case. */
    public static final LabelMapping BYMERGE = new LabelMapping(
            "labels are EMNIST bymerge (0-9 A-Z abdefghnqrt)", inOrder(0, DIGITS + UPPER + "abdefghnqrt"));

    public LabelMapping {
        characters = Map.copyOf(characters);
    }

    /** Returns the character, or null when the mapping has none for the label. */
    public String characterOf(int label) {
        return characters.get(label);
    }

    /**
     * Reads a mapping: a line for each label, the label and then one or more ASCII codes, of which the first counts;
     * the form of EMNIST's own mapping files.
     *
     * @throws BadDatasetException naming the first line that is not so
     */
    public static LabelMapping read(Path file) throws IOException {
        Map<Integer, String> characters = new HashMap<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).trim();
            if (line.isEmpty()) {
                continue;
            }
            String[] cells = line.split("\\s+");
            try {
                int label = Integer.parseInt(cells[0]);
                int code = Integer.parseInt(cells[1]);
                if (!Character.isValidCodePoint(code) || Character.isISOControl(code)) {
                    throw new BadDatasetException(file, "line " + (i + 1), code + " is no code of a character");
                }
                characters.put(label, Character.toString(code));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new BadDatasetException(
                        file,
                        "line " + (i + 1),
                        "expected a label and a character's code, got '" + Limits.cut(line, Limits.QUOTED_CHARS) + "'");
            }
        }
        if (characters.isEmpty()) {
            throw new BadDatasetException(file, "a mapping file with no label in it");
        }
        return new LabelMapping("labels are mapped by " + file.getFileName(), characters);
    }

    private static List<String> lines(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new BadDatasetException(file, "a mapping file has no more than " + MOST_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new BadDatasetException(file, "not UTF-8 text");
        }
    }

    /**
     * Finds out which mapping labels follow: a mapping file beside them, the file's name, or the labels themselves.
     *
     * @throws BadDatasetException if more than one fits; the message says which and how to choose
     */
    static LabelMapping detect(Path labelsFile, int[] labels) throws IOException {
        String name = labelsFile.getFileName().toString().toLowerCase(Locale.ROOT);
        int min = IntStream.of(labels).min().orElse(0);
        int max = IntStream.of(labels).max().orElse(0);
        boolean ascii = min >= '!' && max <= '~';
        boolean digitCodes = min >= '0' && max <= '9';
        if (ascii && (max > 61 || digitCodes)) {
            return ASCII;
        }
        for (String kind : List.of("byclass", "bymerge", "balanced", "letters", "digits", "mnist")) {
            Path beside = labelsFile.resolveSibling("emnist-" + kind + "-mapping.txt");
            if (name.startsWith("emnist-" + kind) && Files.exists(beside)) {
                if (kind.equals("letters")) {
                    break;
                }
                return read(beside);
            }
        }
        if (name.contains("letters")) {
            throw new BadDatasetException(
                    labelsFile,
                    "EMNIST letters does not tell upper from lower case; name a mapping to import it anyway");
        }
        if ((name.contains("bymerge") || name.contains("balanced"))
                && max < BYMERGE.characters().size()) {
            return BYMERGE;
        }
        if (max <= 9 || (max > 46 && max <= 61 && !ascii) || (name.contains("byclass") && max <= 61)) {
            return BYCLASS;
        }
        throw new BadDatasetException(
                labelsFile,
                "labels " + min + " to " + max
                        + " fit more than one mapping; name it: ascii, byclass, bymerge or a mapping file");
    }

    private static Map<Integer, String> inOrder(int first, String characters) {
        Map<Integer, String> map = new HashMap<>();
        for (int i = 0; i < characters.length(); i++) {
            map.put(first + i, characters.substring(i, i + 1));
        }
        return map;
    }
}
