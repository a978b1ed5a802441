package io.inkstream.ops.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import org.junit.jupiter.api.Test;

class GoalTest {
    private final Scene scene = new Scene();
    private final Goal ready = Goal.ready("base:1", Scene.sha256("base:1"));
    private final RolloutPolicy policy =
            Scene.revision("r2").setStable("base:1").build();
    private final Goal inForce = Goal.inForce("base", policy);

    @Test
    void aVersionIsReadyWhenEveryLiveServerHasIt() {
        scene.announced("1").ready("a", "1").says("b", "base:1", ModelState.WARMING, "");
        assertThat(in(ready)).startsWith("open").contains("b: WARMING");

        scene.ready("b", "1");
        assertThat(in(ready)).isEqualTo("reached");
    }

    @Test
    void aServerThatHasSaidNothingOfTheVersionIsWaitedForAndADeadOneIsNot() {
        scene.announced("1", "2").ready("a", "1").ready("b", "2");
        assertThat(in(ready)).startsWith("open").contains("b: has reported nothing");

        scene.says(
                "b",
                "base:2",
                ModelState.READY,
                "",
                Scene.NOON.minus(Scene.SILENCE).minusMillis(1));
        assertThat(in(ready)).isEqualTo("reached");
    }

    @Test
    void aServerThatSaidGoodbyeIsNotWaitedFor() {
        scene.announced("1", "2").ready("a", "1").says("b", "base:2", ModelState.UNLOADED, "the server stops");

        assertThat(in(ready)).isEqualTo("reached");
    }

    @Test
    void oneRejectionMissesItWithTheReason() {
        scene.announced("1").ready("a", "1").says("b", "base:1", ModelState.REJECTED, "NaN in its weights");

        assertThat(in(ready)).startsWith("missed").contains("b", "NaN in its weights");
    }

    @Test
    void whatIsWithdrawnMeanwhileIsMissed() {
        scene.announced("1");
        in(ready);
        scene.withdrawn("1");

        assertThat(in(ready)).startsWith("missed").contains("withdrawn");
    }

    @Test
    void anAnnouncementThatIsCommittedButNotVisibleYetIsWaitedFor() {
        assertThat(in(ready)).startsWith("open").contains("not announced yet");

        scene.announced("1").ready("a", "1");
        assertThat(in(ready)).isEqualTo("reached");
    }

    @Test
    void otherBytesUnderTheSameVersionAreMissed() {
        scene.announced("1");

        assertThat(in(Goal.ready("base:1", "sha-of-other-bytes")))
                .startsWith("missed")
                .contains("other bytes");
    }

    @Test
    void withoutAnyServerItStaysOpen() {
        scene.announced("1");

        assertThat(in(ready)).startsWith("open").contains("no live model server");
    }

    @Test
    void aVersionIsGoneWhenNoLiveServerHasIt() {
        Goal gone = Goal.gone("base:1");
        scene.ready("a", "1").says("b", "base:1", ModelState.UNLOADED, "withdrawn");
        assertThat(in(gone)).startsWith("open").contains("a").doesNotContain("b,");

        scene.says("a", "base:1", ModelState.UNLOADED, "withdrawn");
        assertThat(in(gone)).isEqualTo("reached");
    }

    @Test
    void whatAServerSaidBeforeItWasKilledKeepsNothingFromBeingGone() {
        scene.ready("a", "2")
                .says(
                        "a",
                        "base:1",
                        ModelState.READY,
                        "",
                        Scene.NOON.minus(Scene.SILENCE).minusMillis(1));
        assertThat(in(Goal.gone("base:1"))).isEqualTo("reached");
    }

    @Test
    void aPolicyIsInForceWhenEveryLiveInstanceSaysSo() {
        scene.policy(RolloutPolicy.newBuilder(policy))
                .routes("t1", "r2", "base:1")
                .routes("t2", "r1", "base:0");
        assertThat(in(inForce)).startsWith("open").contains("t2");

        scene.says("t2", Scene.routing("t2", "r1", "base:0"), Scene.NOON.minusSeconds(60));
        assertThat(in(inForce)).isEqualTo("reached");
    }

    @Test
    void aHeldPartKeepsItOpenAndIsSaid() {
        scene.policy(RolloutPolicy.newBuilder(policy))
                .says("t", Scene.routing("t", "r2", "base:1").setHeld("the candidate is not READY"), Scene.NOON);

        assertThat(in(inForce)).startsWith("open").contains("t: the candidate is not READY");
    }

    @Test
    void aHaltedCandidateMissesItWithTheReason() {
        scene.policy(RolloutPolicy.newBuilder(policy))
                .says(
                        "t",
                        Scene.routing("t", "r2", "base:1")
                                .setHaltedRevision("r2")
                                .setHaltReason("7 of 50 lines failed"),
                        Scene.NOON);

        assertThat(in(inForce)).startsWith("missed").contains("7 of 50 lines failed");
    }

    @Test
    void aLaterPolicyOfSomebodyElseMissesIt() {
        scene.policy(Scene.revision("r3")).routes("t", "r3", "base:1");

        assertThat(in(inForce)).startsWith("missed").contains("r3");
    }

    private String in(Goal goal) {
        return goal.in(scene.now())
                .match(reached -> "reached", open -> "open: " + open.why(), missed -> "missed: " + missed.why());
    }
}
