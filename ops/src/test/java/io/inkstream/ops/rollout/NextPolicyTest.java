package io.inkstream.ops.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NextPolicyTest {
    private final Scene scene = new Scene().announced("1", "2", "3").ready("a", "1", "2", "3");

    @Test
    void aPromotedVersionServesAndTheOneBeforeIsRemembered() throws Exception {
        scene.policy(Scene.revision("r1").setStable("base:1")).routes("t", "r1", "base:1");

        RolloutPolicy next = next().promote(id("2"), false).policy();

        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getEarlier()).containsExactly("base:1");
    }

    @Test
    void aVersionWithoutAStyleOfTheServingOneIsNotPromotedUnlessForced() throws Exception {
        scene.styles("1", "natural", "round")
                .policy(Scene.revision("r1").setStable("base:1"))
                .routes("t", "r1", "base:1");

        assertThatThrownBy(() -> next().promote(id("2"), false))
                .isInstanceOf(RefusedChangeException.class)
                .hasMessageContaining("base:2 lacks styles [round]");
        RolloutPolicy forced = new NextPolicy(scene.now(), "base", true)
                .promote(id("2"), false)
                .policy();
        assertThat(forced.getStable()).isEqualTo("base:2");
    }

    @Test
    void aLanguageModelIsNotRolledOut() throws Exception {
        scene.language("text", "1").language("base", "9");

        assertThatThrownBy(() -> new NextPolicy(scene.now(), "text", true))
                .isInstanceOf(RefusedChangeException.class)
                .hasMessageContaining("text draws nothing")
                .hasMessageContaining("inkstream generate");
        assertThatThrownBy(() -> new NextPolicy(scene.now(), "base", true).promote(id("9"), false))
                .isInstanceOf(RefusedChangeException.class)
                .hasMessageContaining("base:9 draws nothing");
        scene.ready("a", "9"); // whoever says so
        assertThat(scene.now().mayServe("base:9")).isFalse();
        assertThat(scene.now().newest("base")).isNotEqualTo(Optional.of("base:9"));
        assertThat(scene.now().drawingNames()).containsExactly("base");
        assertThat(scene.now().names()).containsExactly("base", "text");
    }

    @Test
    void whatAChangeDoesNotSpeakOfStays() throws Exception {
        scene.policy(Scene.revision("r1")
                .setStable("1")
                .setCandidate("base:3")
                .setCandidatePercent(10)
                .setMaxCandidateErrorRate(0.2)
                .setMaxCandidateLatencyMs(700)
                .setDocumentPins(Map.of("letter", "base:1"))
                .setFrozen(true));

        RolloutPolicy next = next().promote(id("2"), false).policy();

        assertThat(next.getCandidate()).isEqualTo("base:3");
        assertThat(next.getCandidatePercent()).isEqualTo(10);
        assertThat(next.getMaxCandidateErrorRate()).isEqualTo(0.2);
        assertThat(next.getMaxCandidateLatencyMs()).isEqualTo(700);
        assertThat(next.getDocumentPins()).containsExactly(Map.entry("letter", "base:1"));
        assertThat(next.getFrozen()).isTrue();
    }

    @Test
    void aPromotedCandidateIsNoCandidateAnyMore() throws Exception {
        scene.policy(Scene.revision("r1")
                .setStable("base:1")
                .setCandidate("2")
                .setCandidatePercent(10)
                .setMaxCandidateLatencyMs(700));

        RolloutPolicy next = next().promote(id("2"), false).policy();

        assertThat(next.getCandidate()).isNull();
        assertThat(next.getCandidatePercent()).isZero();
        assertThat(next.getMaxCandidateLatencyMs()).isNull();
    }

    @Test
    void aVersionThatNoLiveServerHasReadyIsRefusedWithWhatTheServersSay() {
        scene.announced("4").says("a", "base:4", ModelState.REJECTED, "the canary is blank");

        assertUnsafe(() -> next().promote(id("4"), false), "base:4", "a: REJECTED: the canary is blank");
        assertUnsafe(() -> next().candidate(id("4"), 10, OptionalDouble.empty(), OptionalInt.empty()), "base:4");
        assertUnsafe(() -> next().shadow(id("4"), 10), "base:4");
        assertUnsafe(() -> next().pin(id("4"), Set.of("letter"), Set.of()), "base:4");
    }

    @Test
    void forceNamesItAllTheSame() throws Exception {
        scene.announced("4");

        RolloutPolicy next = new NextPolicy(scene.now(), "base", true)
                .promote(id("4"), false)
                .policy();

        assertThat(next.getStable()).isEqualTo("base:4");
    }

    @Test
    void aVersionThatIsNotAnnouncedIsRefusedWithThoseThatAre() {
        assertSenseless(() -> next().promote(id("9"), false), "base:9", "base:3", "base:2", "base:1");
        assertSenseless(() -> new NextPolicy(scene.now(), "bose", true), "bose", "base");
    }

    @Test
    void serversOfOtherBytesUnderTheSameIdDoNotCount() {
        scene.announced("4").says("a", "base:4", "sha-of-what-was-announced-before", ModelState.READY);

        assertUnsafe(() -> next().promote(id("4"), false), "base:4");
    }

    @Test
    void aCandidateNamesTheStableVersionThatServesNow() throws Exception {
        scene.routes("t", "default", "base:2");

        RolloutPolicy next = next().candidate(id("3"), 10, OptionalDouble.of(0.25), OptionalInt.of(400))
                .policy();

        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getCandidate()).isEqualTo("base:3");
        assertThat(next.getCandidatePercent()).isEqualTo(10);
        assertThat(next.getMaxCandidateErrorRate()).isEqualTo(0.25);
        assertThat(next.getMaxCandidateLatencyMs()).isEqualTo(400);
    }

    @Test
    void aLargerShareKeepsTheBoundsAndAnotherCandidateDoesNot() throws Exception {
        scene.policy(Scene.revision("r1")
                .setStable("base:1")
                .setCandidate("base:2")
                .setCandidatePercent(10)
                .setMaxCandidateErrorRate(0.25)
                .setMaxCandidateLatencyMs(400));

        RolloutPolicy larger = next().candidate(id("2"), 50, OptionalDouble.empty(), OptionalInt.empty())
                .policy();
        RolloutPolicy other = next().candidate(id("3"), 50, OptionalDouble.empty(), OptionalInt.empty())
                .policy();

        assertThat(larger.getMaxCandidateErrorRate()).isEqualTo(0.25);
        assertThat(larger.getMaxCandidateLatencyMs()).isEqualTo(400);
        assertThat(other.getMaxCandidateErrorRate()).isEqualTo(0.05);
        assertThat(other.getMaxCandidateLatencyMs()).isNull();
    }

    @Test
    void noPercentEndsACandidateAndItDoesNotBecomeStableByThat() throws Exception {
        scene.policy(Scene.revision("r1").setCandidate("base:3").setCandidatePercent(10))
                .routes("t", "r1", "base:2");

        RolloutPolicy next = next().candidate(id("3"), 0, OptionalDouble.empty(), OptionalInt.empty())
                .policy();

        assertThat(next.getCandidate()).isNull();
        assertThat(next.getStable()).isEqualTo("base:2");
    }

    @Test
    void theStableVersionCanBeNeitherCandidateNorShadow() {
        scene.routes("t", "default", "base:3");

        assertSenseless(
                () -> next().candidate(id("3"), 10, OptionalDouble.empty(), OptionalInt.empty()), "--freeze", "base:3");
        assertSenseless(() -> next().shadow(id("3"), 10), "--freeze", "base:3");
    }

    @Test
    void aShadowBeginsAndEnds() throws Exception {
        scene.policy(Scene.revision("r1").setStable("base:1"));

        RolloutPolicy begun = next().shadow(id("2"), 20).policy();
        scene.policy(RolloutPolicy.newBuilder(begun));
        RolloutPolicy ended = next().shadow(id("2"), 0).policy();

        assertThat(begun.getShadow()).isEqualTo("base:2");
        assertThat(begun.getShadowPercent()).isEqualTo(20);
        assertThat(ended.getShadow()).isNull();
        assertThat(ended.getStable()).isEqualTo("base:1");
    }

    @Test
    void pinsComeAndGo() throws Exception {
        scene.policy(Scene.revision("r1").setDocumentPins(Map.of("old", "base:1")));

        RolloutPolicy pinned =
                next().pin(id("2"), Set.of("letter"), Set.of("natural")).policy();
        scene.policy(RolloutPolicy.newBuilder(pinned));
        RolloutPolicy untied = next().unpin(Set.of("old"), Set.of("natural")).policy();

        assertThat(pinned.getDocumentPins()).containsOnly(Map.entry("old", "base:1"), Map.entry("letter", "base:2"));
        assertThat(pinned.getStylePins()).containsOnly(Map.entry("natural", "base:2"));
        assertThat(untied.getDocumentPins()).containsOnly(Map.entry("letter", "base:2"));
        assertThat(untied.getStylePins()).isEmpty();
    }

    @Test
    void aStyleThatTheVersionLacksAndAPinThatIsNotThereAreRefusedWithWhatThereIs() {
        scene.policy(Scene.revision("r1").setDocumentPins(Map.of("old", "base:1")));

        assertSenseless(() -> next().pin(id("2"), Set.of(), Set.of("gothic")), "gothic", "natural");
        assertSenseless(() -> next().unpin(Set.of("letter"), Set.of()), "letter", "old");
    }

    @Test
    void freezingNamesWhatServesAndTheNewestEndsIt() throws Exception {
        scene.routes("t", "default", "base:2");

        RolloutPolicy frozen = next().freeze().policy();
        scene.policy(RolloutPolicy.newBuilder(frozen)).routes("t", "r1", "base:2");
        RolloutPolicy newest = next().newest().policy();

        assertThat(frozen.getStable()).isEqualTo("base:2");
        assertThat(frozen.getFrozen()).isTrue();
        assertThat(newest.getStable()).isNull();
        assertThat(newest.getFrozen()).isFalse();
        assertThat(newest.getEarlier()).containsExactly("base:2");
    }

    @Test
    void aRollbackGoesBackOneStepAtATime() throws Exception {
        scene.policy(Scene.revision("r1").setStable("base:3").setEarlier(List.of("base:1", "2")))
                .routes("t", "r1", "base:3");

        RolloutPolicy first = next().rollback().policy();
        scene.policy(RolloutPolicy.newBuilder(first)).routes("t", "r2", "base:1");
        RolloutPolicy second = next().rollback().policy();

        assertThat(first.getStable()).isEqualTo("base:1");
        assertThat(first.getEarlier()).containsExactly("base:2");
        assertThat(second.getStable()).isEqualTo("base:2");
        assertThat(second.getEarlier()).isEmpty();
    }

    @Test
    void aRollbackWithoutAnyPolicyGoesToTheVersionAnnouncedBefore() throws Exception {
        scene.routes("t", "default", "base:3");

        assertThat(next().rollback().policy().getStable()).isEqualTo("base:2");
    }

    @Test
    void aRollbackPassesOverWhatNobodyHasReady() throws Exception {
        scene.announced("4")
                .policy(Scene.revision("r1").setStable("base:3").setEarlier(List.of("base:4", "base:9", "base:2")))
                .routes("t", "r1", "base:3");

        NextRecord change = next().rollback();

        assertThat(change.policy().getStable()).isEqualTo("base:2");
        assertThat(change.notes()).anyMatch(note -> note.contains("base:4"));
    }

    @Test
    void aRollbackEndsACandidateFirst() throws Exception {
        scene.policy(Scene.revision("r1")
                        .setStable("base:2")
                        .setCandidate("base:3")
                        .setCandidatePercent(10)
                        .setEarlier(List.of("base:1")))
                .routes("t", "r1", "base:2");

        RolloutPolicy next = next().rollback().policy();

        assertThat(next.getCandidate()).isNull();
        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getEarlier()).containsExactly("base:1");
    }

    @Test
    void aRollbackOfAHeldPolicyKeepsWhatServes() throws Exception {
        scene.policy(Scene.revision("r2").setStable("base:3").setEarlier(List.of("base:2", "base:1")))
                .routes("t", "r1", "base:2");

        RolloutPolicy next = next().rollback().policy();

        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getEarlier()).containsExactly("base:1");
    }

    @Test
    void aRollbackWithNothingToGoBackToIsRefused() {
        Scene one = new Scene().announced("1").ready("a", "1").routes("t", "default", "base:1");

        assertSenseless(() -> new NextPolicy(one.now(), "base", false).rollback(), "nothing to roll back to");
    }

    @Test
    void noMoreThanEightVersionsAreRemembered() throws Exception {
        Scene many = new Scene();
        for (int i = 1; i <= 12; i++) {
            many.announced("" + i).ready("a", "" + i);
        }
        for (int i = 1; i <= 12; i++) {
            RolloutPolicy next = new NextPolicy(many.now(), "base", false)
                    .promote(id("" + i), false)
                    .policy();
            many.policy(RolloutPolicy.newBuilder(next)).routes("t", "r", "base:" + i);
        }

        assertThat(many.now().policies().get("base").getEarlier())
                .hasSize(NextPolicy.EARLIER)
                .startsWith("base:11")
                .doesNotContain("base:12", "base:3");
    }

    @Test
    void aCandidateTakesStepsAndItsShareIsThatOfTheFirst() throws Exception {
        scene.policy(Scene.revision("r1").setStable("base:1")).routes("t", "r1", "base:1");
        List<RolloutStep> steps = List.of(new RolloutStep(10, 60, 0.02, 500), new RolloutStep(100, 60, 0.05, null));

        RolloutPolicy next = next().candidate(id("2"), steps).policy();

        assertThat(next.getSteps()).isEqualTo(steps);
        assertThat(next.getCandidate()).isEqualTo("base:2");
        assertThat(next.getCandidatePercent()).isEqualTo(10);
        assertThat(next.getMaxCandidateErrorRate()).isEqualTo(0.02);
        assertThat(next.getMaxCandidateLatencyMs()).isEqualTo(500);
        scene.policy(RolloutPolicy.newBuilder(next));
        RolloutPolicy plain = next().candidate(id("2"), 30, OptionalDouble.empty(), OptionalInt.empty())
                .policy();
        assertThat(plain.getSteps()).isEmpty();
        assertThat(plain.getCandidatePercent()).isEqualTo(30);
    }

    @Test
    void aPromotedVersionBakesOnlyIfThatIsSaid() throws Exception {
        scene.policy(Scene.revision("r1").setStable("base:1")).routes("t", "r1", "base:1");
        var baking = new Baking(Duration.ofMinutes(10), OptionalDouble.of(0.01), OptionalInt.of(400));

        RolloutPolicy next = next().promote(id("2"), false, Optional.of(baking)).policy();

        assertThat(next.getBakeSeconds()).isEqualTo(600);
        assertThat(next.getMaxCandidateErrorRate()).isEqualTo(0.01);
        assertThat(next.getMaxCandidateLatencyMs()).isEqualTo(400);
        scene.policy(RolloutPolicy.newBuilder(next)).routes("t", "r2", "base:2");
        assertThat(next().promote(id("3"), false).policy().getBakeSeconds()).isZero();
        assertThat(next().rollback().policy().getBakeSeconds()).isZero();
    }

    @Test
    void aChangeOfSomethingElseEndsAHaltedCandidateRatherThanLiftTheHalt() throws Exception {
        scene.policy(Scene.revision("r1")
                        .setStable("base:1")
                        .setCandidate("base:2")
                        .setCandidatePercent(10))
                .says(
                        "t",
                        Scene.routing("t", "r1", "base:1")
                                .setHaltedRevision("r1")
                                .setHaltReason("it failed"),
                        Scene.NOON);

        NextRecord pinned = next().pin(id("1"), Set.of("letter"), Set.of());

        assertThat(pinned.policy().getCandidate()).isNull();
        assertThat(pinned.notes()).anySatisfy(note -> assertThat(note).contains("base:2, which was halted, ends"));
        assertThat(next().candidate(id("2"), 20, OptionalDouble.empty(), OptionalInt.empty())
                        .policy()
                        .getCandidate())
                .as("a change of the candidate itself means it")
                .isEqualTo("base:2");
    }

    private NextPolicy next() throws RefusedChangeException {
        return new NextPolicy(scene.now(), "base", false);
    }

    private static ModelId id(String version) {
        return new ModelId("base", version);
    }

    private static void assertUnsafe(ThrowingCallable change, String... words) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(RefusedChangeException.class, e -> assertThat(e.mayBeForced())
                        .isTrue())
                .hasMessageContainingAll(words);
    }

    private static void assertSenseless(ThrowingCallable change, String... words) {
        assertThatThrownBy(change)
                .isInstanceOfSatisfying(RefusedChangeException.class, e -> assertThat(e.mayBeForced())
                        .isFalse())
                .hasMessageContainingAll(words);
    }
}
