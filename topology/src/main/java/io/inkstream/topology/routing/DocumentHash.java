package io.inkstream.topology.routing;

import io.inkstream.schemas.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Numbers that follow from a document's id alone, so that a replay on any instance gets the same ones: the first 24 bytes
 * of the SHA-256 of its UTF-8. Not the hash that chooses the partition, or shares would gather in some partitions.
 *
 * @param seed bytes 0 to 7, big-endian: the seed of a document that names none
 * @param percentile bytes 8 to 15, as an unsigned number, modulo 100: a candidate of p percent takes those below p
 * @param shadowPercentile bytes 16 to 23 likewise: a shadow of p percent draws those below p, whoever else draws them
 */
public record DocumentHash(long seed, int percentile, int shadowPercentile) {

    /** Hashes a document's id. */
    public static DocumentHash of(String documentId) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.digest().digest(documentId.getBytes(StandardCharsets.UTF_8)));
        return new DocumentHash(digest.getLong(0), percentile(digest.getLong(8)), percentile(digest.getLong(16)));
    }

    private static int percentile(long unsigned) {
        return (int) Long.remainderUnsigned(unsigned, 100);
    }
}
