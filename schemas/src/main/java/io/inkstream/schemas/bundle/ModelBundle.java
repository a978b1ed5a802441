package io.inkstream.schemas.bundle;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
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
 * A model version as one ZIP file: {@code manifest.json}, {@code generator.onnx}, {@code reader.onnx}, {@code card.json},
 * and {@code generator-int8.onnx} if there is one.
 * Equal bundles are written as equal bytes, on any machine. The arrays are not copied (they are megabytes); nobody
 * changes them.
 *
 * @param generatorOnnx draws: style float [n, styleSize], noise float [n, noiseSize], char int64 [n] to ink float
 *     [n, 1, imageSize, imageSize] in 0..1
 * @param readerOnnx reads: ink float [n, 1, imageSize, imageSize] to logits float [n, classes]
 * @param card figures of the evaluation card by name
 * @param int8GeneratorOnnx draws almost the same ink in whole numbers of eight bits, for processors that are fast with them; null
 *     if there is none. Code that does not know it leaves it unread and draws with the other, so no new version of the format
 *     is needed.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record ModelBundle(
        Manifest manifest,
        byte[] generatorOnnx,
        byte[] readerOnnx,
        Map<String, Object> card,
        byte[] int8GeneratorOnnx) {
    /** The newest version of the format that this code reads. */
    public static final int FORMAT_VERSION = 3;

    /** The oldest version of the format, which is written where nothing needs a newer. */
    public static final int FIRST_VERSION = 1;

    /** The first version whose styles have traits: a reader that passed over them would draw other hands. */
    static final int WITH_TRAITS = 2;

    /** The first version whose styles have exemplars. */
    static final int WITH_EXEMPLARS = 3;

    private static final String MANIFEST = "manifest.json";
    private static final String GENERATOR = "generator.onnx";
    private static final String READER = "reader.onnx";
    private static final String INT8_GENERATOR = "generator-int8.onnx";
    private static final String CARD = "card.json";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<Map<String, Object>> CARD_TYPE = new TypeReference<>() {};
    private static final int MAX_PARTS = 64;
    /** Largest manifest: one of {@link Manifest#MAX_CLASSES} classes has some 27 MiB. */
    private static final int MAX_MANIFEST_BYTES = 32 << 20;
    /** Entries of a manifest's lists of data sources and of provenance, together. */
    private static final int MAX_NOTES = 10_000;
    /** Largest card: JSON of brackets alone takes forty times as much memory. */
    private static final int MAX_CARD_BYTES = 1 << 20;
    /** Begins each entry of a ZIP file's directory. */
    private static final int DIRECTORY_ENTRY = 'P' | 'K' << 8 | 1 << 16 | 2 << 24;

    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;
    /** Any fixed time that DOS can say; its first month means "unknown" to some tools, and the clock must not show. */
    private static final LocalDateTime TIMELESS = LocalDateTime.of(1980, 2, 1, 0, 0);

    public ModelBundle {
        requireNonNull(manifest, "manifest");
        requireNonNull(generatorOnnx, "generatorOnnx");
        requireNonNull(readerOnnx, "readerOnnx");
        card = Collections.unmodifiableMap(new TreeMap<>(card));
    }

    /** A bundle of one generator. */
    public ModelBundle(Manifest manifest, byte[] generatorOnnx, byte[] readerOnnx, Map<String, Object> card) {
        this(manifest, generatorOnnx, readerOnnx, card, null);
    }

    /** The same with a second generator, in whole numbers of eight bits. */
    public ModelBundle withInt8Generator(byte[] onnx) {
        return new ModelBundle(manifest, generatorOnnx, readerOnnx, card, requireNonNull(onnx, "onnx"));
    }

    /** The same networks and card under another manifest. */
    public ModelBundle with(Manifest other) {
        return new ModelBundle(other, generatorOnnx, readerOnnx, card, int8GeneratorOnnx);
    }

    /** Writes the bundle. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, MANIFEST, JSON.writeValueAsBytes(manifest));
            put(zip, CARD, JSON.writeValueAsBytes(card));
            put(zip, GENERATOR, generatorOnnx);
            put(zip, READER, readerOnnx);
            if (int8GeneratorOnnx != null) {
                put(zip, INT8_GENERATOR, int8GeneratorOnnx);
            }
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
            int format = formatVersion(manifestJson);
            if (format < FIRST_VERSION || format > FORMAT_VERSION) {
                throw new InvalidBundleException("bundle format version " + format
                        + " is not one that this code reads (1 to " + FORMAT_VERSION + "); a newer Inkstream wrote it");
            }
            return new ModelBundle(
                    JSON.readValue(manifestJson, Manifest.class),
                    parts.get(GENERATOR),
                    parts.get(READER),
                    JSON.readValue(parts.get(CARD), CARD_TYPE),
                    parts.get(INT8_GENERATOR));
        } catch (ValueInstantiationException e) {
            throw new InvalidBundleException(
                    "the bundle's manifest is wrong: "
                            + (e.getCause() == null
                                    ? e.getOriginalMessage()
                                    : e.getCause().getMessage()),
                    e);
        } catch (JsonProcessingException e) {
            throw new InvalidBundleException("the bundle's JSON cannot be read: " + e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new InvalidBundleException("the bundle's JSON cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Walks through a manifest and makes nothing of it: a newer format may have anything in it, and lists that have no bound
     * of their own may fill the memory.
     *
     * @return its format version, 0 where it says none
     */
    private static int formatVersion(byte[] manifestJson) throws IOException, InvalidBundleException {
        int format = 0;
        int notes = 0;
        try (JsonParser json = JSON.createParser(manifestJson)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidBundleException("the bundle's manifest is not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("formatVersion") && value == JsonToken.VALUE_NUMBER_INT) {
                    format = json.getIntValue();
                } else if (field.equals("dataSources") || field.equals("provenance")) {
                    notes += tokensOf(json, value, MAX_NOTES - notes);
                    if (notes > MAX_NOTES) {
                        throw new InvalidBundleException(
                                "the bundle's manifest has more than " + MAX_NOTES + " data sources and provenances");
                    }
                } else {
                    json.skipChildren();
                }
            }
        }
        return format;
    }

    /** Passes over a value, and gives up beyond so many tokens. */
    private static int tokensOf(JsonParser json, JsonToken first, int most) throws IOException {
        int tokens = 1;
        int depth = first.isStructStart() ? 1 : 0;
        while (depth > 0 && tokens <= most) {
            JsonToken token = json.nextToken();
            if (token == null) {
                break;
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            tokens++;
        }
        return tokens;
    }

    /** SHA-256 of a bundle's bytes, lower-case hex. */
    public static String sha256(byte[] bytes) {
        return Sha256.of(bytes).hex();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelBundle that
                && manifest.equals(that.manifest)
                && card.equals(that.card)
                && Arrays.equals(generatorOnnx, that.generatorOnnx)
                && Arrays.equals(readerOnnx, that.readerOnnx)
                && Arrays.equals(int8GeneratorOnnx, that.int8GeneratorOnnx);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                manifest,
                card,
                Arrays.hashCode(generatorOnnx),
                Arrays.hashCode(readerOnnx),
                Arrays.hashCode(int8GeneratorOnnx));
    }

    @Override
    public String toString() {
        return "bundle of " + manifest.id();
    }

    /** Stored, not deflated: weights hardly shrink, and deflated bytes depend on the machine's zlib. */
    /** Adds a part to a model's file so that equal parts make equal files: without a time, and not deflated, as deflating differs between machines. */
    public static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIMELESS);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc(content));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** An object is made of each entry of the directory, so they are counted first, and a few more where weights look so. */
    private static void checkDirectory(byte[] bytes) throws InvalidBundleException {
        int entries = 0;
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + Integer.BYTES <= bytes.length; i++) {
            if (bytes[i] == 'P' && file.getInt(i) == DIRECTORY_ENTRY && ++entries > MAX_PARTS) {
                throw new InvalidBundleException("the bundle has more than " + MAX_PARTS + " parts");
            }
        }
    }

    private static Map<String, byte[]> unzip(byte[] bytes, long maxInflatedBytes) throws InvalidBundleException {
        checkDirectory(bytes);
        try (ZipFile zip = ZipFile.builder()
                .setSeekableByteChannel(new SeekableInMemoryByteChannel(bytes))
                .get()) {
            if (Collections.list(zip.getEntries()).size() > MAX_PARTS) {
                throw new InvalidBundleException("the bundle has more than " + MAX_PARTS + " parts");
            }
            Map<String, byte[]> parts = new HashMap<>();
            long left = maxInflatedBytes;
            for (String name : List.of(MANIFEST, CARD, GENERATOR, READER, INT8_GENERATOR)) {
                if (name.equals(INT8_GENERATOR) && zip.getEntry(name) == null) {
                    continue;
                }
                int most = name.equals(MANIFEST)
                        ? MAX_MANIFEST_BYTES
                        : name.equals(CARD) ? MAX_CARD_BYTES : Integer.MAX_VALUE;
                byte[] content = inflate(zip, name, Math.min(left, most));
                left -= content.length;
                if (left < 0) {
                    throw new InvalidBundleException("the bundle inflates to more than " + maxInflatedBytes + " bytes");
                }
                if (content.length > most) {
                    throw new InvalidBundleException(name + " of the bundle inflates to more than " + most + " bytes");
                }
                parts.put(name, content);
            }
            return parts;
        } catch (IOException | RuntimeException e) {
            throw new InvalidBundleException("the bundle is not a readable ZIP file: " + e.getMessage(), e);
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
