package io.inkstream.topology.routing;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.topology.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Instant NOW = Models.NOW;

    private final FleetBook book = new FleetBook(TIMEOUT);

    @Test
    void withoutAPolicyTheNewestVersionThatEveryLiveServerHasReadyServes() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("b", "base:1");
        ready("a", "base:1", "base:2");
        assertThat(served("doc")).isEqualTo("base:1 by default");

        ready("b", "base:2");
        assertThat(served("doc")).isEqualTo("base:2 by default");
    }

    @Test
    void aVersionThatIsAnnouncedAgainIsNoYounger() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        announce("base:1", 20);
        assertThat(served("doc")).isEqualTo("base:2 by default");

        book.model("base:1", null);
        announce("base:1", 30);
        ready("a", "base:1");
        assertThat(served("doc")).isEqualTo("base:1 by default");
    }

    @Test
    void aVersionStaysStableWhileAnotherServerJoinsAndLoads() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        assertThat(served("doc")).isEqualTo("base:2 by default");

        ready("b", "base:1");
        book.status("b/base:2", Models.status("b", "base:2", ModelState.WARMING), NOW);
        assertThat(served("doc")).isEqualTo("base:2 by default");
    }

    @Test
    void aSilentServerAgesOut() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        book.status(
                "dead/base:1",
                Models.status("dead", "base:1", ModelState.READY),
                NOW.minus(TIMEOUT).minusMillis(1));
        assertThat(served("doc")).isEqualTo("base:2 by default");

        assertThat(waits(route(NOW.plus(TIMEOUT).plusMillis(1), "doc", "natural", null)))
                .isEqualTo("no model server reports itself alive");
    }

    @Test
    void aServerThatWithdrawsItsStatusIsNotAsked() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        ready("b", "base:1");
        book.status("b/base:1", null, NOW);

        assertThat(served("doc")).isEqualTo("base:2 by default");
    }

    @Test
    void aServerThatHoldsOtherBytesDoesNotServeTheVersion() {
        announce("base:1", 0);
        var status = Models.status("a", "base:1", ModelState.READY);
        status.setSha256("other");
        book.status("a/base:1", status, NOW);

        assertThat(waits(route("doc", null))).isEqualTo("no model version is READY on all live servers");
    }

    @Test
    void withNothingAnnouncedOrReadDocumentsWait() {
        assertThat(waits(route("doc", null))).isEqualTo("no model version is announced");
        assertThat(waits(Router.route(Fleet.unknown(), NOW, "doc", "natural", Optional.empty())))
                .contains("still being read");
    }

    @Test
    void aDocumentsOwnPinWinsOverEveryPolicy() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:2", null, 0, Map.of("doc", "base:2"), false);

        assertThat(served(route("doc", "base:1"))).isEqualTo("base:1 by document-pin");
    }

    @Test
    void aPinToAVersionThatIsLoadingWaits() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        assertThat(waits(route("doc", "base:2"))).contains("base:2");

        book.status("a/base:2", Models.status("a", "base:2", ModelState.CANARY), NOW);
        assertThat(waits(route("doc", "base:2"))).contains("base:2");
    }

    @Test
    void aPinWaitsWhileNoServerLives() {
        announce("base:1", 0);

        assertThat(waits(route("doc", "base:1"))).contains("base:1");
    }

    @Test
    void aPinWaitsWhileTheOnlyServerRestarts() {
        announce("base:1", 0);
        book.status("a/base:1", Models.status("a", "base:1", ModelState.UNLOADED), NOW);

        assertThat(waits(route("doc", "base:1"))).contains("base:1");
    }

    @Test
    void aPinToWhatNobodyServesOrWillServeGoesNowhere() {
        announce("base:1", 0);
        announce("bad:1", 5);
        announce("gone:1", 6);
        ready("a", "base:1");
        book.status("a/bad:1", Models.status("a", "bad:1", ModelState.REJECTED), NOW);
        book.model("gone:1", null);

        assertThat(nowhere(route("doc", "bad:1"))).contains("rejected");
        assertThat(nowhere(route("doc", "gone:1"))).contains("withdrawn");
        assertThat(nowhere(route("doc", "never:1"))).contains("not announced");
        assertThat(nowhere(route("doc", "no id"))).contains("name:version");
    }

    @Test
    void aPinIsServedByAnyOneServerThatHasIt() {
        announce("base:1", 0);
        ready("a", "base:1");
        book.status("b/base:1", Models.status("b", "base:1", ModelState.REJECTED), NOW);

        assertThat(served(route("doc", "base:1"))).isEqualTo("base:1 by document-pin");
    }

    @Test
    void theStableVersionOfThePolicyServesThoughANewerOneIsReady() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", null, 0, Map.of(), false);

        assertThat(served("doc")).isEqualTo("base:1 by r1");
    }

    @Test
    void aVersionMayBeNamedWithoutItsModel() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "1", null, 0, Map.of(), false);

        assertThat(served("doc")).isEqualTo("base:1 by r1");
    }

    @Test
    void aCandidateTakesItsShareByHashOfTheDocumentId() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", "base:2", 30, Map.of(), false);

        List<String> versions =
                IntStream.range(0, 2_000).mapToObj(i -> served("doc-" + i)).toList();

        assertThat(versions.stream().filter("base:2 by r1"::equals).count()).isBetween(500L, 700L);
        for (int i = 0; i < 2_000; i++) {
            boolean isCandidates = DocumentHash.of("doc-" + i).percentile() < 30;
            assertThat(versions.get(i)).isEqualTo(isCandidates ? "base:2 by r1" : "base:1 by r1");
        }
    }

    @Test
    void theShareOfADocumentDoesNotChangeBetweenReleases() {
        assertThat(DocumentHash.of("").shadowPercentile())
                .isEqualTo((int) Long.remainderUnsigned(0x27ae41e4649b934cL, 100));
        // The SHA-256 of nothing is known to everybody.
        assertThat(DocumentHash.of("").seed()).isEqualTo(0xe3b0c44298fc1c14L);
        assertThat(DocumentHash.of("").percentile()).isEqualTo((int) Long.remainderUnsigned(0x9afbf4c8996fb924L, 100));
    }

    @Test
    void aCandidateOfAHundredPercentTakesAllAndOneOfNothingNone() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", "base:2", 100, Map.of(), false);
        assertThat(IntStream.range(0, 200).mapToObj(i -> served("d" + i))).containsOnly("base:2 by r1");

        policy("r2", "base:1", "base:2", 0, Map.of(), false);
        assertThat(IntStream.range(0, 200).mapToObj(i -> served("d" + i))).containsOnly("base:1 by r2");
    }

    @Test
    void aCandidateThatIsNotReadyIsHeldAndStableTakesItsShare() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        policy("r1", "base:1", "base:2", 100, Map.of(), false);

        assertThat(served("doc")).isEqualTo("base:1 by r1");
        assertThat(held())
                .contains("the candidate of policy r1 of base is held: base:2 is not READY on all live servers");
    }

    @Test
    void aPolicyWhoseStableVersionIsNotReadyIsHeldAndTheOneBeforeServes() {
        announce("base:1", 0);
        announce("base:2", 10);
        announce("base:3", 20);
        ready("a", "base:1", "base:3");
        policy("r1", "base:1", null, 0, Map.of(), true);
        policy("r2", "base:2", null, 0, Map.of(), true);

        assertThat(served("doc")).isEqualTo("base:1 by r1");
        assertThat(held()).contains("policy r2 of base is held: base:2 is not READY on all live servers");

        ready("a", "base:2");
        assertThat(served("doc")).isEqualTo("base:2 by r2");
        assertThat(held()).isEmpty();
    }

    @Test
    void beforeTheFirstPolicyIsInForceTheDefaultServes() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        policy("r1", "base:2", null, 0, Map.of(), false);

        assertThat(served("doc")).isEqualTo("base:1 by default");
    }

    @Test
    void aFrozenPolicyThatIsHeldServesNothingThatNoPolicyAllowed() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        policy("r1", "base:2", null, 0, Map.of(), true);

        assertThat(waits(route("doc", null))).contains("policy r1 of base is held");
    }

    @Test
    void aFrozenPolicyWithoutStableKeepsNewerVersionsOut() {
        announce("base:1", -100);
        announce("base:2", 100);
        ready("a", "base:1", "base:2");
        policy("r1", null, null, 0, Map.of(), true);
        assertThat(served("doc")).isEqualTo("base:1 by r1");

        policy("r2", null, null, 0, Map.of(), false);
        assertThat(served("doc")).isEqualTo("base:2 by r2");
    }

    @Test
    void candidateAndShadowDoNotBecomeStableByThemselves() {
        announce("base:1", 0);
        announce("base:2", 10);
        announce("base:3", 20);
        ready("a", "base:1", "base:2", "base:3");
        RolloutPolicy policy = record("r1", null, "base:3", 0, Map.of(), false);
        policy.setShadow("base:2");
        book.policy("base", policy, NOW);

        assertThat(served("doc")).isEqualTo("base:1 by r1");
    }

    @Test
    void aPolicyPinsDocumentsAndStyles() {
        announce("base:1", 0);
        announce("base:2", 10);
        announce("base:3", 20);
        ready("a", "base:1", "base:2", "base:3");
        RolloutPolicy policy = record("r1", "base:3", null, 0, Map.of("pinned", "base:1"), false);
        policy.setStylePins(Map.of("neat", "base:2"));
        book.policy("base", policy, NOW);

        assertThat(served(route(NOW, "pinned", "neat", null))).isEqualTo("base:1 by r1");
        assertThat(served(route(NOW, "other", "neat", null))).isEqualTo("base:2 by r1");
        assertThat(served(route(NOW, "other", "natural", null))).isEqualTo("base:3 by r1");
    }

    @Test
    void aPolicysPinWaitsForAVersionThatLoadsAndYieldsToStableIfItIsRefused() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        policy("r1", "base:1", null, 0, Map.of("pinned", "base:2"), false);
        assertThat(waits(route("pinned", null))).contains("base:2");

        book.status("a/base:2", Models.status("a", "base:2", ModelState.REJECTED), NOW);
        assertThat(served("pinned")).isEqualTo("base:1 by r1");
    }

    @Test
    void aServerThatRestartsDoesNotUndoARollback() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:2", null, 0, Map.of(), false);
        policy("r2", "base:1", null, 0, Map.of(), false);
        assertThat(served("doc")).isEqualTo("base:1 by r2");

        book.status("a/base:1", Models.status("a", "base:1", ModelState.WARMING), NOW);
        assertThat(waits(route("doc", null)))
                .isEqualTo("policy r2 of base is held: base:1 is not READY on all live servers");
        ready("a", "base:1");
        assertThat(served("doc")).isEqualTo("base:1 by r2");
    }

    @Test
    void whatAnInstanceHasSaidToBeInForceIsNotUndoneByARestartOfAll() {
        announce("base:1", 0);
        announce("base:2", 10);
        policy("r1", "base:2", null, 0, Map.of(), false);
        policy("r2", "base:1", null, 0, Map.of(), false);
        book.rollout(status("gone", "r2", null));
        ready("a", "base:2");

        assertThat(waits(route("doc", null))).contains("policy r2 of base is held");
    }

    @Test
    void aVersionThatServedKeepsItsStandingThoughAllInstancesRestart() {
        announce("base:1", 0);
        announce("base:2", 10);
        policy("r1", "base:2", null, 0, Map.of(), false);
        RolloutStatus before = status("gone", "r1", null);
        before.setStable("base:2");
        book.rollout(before);
        ready("a", "base:1", "base:2");
        ready("joined", "base:1");
        book.status("joined/base:2", Models.status("joined", "base:2", ModelState.REJECTED), NOW);

        assertThat(served("doc")).isEqualTo("base:2 by r1");
    }

    @Test
    void whatAServerSaidInAnEarlierLifeIsNotSo() {
        announce("base:1", 0);
        announce("base:2", 10);
        Instant killed = NOW.minus(TIMEOUT).minusMillis(1);
        book.status("a/base:2", Models.status("a", "base:2", ModelState.READY), killed);
        ready("a", "base:1");

        assertThat(served("doc")).isEqualTo("base:1 by default");
        assertThat(waits(route("doc", "base:2"))).contains("no live server has READY");
    }

    @Test
    void aPolicyWhoseVersionWillNotComeBackGivesWayToTheOneBefore() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", null, 0, Map.of(), false);
        policy("r2", "base:2", null, 0, Map.of(), false);
        assertThat(served("doc")).isEqualTo("base:2 by r2");
        book.status("a/base:2", Models.status("a", "base:2", ModelState.REJECTED), NOW);
        assertThat(served("doc")).isEqualTo("base:1 by r1");
        ready("a", "base:2");
        assertThat(served("doc")).isEqualTo("base:2 by r2");

        book.model("base:2", null);
        assertThat(served("doc")).isEqualTo("base:1 by r1");
    }

    @Test
    void aHaltedCandidateGetsNoDocumentsUntilAPolicyOfAnotherRevisionIsWritten() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", "base:2", 100, Map.of(), false);
        assertThat(served("doc")).isEqualTo("base:2 by r1");

        book.rollout(status("gone", "r1", "r1"));
        book.rollout(status("gone", "r1", null));
        assertThat(served("doc")).isEqualTo("base:1 by r1");
        policy("r2", "base:1", "base:2", 100, Map.of(), false);
        assertThat(served("doc")).isEqualTo("base:2 by r2");
    }

    @Test
    void aHaltOfOnePolicyIsNotOneOfAnotherModelsPolicyWithTheSameRevision() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:1", "base:2", 100, Map.of(), false);
        RolloutStatus other = status("gone", "r1", "r1");
        other.setModel("other");
        book.rollout(other);

        assertThat(served("doc")).isEqualTo("base:2 by r1");
    }

    @Test
    void aShadowDrawsItsShareOfTheDocumentsWhoeverElseDrawsThem() {
        announce("base:1", 0);
        announce("base:2", 10);
        announce("base:3", 20);
        ready("a", "base:1", "base:2", "base:3");
        RolloutPolicy policy = record("r1", "base:1", "base:2", 50, Map.of(), false);
        policy.setShadow("3");
        policy.setShadowPercent(40);
        book.policy("base", policy, NOW);

        Map<String, Long> shadowed = IntStream.range(0, 4_000)
                .mapToObj(i -> "doc-" + i)
                .filter(id -> shadow(id, assignment("base:1", "r1")).isPresent())
                .collect(groupingBy(this::served, counting()));
        assertThat(shadowed.get("base:1 by r1")).isBetween(700L, 900L);
        assertThat(shadowed.get("base:2 by r1")).isBetween(700L, 900L);
    }

    @Test
    void aShadowThatNoLiveServerHasReadyOrThatDrawsTheDocumentItselfDrawsNothing() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1");
        RolloutPolicy policy = record("r1", "base:1", null, 0, Map.of(), false);
        policy.setShadow("base:2");
        book.policy("base", policy, NOW);
        assertThat(shadow("doc", assignment("base:1", "r1"))).isEmpty();
        assertThat(held()).contains("the shadow of policy r1 of base is held: base:2 is not READY on any live server");

        ready("a", "base:2");
        assertThat(shadow("doc", assignment("base:1", "r1"))).map(Version::id).contains("base:2");
        assertThat(shadow("doc", assignment("base:2", "r1"))).isEmpty();
        assertThat(shadow("doc", assignment("base:1", "document-pin"))).isEmpty();
        assertThat(held()).isEmpty();
    }

    @Test
    void aPinOfAPolicyToAVersionThatIsNotReadyIsSaid() {
        announce("base:1", 0);
        ready("a", "base:1");
        policy("r1", "base:1", null, 0, Map.of("one", "base:9", "two", "base:9", "three", "base:1"), false);

        assertThat(held())
                .contains("the pins of policy r1 of base to base:9 are held: it is not READY on any live server");
    }

    @Test
    void aPlanStandsThoughANewerVersionBecomesStableByItself() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");

        assertThat(served("doc")).isEqualTo("base:2 by default");
        assertThat(stands("doc", assignment("base:1", "default"))).isTrue();
    }

    @Test
    void aPlanFallsWithAPolicyThatGivesTheDocumentToAnotherVersion() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r2", "base:1", null, 0, Map.of(), false);

        assertThat(stands("doc", assignment("base:2", "default"))).isFalse();
        assertThat(stands("doc", assignment("base:1", "default"))).isTrue();
        assertThat(stands("doc", assignment("base:2", "document-pin"))).isTrue();
    }

    @Test
    void aPlanFallsWithItsVersion() {
        announce("base:1", 0);
        announce("base:2", 10);
        ready("a", "base:1", "base:2");
        policy("r1", "base:2", null, 0, Map.of(), false);
        assertThat(stands("doc", new Assignment("base:2", "other bytes", "r1", "natural")))
                .isFalse();
        assertThat(stands("doc", assignment("base:2", "r1"))).isTrue();

        book.status("a/base:2", Models.status("a", "base:2", ModelState.UNLOADED), NOW);
        assertThat(stands("doc", assignment("base:2", "r1"))).isTrue();
        book.status("a/base:2", Models.status("a", "base:2", ModelState.REJECTED), NOW);
        assertThat(stands("doc", assignment("base:2", "r1"))).isFalse();
        assertThat(stands("doc", assignment("base:2", "document-pin"))).isFalse();
    }

    @Test
    void aStandingTellsWhatIsInForceWhatIsHeldAndWhatIsHalted() {
        announce("base:1", 0);
        announce("base:2", 10);
        announce("other:1", 20);
        ready("a", "base:1", "base:2", "other:1");
        assertThat(standing("base").inForce()).isEmpty();
        assertThat(standing("base").held()).contains("a newer version of another model serves");
        assertThat(standing("other").inForce()).contains("default");

        policy("r1", "base:1", "base:2", 30, Map.of(), false);
        Standing inForce = standing("base");
        assertThat(inForce.inForce()).contains("r1");
        assertThat(inForce.stable()).map(Version::id).contains("base:1");
        assertThat(inForce.candidate()).map(Version::id).contains("base:2");
        assertThat(inForce.held()).isEmpty();
        assertThat(standing("other").held()).contains("the policy of base was written later, and routes all documents");
        assertThat(standing("other").stable()).isEmpty();

        book.rollout(status("b", "r1", "r1"));
        policy("r2", "base:9", null, 0, Map.of(), false);
        Standing held = standing("base");
        assertThat(held.newest()).isEqualTo("r2");
        assertThat(held.inForce()).contains("r1");
        assertThat(held.candidate()).isEmpty();
        assertThat(held.halt()).contains(new Standing.Halt("r1", "it failed"));
        assertThat(held.held()).contains("policy r2 of base is held: base:9 is not READY on all live servers");
    }

    @Test
    void theModelNameWhosePolicyWasWrittenLastServes() {
        announce("base:1", 0);
        announce("other:1", 10);
        ready("a", "base:1", "other:1");
        book.policy("other", record("o1", "other:1", null, 0, Map.of(), false), NOW);
        book.policy("base", record("b1", "base:1", null, 0, Map.of(), false), NOW.plusSeconds(1));
        assertThat(served("doc")).isEqualTo("base:1 by b1");

        book.policy("base", null, NOW.plusSeconds(2));
        assertThat(served("doc")).isEqualTo("other:1 by o1");
    }

    @Test
    void aPolicyThatCannotBeUsedLeavesTheOneBeforeInForce() {
        announce("base:1", 0);
        ready("a", "base:1");
        policy("r1", "base:1", null, 0, Map.of(), false);
        policy("r2", "base:1", null, 101, Map.of(), false);
        for (String broken : List.of("shadow", "rate", "latency")) {
            RolloutPolicy policy = Models.policy(broken, "base:1");
            switch (broken) {
                case "shadow" -> policy.setShadowPercent(-1);
                case "rate" -> policy.setMaxCandidateErrorRate(Double.NaN);
                default -> policy.setMaxCandidateLatencyMs(0);
            }
            book.policy("base", policy, NOW);
        }

        assertThat(served("doc")).isEqualTo("base:1 by r1");
    }

    @Test
    void anAnnouncementWithOtherBytesUnderTheSameIdIsIgnored() {
        announce("base:1", 0);
        ready("a", "base:1");
        var other = Models.announcement("base:1", NOW);
        other.setSha256("other");
        book.model("base:1", other);

        assertThat(served("doc")).isEqualTo("base:1 by default");
    }

    @Test
    void anAnnouncementThatLayoutCannotUseIsIgnored() {
        var broken = Models.announcement("base:1", NOW);
        broken.getClasses().get(0).setWidth(Double.NaN);
        book.model("base:1", broken);
        var misnamed = Models.announcement("base:2", NOW);
        book.model("base:3", misnamed);

        assertThat(Models.settled(book, NOW).versions()).isEmpty();
    }

    private void announce(String id, int secondsFromNow) {
        book.model(id, Models.announcement(id, NOW.plusSeconds(secondsFromNow)));
    }

    private void ready(String server, String... models) {
        for (String model : models) {
            book.status(server + "/" + model, Models.status(server, model, ModelState.READY), NOW);
        }
        book.settle(NOW);
    }

    private void policy(
            String revision, String stable, String candidate, int percent, Map<String, String> pins, boolean frozen) {
        book.policy("base", record(revision, stable, candidate, percent, pins, frozen), NOW);
    }

    private static RolloutPolicy record(
            String revision, String stable, String candidate, int percent, Map<String, String> pins, boolean frozen) {
        RolloutPolicy policy = Models.policy(revision, stable, candidate, percent);
        policy.setDocumentPins(pins);
        policy.setFrozen(frozen);
        return policy;
    }

    private Route route(String document, String pin) {
        return route(NOW, document, "natural", pin);
    }

    private Route route(Instant now, String document, String style, String pin) {
        return Router.route(Models.settled(book, now), now, document, style, Optional.ofNullable(pin));
    }

    private boolean stands(String document, Assignment assignment) {
        return Router.stands(Models.settled(book, NOW), NOW, document, assignment);
    }

    private Optional<Version> shadow(String document, Assignment assignment) {
        return Router.shadow(Models.settled(book, NOW), NOW, document, assignment);
    }

    private Standing standing(String name) {
        return Router.standing(Models.settled(book, NOW), NOW, name);
    }

    private static Assignment assignment(String model, String revision) {
        return new Assignment(model, Models.sha256(model), revision, "natural");
    }

    private static RolloutStatus status(String instance, String inForce, String halted) {
        return RolloutStatus.newBuilder()
                .setInstance(instance)
                .setModel("base")
                .setPolicyRevision(inForce)
                .setInForce(inForce)
                .setHeld("")
                .setHaltedRevision(halted)
                .setHaltReason(halted == null ? "" : "it failed")
                .setReportedAt(NOW.minusSeconds(1_000_000))
                .build();
    }

    private Optional<String> held() {
        return Router.held(Models.settled(book, NOW), NOW);
    }

    private String served(String document) {
        return served(route(document, null));
    }

    private static String served(Route route) {
        return route.match(
                to -> to.version().id() + " by " + to.policyRevision(), waits -> waits.toString(), no -> no.toString());
    }

    private static String waits(Route route) {
        return route.match(to -> to.version().id(), Route.Waits::reason, no -> no.toString());
    }

    private static String nowhere(Route route) {
        return route.match(to -> to.version().id(), waits -> waits.toString(), Route.Nowhere::reason);
    }
}
