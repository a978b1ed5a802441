package io.inkstream.modelserver.repository;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What this server keeps of an announcement.
 *
 * @param sha256 of the bundle, lower-case hex
 * @param characters of the classes in order, which the topology's class indices count on
 * @param styles names of the styles
 */
public record Announcement(
        ModelId id,
        String sha256,
        long sizeBytes,
        int chunkCount,
        String location,
        String characters,
        List<String> styles,
        long announcedAtMillis) {

    static Announcement of(ModelId id, ModelAnnouncement record) {
        return new Announcement(
                id,
                record.getSha256(),
                record.getSizeBytes(),
                record.getChunkCount(),
                record.getLocation(),
                record.getClasses().stream().map(ClassMetrics::getCharacter).collect(Collectors.joining()),
                record.getStyles().stream().map(StyleMetrics::getName).toList(),
                record.getAnnouncedAt().toEpochMilli());
    }

    /** Fails unless its bundle can be fetched within the limits. */
    void check(long maxBundleBytes) throws RejectedModelException {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new RejectedModelException("its SHA-256 '" + sha256 + "' is not 64 lower-case hex digits");
        }
        if (sizeBytes < 1 || sizeBytes > maxBundleBytes) {
            throw new RejectedModelException("its bundle has " + sizeBytes + " bytes; this server takes 1 to "
                    + maxBundleBytes + " (inkstream.model.server.max.bundle.bytes)");
        }
        if (location != null) {
            throw new RejectedModelException("its bundle lies at '" + location
                    + "'; this server takes bundles from topic " + "model-chunks only");
        }
        long fewest = (sizeBytes + ChunkBuffer.MAX_CHUNK_BYTES - 1) / ChunkBuffer.MAX_CHUNK_BYTES;
        if (chunkCount < fewest || chunkCount > sizeBytes) {
            throw new RejectedModelException(sizeBytes + " bytes do not come in " + chunkCount + " chunks of 1 to "
                    + ChunkBuffer.MAX_CHUNK_BYTES + " bytes");
        }
    }

    ChunkBuffer.Key chunks() {
        return new ChunkBuffer.Key(id.toString(), sha256);
    }
}
