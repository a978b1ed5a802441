package io.inkstream.topology.routing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Numbers that follow from a document's id alone, so that a replay on any instance gets the same ones: the first 16 bytes
 * of the SHA-256 of its UTF-8. Not the hash that chooses the partition, or shares would gather in some partitions.
 *
 * @param seed bytes 0 to 7, big-endian: the seed of a document that names none
 * @param percentile bytes 8 to 15, as an unsigned number, modulo 100: a candidate of p percent takes those below p
 */
public record DocumentHash(long seed, int percentile) {

    /** Hashes a document's id. */
    public static DocumentHash of(String documentId) {
        try {
            ByteBuffer digest = ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(documentId.getBytes(StandardCharsets.UTF_8)));
            return new DocumentHash(digest.getLong(0), (int) Long.remainderUnsigned(digest.getLong(8), 100));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
