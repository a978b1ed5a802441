package io.inkstream.schemas.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A model version as one ZIP file: {@code manifest.json}, {@code generator.onnx}, {@code reader.onnx}, {@code card.json}.
 * Writing the same content gives the same bytes.
 *
 * @param generatorOnnx draws: style float [n, styleSize], noise float [n, noiseSize], char int64 [n] to ink float
 *     [n, 1, imageSize, imageSize] in 0..1
 * @param readerOnnx reads: ink float [n, 1, imageSize, imageSize] to logits float [n, classes]
 * @param card figures of the evaluation card by name
 */
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

    /** Writes the bundle; equal bundles give equal bytes. */
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
     * Reads a bundle, never inflating more than {@code maxInflatedBytes}.
     *
     * @throws InvalidBundleException if it is no bundle, a part is missing or of a newer format, or it inflates too far
     */
    public static ModelBundle parse(byte[] bytes, long maxInflatedBytes) throws InvalidBundleException {
        Map<String, byte[]> parts = unzip(bytes, maxInflatedBytes);
        try {
            byte[] manifestJson = part(parts, MANIFEST);
            int format = JSON.readTree(manifestJson).path("formatVersion").asInt();
            if (format < 1 || format > FORMAT_VERSION) {
                throw new InvalidBundleException("bundle format version " + format
                        + " is not one that this code reads (1 to " + FORMAT_VERSION + "); a newer Inkstream wrote it");
            }
            Manifest manifest = JSON.readValue(manifestJson, Manifest.class);
            @SuppressWarnings("unchecked")
            Map<String, Object> card = JSON.readValue(part(parts, CARD), Map.class);
            return new ModelBundle(manifest, part(parts, GENERATOR), part(parts, READER), card);
        } catch (JsonProcessingException e) {
            throw new InvalidBundleException("the bundle's JSON cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new InvalidBundleException("the bundle's manifest cannot be read: " + e.getMessage(), e);
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

    private static byte[] part(Map<String, byte[]> parts, String name) throws InvalidBundleException {
        byte[] part = parts.get(name);
        if (part == null) {
            throw new InvalidBundleException("the bundle has no " + name);
        }
        return part;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0); // the clock must not show in the bytes
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static Map<String, byte[]> unzip(byte[] bytes, long maxInflatedBytes) throws InvalidBundleException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        long left = maxInflatedBytes;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
                left -= content.length;
                if (left < 0) {
                    throw new InvalidBundleException("the bundle inflates to more than " + maxInflatedBytes + " bytes");
                }
                if (parts.put(entry.getName(), content) != null) {
                    throw new InvalidBundleException("the bundle has " + entry.getName() + " twice");
                }
            }
        } catch (IOException e) {
            throw new InvalidBundleException("the bundle is no readable ZIP file: " + e.getMessage(), e);
        }
        if (parts.isEmpty()) {
            throw new InvalidBundleException("the bundle is no ZIP file");
        }
        return parts;
    }
}
