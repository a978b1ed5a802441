package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers may write to the topic of samples: passed over and named, and the next sample comes. */
class SamplePoisonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String HUGE = "x".repeat(5_000_000);

    @TempDir
    Path folder;

    private final TestTopic cluster = new TestTopic(1);

    @Test
    void everyKindIsPassedOverAndNamedOnceAndTheHealthyOnesAreKept() throws Exception {
        List<String> kinds = new ArrayList<>();
        poison(kinds, "no bytes", new byte[0]);
        poison(kinds, "one byte", new byte[] {0});
        poison(kinds, "random bytes", "hello, this is no Avro".getBytes(StandardCharsets.UTF_8));
        poison(kinds, "8 MB of zeros", new byte[8 << 20]);
        poison(
                kinds,
                "another schema",
                new Topics("", java.util.Map.of("schema.registry.url", "mock://sample-poison"))
                        .texts()
                        .value()
                        .serializer()
                        .serialize(
                                "texts",
                                TextDocument.newBuilder()
                                        .setText("x")
                                        .setLayout(LayoutOptions.newBuilder().build())
                                        .build()));
        poison(kinds, "no pixels", sample -> sample.setImage(ByteBuffer.allocate(0)));
        poison(kinds, "783 pixels", sample -> sample.setImage(ByteBuffer.allocate(783)));
        poison(kinds, "785 pixels", sample -> sample.setImage(ByteBuffer.allocate(785)));
        poison(kinds, "5 MB of pixels", sample -> sample.setImage(ByteBuffer.allocate(5_000_000)));
        poison(kinds, "no character", sample -> sample.setCharacter(""));
        poison(kinds, "two characters", sample -> sample.setCharacter("ab"));
        poison(kinds, "a space", sample -> sample.setCharacter(" "));
        poison(kinds, "a control character", sample -> sample.setCharacter("\0"));
        poison(kinds, "a mark without a letter", sample -> sample.setCharacter("\u0301"));
        poison(kinds, "a letter with a thousand marks", sample -> sample.setCharacter("e" + "\u0301".repeat(1_000)));
        poison(kinds, "5 MB of characters", sample -> sample.setCharacter(HUGE));
        poison(kinds, "5 MB of a writer", sample -> sample.setWriter(HUGE));
        poison(kinds, "a writer of 257 units", sample -> sample.setWriter("ü".repeat(257)));
        poison(kinds, "5 MB of a source", sample -> sample.setSource(HUGE));
        cluster.putKey(0, null, healthyBytes());
        kinds.add("no key");
        cluster.putKey(0, HUGE.getBytes(StandardCharsets.UTF_8), healthyBytes());
        kinds.add("5 MB of a key");
        cluster.putKey(0, HUGE.getBytes(StandardCharsets.UTF_8), null);
        kinds.add("a withdrawal under 5 MB");
        cluster.putKey(0, new byte[] {(byte) 0xff, (byte) 0xfe}, healthyBytes());
        kinds.add("a key that is no text");
        cluster.put(0, "last", Fixtures.sample("a", 99));

        try (SampleSpool spool = open()) {
            SampleSpool.Progress progress = spool.catchUp(PATIENCE);
            assertThat(progress.ignored()).isEqualTo(kinds.size());
            assertThat(progress.added()).isEqualTo(1);
            assertThat(progress.reasons()).hasSize(10).allSatisfy(reason -> assertThat(reason)
                    .hasSizeLessThan(2 * Limits.MESSAGE_CHARS));
            assertThat(spool.load().samples().size()).isEqualTo(1);
        }
        try (SampleSpool again = open()) {
            assertThat(again.catchUp(PATIENCE).ignored()).isZero();
        }
    }

    @Test
    void oddButUsableSamplesAreKept() throws Exception {
        GlyphSample negative = Fixtures.sample("a", 1);
        negative.setSupport(Integer.MIN_VALUE);
        cluster.put(0, "negative support", negative);
        GlyphSample most = Fixtures.sample("a", 2);
        most.setSupport(Integer.MAX_VALUE);
        cluster.put(0, "most support", most);
        GlyphSample path = Fixtures.sample("a", 3);
        path.setWriter("../../etc/passwd\0");
        path.setSource("../..");
        cluster.put(0, "../../x", path);
        GlyphSample empty = Fixtures.sample("a", 4);
        empty.setWriter("");
        empty.setSource("");
        cluster.put(0, "", empty);

        try (SampleSpool spool = open()) {
            assertThat(spool.catchUp(PATIENCE).added()).isEqualTo(4);
            SampleSet samples = spool.load().samples();
            assertThat(samples.size()).isEqualTo(4);
            for (int i = 0; i < 4; i++) {
                assertThat(samples.support(i)).isBetween(0, 255);
            }
            DatasetExport.writeBySourceAndSplit(samples, folder.resolve("out"));
        }
        assertThat(folder.resolve("out").toFile().list())
                .allMatch(name -> name.endsWith(".gz"))
                .hasSizeGreaterThan(4);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("out", "spool");
    }

    @Test
    void sourceAndWriterOfItsOwnForEverySampleTakeNoTimeThatGrowsWithTheirSquare() {
        SampleCollector collector = new SampleCollector();
        for (int i = 0; i < 200_000; i++) {
            GlyphSample sample = Fixtures.sample("a", i % 7);
            sample.setSource("source " + i);
            sample.setWriter("writer " + i);
            collector.put("id" + i, sample);
        }

        assertThat(collector.collect().samples().size()).isEqualTo(200_000);
    }

    @Test
    void charactersOfAllUnicodeAreCountedTogetherAfterTheFirstHundred() {
        SampleCollector collector = new SampleCollector();
        for (int c = 0x4E00; c < 0x4E00 + 5_000; c++) {
            collector.put("id" + c, Fixtures.sample(Character.toString(c), 1));
        }

        CollectedSamples collected = collector.collect();

        assertThat(collected.samples().size()).isEqualTo(Limits.TRAINING_CLASSES);
        assertThat(collected.unknownCharacters()).hasSize(101).containsEntry("others", 4_900 - Limits.TRAINING_CLASSES);
    }

    @Test
    void moreThanATrainingHoldsIsLeftOutAndCounted() {
        SampleCollector collector = new SampleCollector(3);
        for (int i = 0; i < 5; i++) {
            collector.put("id" + i, Fixtures.sample("a", i));
        }
        collector.put("id1", Fixtures.sample("b", 1));

        assertThat(collector.collect().samples().size()).isEqualTo(3);
        assertThat(collector.leftOut()).isEqualTo(2);
    }

    private void poison(List<String> kinds, String kind, byte[] value) {
        kinds.add(kind);
        cluster.putBytes(0, kind, value);
    }

    private void poison(List<String> kinds, String kind, Consumer<GlyphSample> change) {
        GlyphSample sample = Fixtures.sample("a", 1);
        change.accept(sample);
        poison(kinds, kind, TestTopic.TOPIC.value().serializer().serialize("glyph-samples", sample));
    }

    private static byte[] healthyBytes() {
        return TestTopic.TOPIC.value().serializer().serialize("glyph-samples", Fixtures.sample("a", 1));
    }

    private SampleSpool open() throws Exception {
        return new SampleSpool(
                folder.resolve("spool"),
                cluster.consumer(),
                TestTopic.TOPIC,
                () -> Instant.parse("2026-01-01T00:00:00Z"),
                SampleSpool.TRUSTED_FOR);
    }
}
