package io.inkstream.schemas;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256, checked where it enters: nothing else can become part of a file name, a comparison or a message.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Sha256 {
        if (hex == null || !HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 has 64 lower-case hexadecimal digits, not '"
                    + Limits.cut(String.valueOf(hex), Limits.QUOTED_CHARS) + "'");
        }
    }

    /** The digest of all remaining bytes; the buffer's position stays. */
    public static Sha256 of(ByteBuffer bytes) {
        MessageDigest digest = digest();
        digest.update(bytes.duplicate());
        return of(digest);
    }

    /** The digest of the bytes. */
    public static Sha256 of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** Ends a digest that was begun with {@link #digest}. */
    public static Sha256 of(MessageDigest digest) {
        return new Sha256(HexFormat.of().formatHex(digest.digest()));
    }

    /** An empty digest, to be fed by the caller. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
