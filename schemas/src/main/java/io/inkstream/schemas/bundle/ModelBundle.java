package io.inkstream.schemas.bundle;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * A model version as one ZIP file: {@code manifest.json}, {@code generator.onnx}, {@code reader.onnx}, {@code card.json}.
 * Equal bundles are written as equal bytes, on any machine. The arrays are not copied (they are megabytes); nobody
 * changes them.
 *
 * @param generatorOnnx draws: style float [n, styleSize], noise float [n, noiseSize], char int64 [n] to ink float
 *     [n, 1, imageSize, imageSize] in 0..1
 * @param readerOnnx reads: ink float [n, 1, imageSize, imageSize] to logits float [n, classes]
 * @param card figures of the evaluation card by name
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record ModelBundle(Manifest manifest, byte[] generatorOnnx, byte[] readerOnnx, Map<String, Object> card) {
    /** The version of the format that this code writes, and the newest that it reads. */
    public static final int FORMAT_VERSION = 1;

    private static final String MANIFEST = "manifest.json";
    private static final String GENERATOR = "generator.onnx";
    private static final String READER = "reader.onnx";
    private static final String CARD = "card.json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<Map<String, Object>> CARD_TYPE = new TypeReference<>() {};
    private static final int MAX_PARTS = 64;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    /** Any fixed time that DOS can say; its first month means "unknown" to some tools, and the clock must not show. */
    private static final LocalDateTime TIMELESS = LocalDateTime.of(1980, 2, 1, 0, 0);

    public ModelBundle {
        requireNonNull(manifest, "manifest");
        requireNonNull(generatorOnnx, "generatorOnnx");
        requireNonNull(readerOnnx, "readerOnnx");
        card = Collections.unmodifiableMap(new TreeMap<>(card));
    }

    /** The same networks and card under another manifest. */
    public ModelBundle with(Manifest other) {
        return new ModelBundle(other, generatorOnnx, readerOnnx, card);
    }

    /** Writes the bundle. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, MANIFEST, JSON.writeValueAsBytes(manifest));
            put(zip, CARD, JSON.writeValueAsBytes(card));
            put(zip, GENERATOR, generatorOnnx);
            put(zip, READER, readerOnnx);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a bundle, never inflating more than {@code maxInflatedBytes}. Parts that this version does not know are left
     * unread. Reads by the central directory, so that what is served is what every ZIP tool shows.
     *
     * @throws InvalidBundleException if it is no bundle, a part is missing, doubled, damaged or of a newer format, it
     *     inflates too far, or its manifest says what cannot be
     */
    public static ModelBundle parse(byte[] bytes, long maxInflatedBytes) throws InvalidBundleException {
        Map<String, byte[]> parts = unzip(bytes, maxInflatedBytes);
        try {
            byte[] manifestJson = parts.get(MANIFEST);
            int format = JSON.readTree(manifestJson).path("formatVersion").asInt();
            if (format < 1 || format > FORMAT_VERSION) {
                throw new InvalidBundleException("bundle format version " + format
                        + " is not one that this code reads (1 to " + FORMAT_VERSION + "); a newer Inkstream wrote it");
            }
            return new ModelBundle(
                    JSON.readValue(manifestJson, Manifest.class),
                    parts.get(GENERATOR),
                    parts.get(READER),
                    JSON.readValue(parts.get(CARD), CARD_TYPE));
        } catch (ValueInstantiationException e) {
            throw new InvalidBundleException(
                    "the bundle's manifest is wrong: " + e.getCause().getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new InvalidBundleException("the bundle's JSON cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new InvalidBundleException("the bundle's JSON cannot be read: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of a bundle's bytes, lower-case hex. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelBundle that
                && manifest.equals(that.manifest)
                && card.equals(that.card)
                && Arrays.equals(generatorOnnx, that.generatorOnnx)
                && Arrays.equals(readerOnnx, that.readerOnnx);
    }

    @Override
    public int hashCode() {
        return Objects.hash(manifest, card, Arrays.hashCode(generatorOnnx), Arrays.hashCode(readerOnnx));
    }

    @Override
    public String toString() {
        return "bundle of " + manifest.id();
    }

    /** Stored, not deflated: weights hardly shrink, and deflated bytes depend on the machine's zlib. */
    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIMELESS);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc(content));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static Map<String, byte[]> unzip(byte[] bytes, long maxInflatedBytes) throws InvalidBundleException {
        try (ZipFile zip = ZipFile.builder()
                .setSeekableByteChannel(new SeekableInMemoryByteChannel(bytes))
                .get()) {
            if (Collections.list(zip.getEntries()).size() > MAX_PARTS) {
                throw new InvalidBundleException("the bundle has more than " + MAX_PARTS + " parts");
            }
            Map<String, byte[]> parts = new HashMap<>();
            long left = maxInflatedBytes;
            for (String name : List.of(MANIFEST, CARD, GENERATOR, READER)) {
                byte[] content = inflate(zip, name, left);
                left -= content.length;
                if (left < 0) {
                    throw new InvalidBundleException("the bundle inflates to more than " + maxInflatedBytes + " bytes");
                }
                parts.put(name, content);
            }
            return parts;
        } catch (IOException | RuntimeException e) {
            throw new InvalidBundleException("the bundle is no readable ZIP file: " + e.getMessage(), e);
        }
    }

    /** Returns the one part of that name, cut after {@code most + 1} bytes. */
    private static byte[] inflate(ZipFile zip, String name, long most) throws IOException, InvalidBundleException {
        List<ZipArchiveEntry> entries = new ArrayList<>();
        zip.getEntries(name).forEach(entries::add);
        if (entries.size() != 1) {
            throw new InvalidBundleException("the bundle has " + (entries.isEmpty() ? "no " + name : name + " twice"));
        }
        ZipArchiveEntry entry = entries.get(0);
        if (entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
            throw new InvalidBundleException(name + " is neither stored nor deflated in the bundle");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] content = in.readNBytes((int) Math.min(MAX_ARRAY - 1L, Math.max(0, most)) + 1);
            if (content.length <= most && crc(content) != entry.getCrc()) {
                throw new InvalidBundleException(name + " is damaged in the bundle: its CRC differs");
            }
            return content;
        }
    }

    private static long crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }
}
