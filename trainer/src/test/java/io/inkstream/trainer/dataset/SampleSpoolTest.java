package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSpoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Topic<String, GlyphSample> TOPIC = TestTopic.TOPIC;

    @TempDir
    Path folder;

    private final TestTopic cluster = new TestTopic(2);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void spoolHoldsWhatTheTopicHolds() throws Exception {
        for (int i = 0; i < 50; i++) {
            cluster.put(i % 2, "id" + i, Fixtures.sample("a", i));
        }

        try (SampleSpool spool = open()) {
            SampleSpool.Progress progress = spool.catchUp(PATIENCE);

            SampleSet samples = spool.load().samples();
            assertThat(progress.added()).isEqualTo(50);
            assertThat(samples.size()).isEqualTo(50);
            assertThat(spool.offsets()).containsEntry(0, 25L).containsEntry(1, 25L);
            assertThat(spool.describeOffsets()).isEqualTo("glyph-samples 0@25 1@25");
        }
    }

    @Test
    void restartReadsOnlyWhatIsNew() throws Exception {
        cluster.put(0, "one", Fixtures.sample("a", 1));
        spoolOnce();
        cluster.put(0, "two", Fixtures.sample("b", 2));

        try (SampleSpool spool = open()) {
            assertThat(spool.catchUp(PATIENCE).added()).isEqualTo(1);
            assertThat(spool.load().samples().size()).isEqualTo(2);
        }
    }

    @Test
    void withdrawnSampleLeaves() throws Exception {
        cluster.put(0, "one", Fixtures.sample("a", 1));
        cluster.put(0, "two", Fixtures.sample("b", 2));
        spoolOnce();
        cluster.put(0, "one", null);

        try (SampleSpool spool = open()) {
            assertThat(spool.catchUp(PATIENCE).withdrawn()).isEqualTo(1);
            SampleSet samples = spool.load().samples();
            assertThat(samples.size()).isEqualTo(1);
            assertThat(samples.label(0)).isEqualTo('b' - '!');
        }
    }

    @Test
    void equalContentsGiveEqualSetsAndDigestsInWhateverOrderTheyCame() throws Exception {
        TestTopic other = new TestTopic(1);
        for (int i = 0; i < 20; i++) {
            cluster.put(i % 2, "id" + i, Fixtures.sample("a", i));
            other.put(0, "id" + (19 - i), Fixtures.sample("a", 19 - i));
        }

        CollectedSamples one = spoolOnce();
        CollectedSamples two;
        try (SampleSpool spool =
                new SampleSpool(folder.resolve("other"), other.consumer(), TOPIC, () -> now, SampleSpool.TRUSTED_FOR)) {
            spool.catchUp(PATIENCE);
            two = spool.load();
        }
        assertThat(two.digest()).isEqualTo(one.digest());
        for (int i = 0; i < 20; i++) {
            assertThat(two.samples().image(i)).isEqualTo(one.samples().image(i));
            assertThat(two.samples().writer(i)).isEqualTo(one.samples().writer(i));
        }
    }

    @Test
    void digestChangesWithTheSplitOfOneSample() throws Exception {
        cluster.put(0, "one", Fixtures.sample("a", 1));
        String before = spoolOnce().digest();
        GlyphSample moved = Fixtures.sample("a", 1);
        moved.setSplit(io.inkstream.schemas.avro.Split.TEST);
        cluster.put(0, "one", moved);

        assertThat(spoolOnce().digest()).isNotEqualTo(before);
    }

    @Test
    void recordsThatAreNoSamplesAreCountedAndNamedAndDoNotStopTheRest() throws Exception {
        GlyphSample small = Fixtures.sample("a", 1);
        small.setImage(ByteBuffer.allocate(100));
        cluster.put(0, "small", small);
        cluster.putBytes(0, "junk", new byte[] {9, 9});
        cluster.put(0, "good", Fixtures.sample("a", 2));

        try (SampleSpool spool = open()) {
            SampleSpool.Progress progress = spool.catchUp(PATIENCE);

            assertThat(progress.added()).isEqualTo(1);
            assertThat(progress.ignored()).isEqualTo(2);
            assertThat(progress.reasons().get(0)).contains("partition 0 offset 0", "100 bytes");
            assertThat(progress.reasons().get(1)).contains("offset 1", "no glyph sample");
        }
    }

    @Test
    void anyGraphemeIsACharacterInWhateverSpellingItCame() throws Exception {
        cluster.put(0, "one", Fixtures.sample("e\u0301", 1));
        cluster.put(0, "two", Fixtures.sample("\u00e9", 2));
        cluster.put(0, "three", Fixtures.sample("o\u0323\u0301", 3));
        cluster.put(0, "four", Fixtures.sample("\u03bb", 4));
        cluster.put(0, "five", Fixtures.sample("\u0301", 5));

        CollectedSamples collected = spoolOnce();

        SampleSet samples = collected.samples();
        assertThat(samples.classes().characters())
                .isEqualTo(CharacterClasses.PRINTABLE_ASCII.characters() + "\u00e9\u03bb\u1ecd\u0301");
        assertThat(samples.size()).isEqualTo(4);
        assertThat(samples.countOfClass(samples.classes().indexOf("\u00e9"))).isEqualTo(2);
        assertThat(samples.countOfClass(samples.classes().indexOf("\u1ecd\u0301")))
                .isEqualTo(1);
        assertThat(collected.unknownCharacters()).isEmpty();
    }

    @Test
    void copyThatIsTooOldIsReadAnew() throws Exception {
        cluster.put(0, "withdrawn long ago", Fixtures.sample("a", 1));
        cluster.put(0, "two", Fixtures.sample("b", 2));
        spoolOnce();
        cluster.forget(0, "withdrawn long ago"); // and its tombstone is gone too
        now = now.plus(Duration.ofDays(3));

        assertThat(spoolOnce().samples().size()).isEqualTo(1);
    }

    @Test
    void topicThatWasMadeAnewIsReadAnew() throws Exception {
        for (int i = 0; i < 10; i++) {
            cluster.put(0, "id" + i, Fixtures.sample("a", i));
        }
        spoolOnce();
        TestTopic fresh = new TestTopic(2);
        fresh.put(0, "only", Fixtures.sample("b", 1));

        try (SampleSpool spool =
                new SampleSpool(folder.resolve("spool"), fresh.consumer(), TOPIC, () -> now, SampleSpool.TRUSTED_FOR)) {
            spool.catchUp(PATIENCE);
            assertThat(spool.load().samples().size()).isEqualTo(1);
        }
    }

    @Test
    void fileDoesNotGrowForEver() throws Exception {
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 500; i++) {
                cluster.put(0, "id" + i, Fixtures.sample("a", i));
            }
            spoolOnce();
        }

        assertThat(Files.size(folder.resolve("spool"))).isLessThan(3 * 500 * 784L);
        assertThat(spoolOnce().samples().size()).isEqualTo(500);
    }

    @Test
    void missingTopicIsOneSentence() {
        assertThatThrownBy(() -> {
                    try (SampleSpool spool = new SampleSpool(
                            folder.resolve("spool"),
                            new MockConsumer<>("none"),
                            TOPIC,
                            () -> now,
                            SampleSpool.TRUSTED_FOR)) {
                        spool.catchUp(PATIENCE);
                    }
                })
                .isInstanceOf(SpoolException.class)
                .hasMessage("there is no topic glyph-samples");
    }

    @Test
    void registryThatIsAwaySkipsNoRecord() throws Exception {
        cluster.put(0, "one", Fixtures.sample("a", 1));
        Topic<String, GlyphSample> unreadable = new Topic<>(
                TOPIC.name(),
                TOPIC.key(),
                Serdes.serdeFrom(TOPIC.value().serializer(), (topic, bytes) -> {
                    throw new RegistryUnavailableException("connection refused");
                }),
                TOPIC.cleanup());

        try (SampleSpool spool = new SampleSpool(
                folder.resolve("spool"), cluster.consumer(), unreadable, () -> now, SampleSpool.TRUSTED_FOR)) {
            assertThatThrownBy(() -> spool.catchUp(PATIENCE))
                    .isInstanceOf(SpoolException.class)
                    .hasMessageContaining("registry");
        }
        assertThat(spoolOnce().samples().size()).isEqualTo(1);
    }

    @Test
    void secondTrainerOnTheSameFileIsRefused() throws Exception {
        try (SampleSpool first = open()) {
            first.catchUp(PATIENCE);
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void fileOfAnotherKindIsLeftAlone() throws Exception {
        Path letter = Files.writeString(folder.resolve("spool"), "Dear Marguerite, ");

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("no spool");
        assertThat(Files.readString(letter)).startsWith("Dear Marguerite");
    }

    @Property(tries = 200)
    void whateverIsLeftOfTheFileTheNextRunEndsWithWhatTheTopicHolds(
            @ForAll @IntRange(max = 1000) int cutAtPermille, @ForAll boolean flip, @ForAll long seed) throws Exception {
        Path own = Files.createTempDirectory("spool");
        Path file = own.resolve("spool");
        TestTopic topic = new TestTopic(2);
        Random random = new Random(seed);
        for (int batch = 0; batch < 4; batch++) {
            for (int i = 0; i < 6; i++) {
                int id = random.nextInt(12);
                topic.put(id % 2, "id" + id, random.nextInt(4) == 0 ? null : Fixtures.sample("a", random.nextInt(99)));
            }
            spool(file, topic);
        }
        CollectedSamples whole = spool(file, topic);

        byte[] bytes = Files.readAllBytes(file);
        int at = 8 + (bytes.length - 8) * cutAtPermille / 1001;
        if (flip) {
            bytes[at] ^= 0x10;
            Files.write(file, bytes);
        } else {
            Files.write(file, Arrays.copyOf(bytes, at));
        }

        CollectedSamples again = spool(file, topic);
        assertThat(again.digest()).isEqualTo(whole.digest());
        Fixtures.delete(own);
    }

    private CollectedSamples spool(Path file, TestTopic topic) throws Exception {
        try (SampleSpool spool = new SampleSpool(file, topic.consumer(), TOPIC, () -> now, SampleSpool.TRUSTED_FOR)) {
            spool.catchUp(PATIENCE);
            return spool.load();
        }
    }

    private CollectedSamples spoolOnce() throws Exception {
        return spool(folder.resolve("spool"), cluster);
    }

    private SampleSpool open() throws IOException {
        return new SampleSpool(folder.resolve("spool"), cluster.consumer(), TOPIC, () -> now, SampleSpool.TRUSTED_FOR);
    }
}
