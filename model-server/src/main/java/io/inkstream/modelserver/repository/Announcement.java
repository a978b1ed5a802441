package io.inkstream.modelserver.repository;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this server keeps of an announcement.
 *
 * @param sha256 of the bundle, lower-case hex
 * @param location where the bundle lies, or null where it comes in chunks
 * @param characters of the classes in order, which the topology's class indices count on
 * @param styles names of the styles
 * @param measures heights, widths and bottoms of the classes, then pens, gaps and word spaces of the styles, which the
 *     topology breaks lines by
 */
public record Announcement(
        ModelId id,
        String sha256,
        long sizeBytes,
        int chunkCount,
        String location,
        String characters,
        List<String> styles,
        List<Double> measures,
        long announcedAtMillis) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    static Announcement of(ModelId id, ModelAnnouncement record) {
        return new Announcement(
                id,
                record.getSha256(),
                record.getSizeBytes(),
                record.getChunkCount(),
                record.getLocation(),
                record.getClasses().stream().map(ClassMetrics::getCharacter).collect(Collectors.joining()),
                record.getStyles().stream().map(StyleMetrics::getName).toList(),
                Stream.concat(
                                record.getClasses().stream()
                                        .flatMap(one -> Stream.of(one.getHeight(), one.getWidth(), one.getBottom())),
                                record.getStyles().stream()
                                        .flatMap(one -> Stream.of(one.getPen(), one.getGap(), one.getWordSpace())))
                        .toList(),
                record.getAnnouncedAt().toEpochMilli());
    }

    /** Fails unless its bundle can be fetched within the limits. */
    void check(long maxBundleBytes, Locations locations) throws RejectedModelException {
        if (!SHA256.matcher(sha256).matches()) {
            throw new RejectedModelException("its SHA-256 '" + sha256 + "' is not 64 lower-case hex digits");
        }
        if (sizeBytes < 1 || sizeBytes > maxBundleBytes) {
            throw new RejectedModelException("its bundle has " + sizeBytes + " bytes; this server takes 1 to "
                    + maxBundleBytes + " (inkstream.model.server.max.bundle.bytes)");
        }
        if (liesElsewhere()) {
            locations.check(location);
            return;
        }
        long fewest = (sizeBytes + ChunkBuffer.MAX_CHUNK_BYTES - 1) / ChunkBuffer.MAX_CHUNK_BYTES;
        if (chunkCount < fewest || chunkCount > sizeBytes) {
            throw new RejectedModelException(sizeBytes + " bytes do not come in " + chunkCount + " chunks of 1 to "
                    + ChunkBuffer.MAX_CHUNK_BYTES + " bytes");
        }
    }

    /** Whether the bundle is to be fetched from {@link #location} and not put together from chunks. */
    boolean liesElsewhere() {
        return location != null;
    }

    /** Whether the topology tokenises and lays out by both in the same way. */
    boolean drawsLike(Announcement other) {
        return characters.equals(other.characters) && styles.equals(other.styles) && measures.equals(other.measures);
    }

    /** Fails unless the bundle says of itself what is announced: the topology goes by the one, the server by the other. */
    void check(Manifest manifest) throws RejectedModelException {
        if (!manifest.id().equals(id)) {
            throw new RejectedModelException("the bundle is of " + manifest.id() + ", announced is " + id);
        }
        String itsCharacters =
                manifest.classes().stream().map(ClassSpec::character).collect(Collectors.joining());
        if (!itsCharacters.equals(characters)) {
            throw new RejectedModelException(
                    "the bundle's classes are '" + itsCharacters + "', announced are '" + characters + "'");
        }
        int classes = manifest.classes().size();
        List<String> itsStyles = manifest.styles().stream().map(StyleSpec::name).toList();
        if (!itsStyles.equals(styles)) {
            throw new RejectedModelException("the bundle's styles are " + itsStyles + ", announced are " + styles);
        }
        List<Double> itsMeasures = Stream.concat(
                        manifest.classes().stream().flatMap(one -> Stream.of(one.height(), one.width(), one.bottom())),
                        manifest.styles().stream().flatMap(one -> Stream.of(one.pen(), one.gap(), one.wordSpace())))
                .toList();
        if (itsMeasures.size() != measures.size()) {
            throw new RejectedModelException("the bundle has " + classes + " classes, each of one character");
        }
        for (int i = 0; i < itsMeasures.size(); i++) {
            if (!itsMeasures.get(i).equals(measures.get(i))) {
                int styleMeasures = i - 3 * classes;
                String what = styleMeasures < 0
                        ? List.of("height", "width", "bottom").get(i % 3) + " of class '"
                                + manifest.classes().get(i / 3).character() + "'"
                        : List.of("pen", "gap", "word space").get(styleMeasures % 3) + " of style "
                                + styles.get(styleMeasures / 3);
                throw new RejectedModelException(
                        "the bundle's " + what + " is " + itsMeasures.get(i) + ", announced is " + measures.get(i));
            }
        }
    }

    /** Whether the same bundle is to be had in the same way. */
    boolean liesLike(Announcement other) {
        return sha256.equals(other.sha256)
                && sizeBytes == other.sizeBytes
                && chunkCount == other.chunkCount
                && Objects.equals(location, other.location);
    }

    /** Fails unless these are the announced bytes. */
    void checkBytes(byte[] bundle) throws RejectedModelException {
        if (bundle.length != sizeBytes) {
            throw new RejectedModelException("its bundle has " + bundle.length + " bytes, announced are " + sizeBytes);
        }
        String actual = ModelBundle.sha256(bundle);
        if (!actual.equals(sha256)) {
            throw new RejectedModelException("its bundle's SHA-256 is " + actual + ", announced is " + sha256);
        }
    }

    ChunkBuffer.Key chunks() {
        return new ChunkBuffer.Key(id.toString(), sha256);
    }
}
