package io.inkstream.ops.rollout;

import static io.inkstream.ops.rollout.Scene.NOON;
import static io.inkstream.ops.rollout.Scene.SILENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.routing.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the command line says to serve is what the topology routes documents to, of the same records. */
class OneRuleTest {
    private static final int SCENES = 500;
    private static final List<String> SERVERS = List.of("a", "b", "c");
    private static final List<String> VERSIONS = List.of("1", "2", "3");

    private final Scene scene = new Scene().announced("1", "2").ready("a", "1", "2");

    @Test
    void aServerThatStartsStopsNeitherOfThem() throws Exception {
        scene.says("b", "base:1", ModelState.DOWNLOADING, "").says("b", "base:2", ModelState.WARMING, "");

        assertThat(bothServe()).contains("base:2");
        assertThat(scene.now().notReady("base:2")).containsExactly("b: WARMING");
        assertThat(new NextPolicy(scene.now(), "base", false)
                        .promote(ModelId.parse("base:2"), false)
                        .notes())
                .noneMatch(note -> note.contains("takes over once"));
    }

    @Test
    void aServerThatHasAnotherVersionOnlyHoldsANewerOneBack() throws Exception {
        scene.ready("b", "1").says("b", "base:2", ModelState.WARMING, "");

        assertThat(bothServe()).contains("base:1");
        assertThat(new NextPolicy(scene.now(), "base", false)
                        .promote(ModelId.parse("base:2"), false)
                        .notes())
                .anyMatch(note -> note.contains("takes over once") && note.contains("b: WARMING"));
    }

    @Test
    void whatOnceServedIsNotUndoneByAServerThatJoins() {
        scene.ready("b", "1").says("t", Scene.routing("t", "default", "base:2"), NOON.minusSeconds(100));

        assertThat(bothServe()).contains("base:2");
    }

    @Test
    void aVersionOnTrialServesByDefaultOnlyWhereNothingElseCan() {
        scene.policy(Scene.revision("r1").setCandidate("base:2").setCandidatePercent(10));
        assertThat(bothServe()).contains("base:1");

        scene.withdrawn("1");
        assertThat(bothServe()).contains("base:2");
    }

    @Test
    void theyAgreeOnWhateverServersSay() {
        Random random = new Random(7);
        for (int i = 0; i < SCENES; i++) {
            Scene any = new Scene().announced("1", "2", "3");
            StringBuilder said = new StringBuilder();
            for (String server : SERVERS) {
                for (String version : VERSIONS) {
                    if (random.nextInt(4) > 0) {
                        ModelState state = random.nextBoolean()
                                ? ModelState.READY
                                : ModelState.values()[random.nextInt(ModelState.values().length)];
                        Duration ago = SILENCE.multipliedBy(random.nextInt(3)).dividedBy(2);
                        any.says(server, "base:" + version, state, "", NOON.minus(ago));
                        said.append(server + version + " " + state + " " + ago + "; ");
                    }
                }
            }
            if (random.nextBoolean()) {
                any.policy(Scene.revision("r1")
                        .setCandidate(random.nextBoolean() ? "base:3" : null)
                        .setShadow(random.nextBoolean() ? "base:2" : null));
                said.append("a policy");
            }
            assertThat(commandLine(any)).as(said.toString()).isEqualTo(topology(any));
        }
    }

    private Optional<String> bothServe() {
        assertThat(commandLine(scene)).isEqualTo(topology(scene));
        return commandLine(scene);
    }

    private static Optional<String> commandLine(Scene scene) {
        return scene.now().serving("base");
    }

    private static Optional<String> topology(Scene scene) {
        return Router.standing(scene.fleet(), NOON, "base").stable().map(Version::id);
    }
}
