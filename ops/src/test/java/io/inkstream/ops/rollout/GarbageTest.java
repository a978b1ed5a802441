package io.inkstream.ops.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.rollout.Garbage.Chunk;
import io.inkstream.ops.rollout.Garbage.Rule;
import io.inkstream.schemas.avro.ModelState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GarbageTest {
    private static final Instant LONG_AGO = Scene.NOON.minus(Duration.ofDays(1));
    private static final Rule KEEP_ONE = new Rule(1, Duration.ofHours(1), false);

    private final Scene scene = new Scene();
    private final List<Chunk> chunks = new ArrayList<>();

    @Test
    void supersededVersionsGoWithTheirChunksAndTheNewestStay() {
        announced("1", "2", "3", "4").routes("t", "default", "base:4");

        Garbage garbage = Garbage.find(scene.now(), chunks, new Rule(2, Duration.ofHours(1), false));

        assertThat(garbage.kept()).containsOnlyKeys("base:3", "base:4");
        assertThat(garbage.superseded()).containsExactly("base:1", "base:2");
        assertThat(garbage.chunks())
                .extracting(Chunk::key)
                .containsExactlyInAnyOrder("base:1:0", "base:1:1", "base:2:0", "base:2:1");
    }

    @Test
    void whateverAPolicyNamesStays() {
        announced("1", "2", "3", "4", "5", "6", "7")
                .policy(Scene.revision("r1")
                        .setStable("base:1")
                        .setCandidate("2")
                        .setCandidatePercent(5)
                        .setShadow("base:3")
                        .setDocumentPins(Map.of("letter", "base:4"))
                        .setStylePins(Map.of("neat", "base:5")))
                .routes("t", "r1", "base:1");

        Garbage garbage = Garbage.find(scene.now(), chunks, KEEP_ONE);

        assertThat(garbage.superseded()).containsExactly("base:6");
    }

    @Test
    void whatServesWhatARollbackGoesBackToAndWhatWasJustGivenDocumentsStay() {
        announced("1", "2", "3", "4", "5")
                .policy(Scene.revision("r1").setStable("base:9").setEarlier(List.of("base:8", "base:2", "base:1")))
                .says("t", Scene.routing("t", "r0", "base:3").setRoutedDocuments(Map.of("base:4", 1L)), Scene.NOON);

        Garbage garbage = Garbage.find(scene.now(), chunks, KEEP_ONE);

        assertThat(garbage.superseded()).containsExactly("base:1");
    }

    @Test
    void supersededLanguageModelsGoWhoeverIsAlive() {
        announced("1", "2").language("text", "1", "2", "3");

        Garbage garbage = Garbage.find(scene.now(), chunks, KEEP_ONE);

        assertThat(garbage.superseded()).as("no instance could use them").containsExactly("text:1", "text:2");
        assertThat(garbage.kept()).containsOnlyKeys("base:1", "base:2", "text:3");
        assertThat(garbage.notes())
                .singleElement()
                .asString()
                .contains("base:1")
                .doesNotContain("text");
    }

    @Test
    void withNoInstanceAliveNothingIsSuperseded() {
        announced("1", "2").says("t", Scene.routing("t", "default", "base:2"), LONG_AGO);

        assertThat(Garbage.find(scene.now(), chunks, KEEP_ONE)).satisfies(blind -> {
            assertThat(blind.superseded()).isEmpty();
            assertThat(blind.notes()).singleElement().asString().contains("base:1");
        });
        assertThat(Garbage.find(scene.now(), chunks, new Rule(1, Duration.ofHours(1), true))
                        .superseded())
                .containsExactly("base:1");
    }

    @Test
    void chunksOfNoAnnouncedVersionGoOnceNoPublicationCanBeUnderWay() {
        announced("1").routes("t", "default", "base:1");
        chunks.add(new Chunk("base:0:0", "sha", 1, LONG_AGO));
        chunks.add(new Chunk("base:2:0", "sha", 1, Scene.NOON.minusSeconds(5)));

        assertThat(Garbage.find(scene.now(), chunks, KEEP_ONE).chunks())
                .extracting(Chunk::key)
                .containsExactly("base:0:0");
    }

    @Test
    void leftoversOfOtherBytesGoAndTheChunksOfTheAnnouncedOnesStay() {
        announced("1").routes("t", "default", "base:1");
        chunks.add(new Chunk("base:1:7", Scene.sha256("base:1"), 1, LONG_AGO));
        chunks.set(1, new Chunk("base:1:1", "of what was announced before", 1, LONG_AGO));

        assertThat(Garbage.find(scene.now(), chunks, KEEP_ONE).chunks())
                .extracting(Chunk::key)
                .containsExactlyInAnyOrder("base:1:7", "base:1:1");
    }

    @Test
    void whatWasSaidOfVersionsServersAndInstancesThatAreNoMoreGoes() {
        announced("1").ready("a", "1").routes("t", "default", "base:1");
        scene.says("a", "base:0", ModelState.UNLOADED, "withdrawn", LONG_AGO);
        scene.says("dead", "base:1", ModelState.READY, "", LONG_AGO);
        scene.says("just-died", "base:1", ModelState.READY, "", Scene.NOON.minusSeconds(60));
        scene.says("gone", Scene.routing("gone", "default", "base:1"), LONG_AGO);

        Garbage garbage = Garbage.find(scene.now(), chunks, KEEP_ONE);

        assertThat(garbage.statuses()).containsExactlyInAnyOrder("a/base:0", "dead/base:1");
        assertThat(garbage.instances()).containsExactly("gone/base");
    }

    @Test
    void aHaltStaysForAsLongAsItsPolicy() {
        announced("1").policy(Scene.revision("r1")).routes("t", "r1", "base:1");
        scene.says("gone", Scene.routing("gone", "r1", "base:1").setHaltedRevision("r1"), LONG_AGO);
        assertThat(Garbage.find(scene.now(), chunks, KEEP_ONE).instances()).isEmpty();

        scene.policy(Scene.revision("r2"));
        assertThat(Garbage.find(scene.now(), chunks, KEEP_ONE).instances()).containsExactly("gone/base");
    }

    /** Announces versions and lays their two chunks down. */
    private Scene announced(String... versions) {
        scene.announced(versions);
        for (String version : versions) {
            for (int i = 0; i < 2; i++) {
                chunks.add(new Chunk("base:" + version + ":" + i, Scene.sha256("base:" + version), 100, LONG_AGO));
            }
        }
        return scene;
    }
}
