package io.inkstream.modelserver.repository;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.avro.TraitMetrics;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What this server keeps of an announcement.
 *
 * @param sha256 of the bundle
 * @param location where the bundle lies, or null where it comes in chunks
 * @param characters of the classes in order, which the topology's class indices count on
 * @param styles names of the styles
 * @param traits what the styles say of their hands, in the order of the styles
 * @param measures heights, widths and bottoms of the classes, then pens, gaps and word spaces of the styles, which the
 *     topology breaks lines by
 */
@SuppressWarnings("ArrayRecordComponent") // thousands of numbers, compared by drawsLike() alone
public record Announcement(
        ModelId id,
        Sha256 sha256,
        long sizeBytes,
        int chunkCount,
        String location,
        String characters,
        List<String> styles,
        List<Map<String, TraitMetrics>> traits,
        double[] measures,
        long announcedAtMillis) {
    /** Longest address of a bundle. */
    private static final int MAX_LOCATION_CHARS = 2_048;

    /** More than any release knows. */
    private static final int MAX_TRAITS = 100;

    /**
     * Says why nothing can be made of a record of topic {@code models}, whatever this server's settings are; empty where
     * something can. What passes has a bound in each of its parts, so that thousands may be kept.
     */
    static Optional<String> fault(String key, ModelAnnouncement record) {
        try {
            ModelId id = new ModelId(record.getName(), record.getVersion());
            if (!id.toString().equals(key)) {
                return Optional.of("its key is not " + id);
            }
            Sha256 ignored = new Sha256(record.getSha256());
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
        String location = record.getLocation();
        if (location != null && location.length() > MAX_LOCATION_CHARS) {
            return Optional.of("its location has " + location.length() + " characters, at most " + MAX_LOCATION_CHARS);
        }
        int classes = record.getClasses().size();
        int styles = record.getStyles().size();
        if (classes > Manifest.MAX_CLASSES || styles > Manifest.MAX_STYLES) {
            return Optional.of("it has " + classes + " classes and " + styles + " styles, at most "
                    + Manifest.MAX_CLASSES + " and " + Manifest.MAX_STYLES);
        }
        for (ClassMetrics one : record.getClasses()) {
            String character = one.getCharacter();
            if (!Graphemes.isClass(character)) {
                return Optional.of("a class is one visible grapheme in NFC, not '"
                        + Limits.cut(character, Limits.QUOTED_CHARS) + "'");
            }
        }
        for (StyleMetrics one : record.getStyles()) {
            if (one.getName().length() > Limits.STYLE_CHARS) {
                return Optional.of("the style '" + Limits.cut(one.getName(), Limits.QUOTED_CHARS) + "' has more than "
                        + Limits.STYLE_CHARS + " characters");
            }
            if (one.getTraits().size() > MAX_TRAITS
                    || one.getTraits().keySet().stream().anyMatch(name -> name.length() > Limits.STYLE_CHARS)) {
                return Optional.of("the style '" + one.getName() + "' has more than " + MAX_TRAITS
                        + " traits, or one whose name has more than " + Limits.STYLE_CHARS + " characters");
            }
        }
        return Optional.empty();
    }

    /** What a record says in which there is no {@link #fault}. */
    static Announcement of(ModelAnnouncement record) {
        return new Announcement(
                new ModelId(record.getName(), record.getVersion()),
                new Sha256(record.getSha256()),
                record.getSizeBytes(),
                record.getChunkCount(),
                record.getLocation(),
                record.getClasses().stream().map(ClassMetrics::getCharacter).collect(Collectors.joining()),
                record.getStyles().stream().map(StyleMetrics::getName).toList(),
                record.getStyles().stream()
                        .map(style -> Map.copyOf(style.getTraits()))
                        .toList(),
                DoubleStream.concat(
                                record.getClasses().stream()
                                        .flatMapToDouble(one ->
                                                DoubleStream.of(one.getHeight(), one.getWidth(), one.getBottom())),
                                record.getStyles().stream()
                                        .flatMapToDouble(
                                                one -> DoubleStream.of(one.getPen(), one.getGap(), one.getWordSpace())))
                        .toArray(),
                record.getAnnouncedAt().toEpochMilli());
    }

    /** Fails unless its bundle can be fetched within the limits. */
    void check(long maxBundleBytes, Locations locations) throws RejectedModelException {
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
        return characters.equals(other.characters)
                && styles.equals(other.styles)
                && traits.equals(other.traits)
                && Arrays.equals(measures, other.measures);
    }

    /** Fails unless the bundle says of itself what is announced: the topology goes by the one, the server by the other. */
    void check(Manifest manifest) throws RejectedModelException {
        if (!manifest.id().equals(id)) {
            throw new RejectedModelException("the bundle is of " + manifest.id() + ", announced is " + id);
        }
        String itsCharacters =
                manifest.classes().stream().map(ClassSpec::character).collect(Collectors.joining());
        if (!itsCharacters.equals(characters)) {
            throw new RejectedModelException("the bundle's classes are '" + quoted(itsCharacters) + "', announced are '"
                    + quoted(characters) + "'");
        }
        int classes = manifest.classes().size();
        List<String> itsStyles = manifest.styles().stream().map(StyleSpec::name).toList();
        if (!itsStyles.equals(styles)) {
            throw new RejectedModelException("the bundle's styles are " + quoted(itsStyles.toString())
                    + ", announced are " + quoted(styles.toString()));
        }
        for (int i = 0; i < styles.size(); i++) {
            Map<String, TraitMetrics> itsTraits = manifest.styles().get(i).announcedTraits();
            if (!itsTraits.equals(traits.get(i))) {
                throw new RejectedModelException(
                        "the bundle's traits of style " + styles.get(i) + " are " + quoted(itsTraits.toString())
                                + ", announced are " + quoted(traits.get(i).toString()));
            }
        }
        double[] itsMeasures = DoubleStream.concat(
                        manifest.classes().stream()
                                .flatMapToDouble(one -> DoubleStream.of(one.height(), one.width(), one.bottom())),
                        manifest.styles().stream()
                                .flatMapToDouble(one -> DoubleStream.of(one.pen(), one.gap(), one.wordSpace())))
                .toArray();
        if (itsMeasures.length != measures.length) {
            throw new RejectedModelException("the bundle has " + classes + " classes, each of one character");
        }
        for (int i = 0; i < itsMeasures.length; i++) {
            if (Double.compare(itsMeasures[i], measures[i]) != 0) {
                int styleMeasures = i - 3 * classes;
                String what = styleMeasures < 0
                        ? List.of("height", "width", "bottom").get(i % 3) + " of class '"
                                + manifest.classes().get(i / 3).character() + "'"
                        : List.of("pen", "gap", "word space").get(styleMeasures % 3) + " of style "
                                + styles.get(styleMeasures / 3);
                throw new RejectedModelException(
                        "the bundle's " + what + " is " + itsMeasures[i] + ", announced is " + measures[i]);
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

    /** The same announcement, with the bundle where {@code other} says that it lies. */
    Announcement lyingLike(Announcement other) {
        return new Announcement(
                id,
                sha256,
                other.sizeBytes,
                other.chunkCount,
                other.location,
                characters,
                styles,
                traits,
                measures,
                announcedAtMillis);
    }

    /**
     * Fails unless these are the announced bytes.
     *
     * @throws NotNowException if they are not: what came in their place says nothing about them, and they may still come
     */
    void checkBytes(byte[] bundle) {
        if (bundle.length != sizeBytes) {
            throw new NotNowException("its bundle has " + bundle.length + " bytes, announced are " + sizeBytes);
        }
        Sha256 actual = Sha256.of(bundle);
        if (!actual.equals(sha256)) {
            throw new NotNowException("its bundle's SHA-256 is " + actual + ", announced is " + sha256);
        }
    }

    /** Approximate heap bytes, for bounds that count them. */
    long weightBytes() {
        return 512
                + Character.BYTES * (long) characters.length()
                + Double.BYTES * (long) measures.length
                + styles.stream()
                        .mapToLong(style -> 64 + Character.BYTES * (long) style.length())
                        .sum();
    }

    private static String quoted(String text) {
        return Limits.cut(text, 3 * Limits.QUOTED_CHARS);
    }

    ChunkBuffer.Key chunks() {
        return new ChunkBuffer.Key(id, sha256, chunkCount);
    }
}
