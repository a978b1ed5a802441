package io.inkstream.schemas.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class ModelBundleTest {
    private static final long LIMIT = 1 << 20;

    @Property(tries = 100)
    void whatWasWrittenIsRead(@ForAll("bundles") ModelBundle bundle) throws Exception {
        assertThat(ModelBundle.parse(bundle.toBytes(), LIMIT)).isEqualTo(bundle);
    }

    @Property(tries = 20)
    void aSecondGeneratorIsReadAndNothingElseChanges(@ForAll("bundles") ModelBundle bundle) throws Exception {
        ModelBundle both = bundle.withInt8Generator(new byte[] {1, 2, 3});

        assertThat(ModelBundle.parse(both.toBytes(), LIMIT)).isEqualTo(both).isNotEqualTo(bundle);
        assertThat(both.with(bundle.manifest())).isEqualTo(both);
        assertThat(both.manifest())
                .isEqualTo(bundle.manifest()); // code that does not know the part still reads the others
    }

    @Example
    void aSecondGeneratorCountsForTheLimitAndIsThereOnce() throws Exception {
        ModelBundle both = bundle(new byte[500], new byte[700]).withInt8Generator(new byte[900]);
        long inflated =
                parts(both).values().stream().mapToLong(part -> part.length).sum();

        assertThat(ModelBundle.parse(both.toBytes(), inflated)).isEqualTo(both);
        assertThatThrownBy(() -> ModelBundle.parse(both.toBytes(), inflated - 1))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("inflates to more than " + (inflated - 1));
    }

    @Property(tries = 1000)
    void anyBytesAreABundleOrAnInvalidOne(@ForAll byte[] bytes) {
        parseOrRefuse(bytes);
    }

    @Property(tries = 1000)
    void aDamagedBundleIsReadOrRefusedWithAReason(
            @ForAll("bundles") ModelBundle bundle, @ForAll("damages") Damage damage) {
        parseOrRefuse(damage.done(bundle.toBytes()));
        parseOrRefuse(damage.done(deflated(parts(bundle))));
    }

    @Property(tries = 200)
    void aFlippedByteOfTheNetworksIsNoticed(@ForAll("bundles") ModelBundle bundle, @ForAll int place) {
        byte[] bytes = bundle.toBytes();
        int start = indexOf(bytes, bundle.generatorOnnx());
        bytes[start + Math.floorMod(place, bundle.generatorOnnx().length)] ^= 1;

        assertThatThrownBy(() -> ModelBundle.parse(bytes, LIMIT))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("CRC");
    }

    @Example
    void theLimitIsOnAllPartsTogetherAndExact() throws Exception {
        ModelBundle bundle = bundle(new byte[5_000], new byte[7_000]);
        byte[] bytes = bundle.toBytes();
        long inflated =
                parts(bundle).values().stream().mapToLong(part -> part.length).sum();

        assertThat(ModelBundle.parse(bytes, inflated)).isEqualTo(bundle);
        assertThatThrownBy(() -> ModelBundle.parse(bytes, inflated - 1))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("inflates to more than " + (inflated - 1));
        assertThat(ModelBundle.parse(bytes, Long.MAX_VALUE)).isEqualTo(bundle);
    }

    @Example
    void aBombIsRefusedBeforeItGoesOff() {
        Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
        parts.put("generator.onnx", new byte[64 << 20]);
        byte[] bomb = deflated(parts);

        assertThat(bomb).hasSizeLessThan(1 << 20);
        assertThatThrownBy(() -> ModelBundle.parse(bomb, LIMIT))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("inflates to more than");
    }

    @Example
    void partsThatWouldBecomeMillionsOfObjectsAreRefusedBeforeTheyDo() {
        Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
        String manifest = new String(parts.get("manifest.json"), UTF_8);
        parts.put("card.json", ("{\"a\":[" + "[],".repeat(600_000) + "[]]}").getBytes(UTF_8));
        assertRefused(deflated(parts), "card.json of the bundle inflates to more than 1048576 bytes");
        parts.put("card.json", "{}".getBytes(UTF_8));
        for (String notes : List.of(
                "\"dataSources\":[" + "\"\",".repeat(20_000) + "\"\"]",
                "\"provenance\":{" + "\"\":[{}],".repeat(20_000) + "\"\":\"\"}",
                "\"provenance\":" + "[".repeat(900) + "1,".repeat(20_000) + "]".repeat(900))) {
            parts.put(
                    "manifest.json",
                    manifest.replaceFirst("\\{", "{" + notes + ",").getBytes(UTF_8));
            assertRefused(deflated(parts), "more than 10000 data sources and provenances");
        }
        parts.put("manifest.json", new byte[33 << 20]);
        assertRefused(deflated(parts), "manifest.json of the bundle inflates to more than 33554432 bytes");
        for (String other : List.of("[]", "null", "1", "\"\"", "")) {
            parts.put("manifest.json", other.getBytes(UTF_8));
            assertRefused(deflated(parts), "");
        }
    }

    @Example
    void aDirectoryOfAHundredThousandPartsIsRefusedBeforeItIsRead() {
        byte[] entry = new byte[46];
        System.arraycopy(new byte[] {'P', 'K', 1, 2}, 0, entry, 0, 4);
        byte[] bytes = new byte[100_000 * entry.length];
        for (int i = 0; i < 100_000; i++) {
            System.arraycopy(entry, 0, bytes, i * entry.length, entry.length);
        }
        assertRefused(bytes, "more than 64 parts");
    }

    private static void assertRefused(byte[] bytes, String words) {
        assertThatThrownBy(() -> ModelBundle.parse(bytes, 64 << 20))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining(words);
    }

    @Example
    void theTimeZoneDoesNotShowInTheBytes() {
        TimeZone here = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            byte[] east = bundle(new byte[9], new byte[9]).toBytes();
            TimeZone.setDefault(TimeZone.getTimeZone("America/Adak"));
            byte[] west = bundle(new byte[9], new byte[9]).toBytes();
            assertThat(east).isEqualTo(west);
        } finally {
            TimeZone.setDefault(here);
        }
    }

    @Example
    void whatNobodyCanLayOutIsRefused() {
        assertThatThrownBy(
                        () -> new StyleSpec("tight", "", new float[] {0.5f, -1}, 1, 0.08, 0.05, 0.13, -.05, 1.05, 0.8))
                .hasMessageContaining("gap");
        for (String invisible : List.of(" ", "\t", "\u00a0", "\u2003", "\u0085")) {
            assertThatThrownBy(() -> new ClassSpec(invisible, 1, 0.9, 0, 0.2, 0.3, 0.1, 0.5, 0.12, 0.55, 1, 1, 1, ""))
                    .hasMessageContaining("visible");
        }
    }

    @Example
    void aMissingPartIsNamed() {
        for (String name : List.of("manifest.json", "card.json", "generator.onnx", "reader.onnx")) {
            Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
            parts.remove(name);
            assertThatThrownBy(() -> ModelBundle.parse(deflated(parts), LIMIT))
                    .isInstanceOf(InvalidBundleException.class)
                    .hasMessage("the bundle has no " + name);
        }
    }

    @Example
    void aPartThatIsThereTwiceIsRefused() {
        byte[] bytes = bundle(new byte[1], new byte[1]).toBytes();
        // The same length, so that only the names in the local header and in the directory change.
        byte[] doubled = replaceAll(bytes, "card.json", "card.jsom");
        Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
        parts.put("card.jsom", new byte[0]);
        byte[] twice = replaceAll(deflated(parts), "card.jsom", "card.json");

        assertThatThrownBy(() -> ModelBundle.parse(doubled, LIMIT)).hasMessage("the bundle has no card.json");
        assertThatThrownBy(() -> ModelBundle.parse(twice, LIMIT))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessage("the bundle has card.json twice");
    }

    @Example
    void partsOfALaterFormatAreLeftUnread() throws Exception {
        ModelBundle bundle = bundle(new byte[] {1}, new byte[] {2});
        Map<String, byte[]> parts = parts(bundle);
        parts.put("../../outside", new byte[2 << 20]);

        assertThat(ModelBundle.parse(deflated(parts), LIMIT)).isEqualTo(bundle);
    }

    @Example
    void aNewerFormatIsRefusedByItsNumber() {
        Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
        parts.put("manifest.json", "{\"formatVersion\": 4}".getBytes(UTF_8));

        assertThatThrownBy(() -> ModelBundle.parse(deflated(parts), LIMIT))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("format version 4");
    }

    @Example
    void exemplarsAreWrittenAndReadAndNeedTheNewestFormat() throws Exception {
        ModelBundle without = bundle(new byte[1], new byte[1]);
        Exemplar a = new Exemplar(List.of(new float[] {0, 1, .5f, 0}, new float[] {.2f, .25f}));
        StyleSpec own = without.manifest().styles().get(0).with(Map.of("a", List.of(a, a), "ọ\u0301", List.of(a)));
        ModelBundle with = without.with(without.manifest().withStyles(List.of(own)));

        assertThat(with.manifest().formatVersion()).isEqualTo(3);
        assertThat(ModelBundle.parse(with.toBytes(), LIMIT)).isEqualTo(with).isNotEqualTo(without);
        assertThat(new String(parts(without).get("manifest.json"), UTF_8)).doesNotContain("exemplars");
    }

    @Example
    void exemplarsOutOfBoundsAreRefused() {
        StyleSpec style = bundle(new byte[1], new byte[1]).manifest().styles().get(0);
        Exemplar dot = new Exemplar(List.of(new float[] {0, 0}));
        for (List<float[]> strokes : List.of(
                List.<float[]>of(),
                List.of(new float[0]),
                List.of(new float[] {1}),
                List.of(new float[] {Float.NaN, 0}),
                List.of(new float[] {0, 11}),
                List.of(new float[2 * Exemplar.MOST_POINTS + 2]),
                Collections.nCopies(Exemplar.MOST_STROKES + 1, new float[2]))) {
            assertThatThrownBy(() -> new Exemplar(strokes)).isInstanceOf(IllegalArgumentException.class);
        }
        for (Map<String, List<Exemplar>> exemplars : List.of(
                Map.of("ab", List.of(dot)),
                Map.of("a", List.<Exemplar>of()),
                Map.of("a", Collections.nCopies(StyleSpec.MOST_EXEMPLARS + 1, dot)))) {
            assertThatThrownBy(() -> style.with(exemplars))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("exemplars of style 'natural'");
        }
    }

    @Example
    void exemplarsThatAreNoneAreRefusedInWords() throws Exception {
        ModelBundle bundle = bundle(new byte[1], new byte[1]);
        String manifest = new String(parts(bundle).get("manifest.json"), UTF_8);
        for (String exemplars : List.of(
                "{\"a\": null}",
                "{\"a\": [null]}",
                "{\"a\": [[null]]}",
                "{\"a\": [[[0, null]]]}",
                "{\"a\": [[[0, \"x\"]]]}",
                "[]")) {
            Map<String, byte[]> parts = parts(bundle);
            parts.put(
                    "manifest.json",
                    manifest.replaceFirst("\"traits\"", "\"exemplars\": " + exemplars + ", \"traits\"")
                            .getBytes(UTF_8));
            parseOrRefuse(deflated(parts));
        }
    }

    /** An older reader would pass over traits and draw other hands. */
    @Example
    void onlyABundleWithTraitsIsOfTheNewerFormat() {
        ModelBundle uneven = bundle(new byte[1], new byte[1]);
        StyleSpec style = uneven.manifest().styles().get(0);
        StyleSpec even = new StyleSpec(
                style.name(),
                style.description(),
                style.latent(),
                style.spread(),
                style.slant(),
                style.slantSpread(),
                style.pen(),
                style.gap(),
                style.wordSpace(),
                style.noiseScale());
        Manifest m = uneven.manifest();
        Manifest first = new Manifest(
                ModelBundle.FIRST_VERSION,
                m.name(),
                m.version(),
                m.parent(),
                m.imageSize(),
                m.styleSize(),
                m.noiseSize(),
                m.classes(),
                List.of(even),
                m.license(),
                m.dataSources(),
                m.provenance());
        assertThat(first.formatVersion()).isEqualTo(1);
        assertThat(first.withStyles(List.of(style)).formatVersion()).isEqualTo(2);
        assertThat(new String(parts(uneven.with(first)).get("manifest.json"), UTF_8))
                .doesNotContain("traits");
    }

    @Example
    void aManifestThatContradictsItselfIsRefusedInWords() {
        Map<String, byte[]> parts = parts(bundle(new byte[1], new byte[1]));
        String manifest = new String(parts.get("manifest.json"), UTF_8);
        Map<String, String> faults = Map.of(
                manifest.replace("\"name\" : \"base\"", "\"name\" : \"a/b\""),
                "model name 'a/b'",
                manifest.replace("\"styleSize\" : 2", "\"styleSize\" : 3"),
                "latent of 2 dimensions",
                manifest.replace("\"styleSize\" : 2", "\"styles\" : 2"),
                "JSON cannot be read",
                manifest.replace("\"pen\" : 0.13", "\"pen\" : \"NaN\""),
                "pen of style 'natural'",
                manifest.replace("\"character\" : \"b\"", "\"character\" : \"a\""),
                "class 'a' occurs twice",
                "{}",
                "format version 0",
                "null",
                "not a JSON object",
                "[]",
                "not a JSON object");

        refused(parts, faults);
        refused(
                parts,
                Map.of(
                        manifest.replace("\"width\" : {", "\"girth\" : {"),
                        "there is no trait 'girth'",
                        manifest.replace("\"gap\" : {", "\"gap\" : { \"median\" : 0.3,"),
                        "the median of gap of style 'natural' is its gap",
                        manifest.replace("\"spread\" : 0.2", "\"spread\" : 7"),
                        "the spread of width of style 'natural' is 7.0"));
    }

    private static void refused(Map<String, byte[]> parts, Map<String, String> faults) {
        faults.forEach((wrong, reason) -> {
            parts.put("manifest.json", wrong.getBytes(UTF_8));
            assertThatThrownBy(() -> ModelBundle.parse(deflated(parts), LIMIT))
                    .isInstanceOf(InvalidBundleException.class)
                    .hasMessageContaining(reason);
        });
    }

    /** A few bytes overwritten, then the rest cut off. */
    record Damage(List<Integer> places, List<Byte> values, int cut) {
        byte[] done(byte[] bytes) {
            byte[] damaged = bytes.clone();
            for (int i = 0; i < places.size(); i++) {
                damaged[Math.floorMod(places.get(i), damaged.length)] = values.get(i);
            }
            return Arrays.copyOf(damaged, damaged.length - Math.min(cut, damaged.length));
        }
    }

    @Provide
    Arbitrary<Damage> damages() {
        return Combinators.combine(
                        Arbitraries.integers().list().ofSize(4),
                        Arbitraries.bytes().list().ofSize(4),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.just(0)),
                                Tuple.of(1, Arbitraries.integers().between(0, 3_000))))
                .as(Damage::new);
    }

    @Provide
    Arbitrary<ModelBundle> bundles() {
        Arbitrary<byte[]> network =
                Arbitraries.bytes().array(byte[].class).ofMinSize(40).ofMaxSize(400);
        return Combinators.combine(network, network).as(ModelBundleTest::bundle);
    }

    private static void parseOrRefuse(byte[] bytes) {
        try {
            assertThat(ModelBundle.parse(bytes, LIMIT)).isNotNull();
        } catch (InvalidBundleException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContain("null");
        }
    }

    private static ModelBundle bundle(byte[] generator, byte[] reader) {
        ClassSpec a = new ClassSpec("a", 1, 0.9, 0, 0.2, 0.3, 0.1, 0.5, 0.12, 0.55, 1, 1, 1, "ao");
        ClassSpec b = new ClassSpec("b", 1.9, 0.8, 0, 0.2, 0.3, 0.1, 0.5, 0.12, 0.55, 1, 1, -1, "b6");
        StyleSpec style = new StyleSpec(
                "natural",
                "As most write.",
                new float[] {0.5f, -1},
                1,
                0.08,
                0.05,
                0.13,
                0.2,
                1.05,
                0.8,
                Map.of("gap", new StyleSpec.Said(null, .5), "width", new StyleSpec.Said(1.1, .2)));
        Manifest manifest = new Manifest(
                ModelBundle.FORMAT_VERSION,
                "base",
                "1",
                "base:0",
                28,
                2,
                3,
                List.of(a, b),
                List.of(style),
                "Apache-2.0",
                List.of("made up"),
                Map.of("seed", "7"));
        return new ModelBundle(manifest, generator, reader, Map.of("score", 0.5, "classes", Map.of("a", 1)));
    }

    private static Map<String, byte[]> parts(ModelBundle bundle) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bundle.toBytes()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                parts.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return parts;
    }

    private static byte[] deflated(Map<String, byte[]> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] replaceAll(byte[] bytes, String from, String to) {
        byte[] result = bytes.clone();
        for (int at = indexOf(result, from.getBytes(UTF_8)); at >= 0; at = indexOf(result, from.getBytes(UTF_8))) {
            System.arraycopy(to.getBytes(UTF_8), 0, result, at, to.length());
        }
        return result;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return new String(bytes, ISO_8859_1).indexOf(new String(part, ISO_8859_1));
    }
}
