package io.inkstream.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes a file name of a key that anybody may have written: it never leaves its folder, every file system takes it, and
 * different keys have different names. (Where a file system does not tell {@code A} from {@code a}, it does not here either.)
 */
public final class FileNames {
    /** What is added to a name still fits the 255 bytes that file systems take. */
    private static final int LONGEST = 160;

    private static final int DIGEST_DIGITS = 32;

    /** Devices of Windows, whatever follows a full stop. */
    private static final Pattern RESERVED =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);

    private FileNames() {}

    /**
     * The name. Letters, digits, {@code _}, and {@code -} and full stops in the middle stand for themselves, other
     * characters are escaped as in URLs; a long name is cut and ends with a digest of the key.
     *
     * @param key may be empty; null counts as empty
     */
    public static String of(String key) {
        if (key == null || key.isEmpty()) {
            return "%"; // no escape is that short
        }
        boolean reserved = RESERVED.matcher(key).matches();
        StringBuilder name = new StringBuilder();
        int length = key.length();
        for (int i = 0; i < length && name.length() <= LONGEST; i += Character.charCount(key.codePointAt(i))) {
            int c = key.codePointAt(i);
            boolean edge = i == 0 || i == length - 1;
            if (isPlain(c) ? !(i == 0 && (reserved || c == '-')) : c == '.' && !edge) {
                name.append((char) c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                name.append(String.format(Locale.ROOT, "%%u%04X", c)); // half a character: UTF-8 has no bytes for it
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    name.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
                }
            }
        }
        if (name.length() > LONGEST) {
            name.setLength(LONGEST - 1 - DIGEST_DIGITS);
            name.append('~').append(digest(key)); // nothing else has a tilde
        }
        return name.toString();
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Of the UTF-16 units: two keys with other halves of characters are the same in UTF-8. */
    private static String digest(String key) {
        return Sha256.of(key.getBytes(StandardCharsets.UTF_16BE)).hex().substring(0, DIGEST_DIGITS);
    }
}
