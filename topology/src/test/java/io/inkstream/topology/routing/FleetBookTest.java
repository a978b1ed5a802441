package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.topology.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What anybody may write to the model topics must not cost a good version its standing, nor fill the memory. */
class FleetBookTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Instant NOW = Models.NOW;
    private static final Instant YEAR_3000 = Instant.parse("3000-01-01T00:00:00Z");

    private final FleetBook book = new FleetBook(TIMEOUT);

    @BeforeEach
    void aGoodVersionServes() {
        book.model("base:1", Models.announcement("base:1", NOW));
        book.status("a/base:1", Models.status("a", "base:1", ModelState.READY), NOW);
        book.policy("base", Models.policy("good", "base:1"), NOW);
        assertThat(served()).isEqualTo("base:1 by good");
    }

    @Test
    void aPolicyOfAModelThatNobodyHasDoesNotStopTheOthers() {
        book.policy("nobody", Models.policy("r9", "nobody:1"), NOW.plusSeconds(1));
        assertThat(served()).isEqualTo("base:1 by good");
        assertThat(Router.held(fleet(), NOW))
                .contains("policy r9 of nobody is held: nobody:1 is not READY on all live servers; the policy of base"
                        + " routes all documents meanwhile");

        book.model("nobody:1", Models.announcement("nobody:1", NOW));
        book.status("a/nobody:1", Models.status("a", "nobody:1", ModelState.READY), NOW);
        assertThat(served()).isEqualTo("nobody:1 by r9");
        book.status("a/nobody:1", Models.status("a", "nobody:1", ModelState.WARMING), NOW);
        assertThat(served()).as("it served, and may come back").contains("policy r9 of nobody is held");
    }

    @Test
    void aPolicyFromTheFutureGivesWayToTheNextRecord() {
        book.model("other:1", Models.announcement("other:1", NOW));
        book.status("a/other:1", Models.status("a", "other:1", ModelState.READY), NOW);
        book.policy("other", Models.policy("future", "other:1"), YEAR_3000);
        assertThat(served()).isEqualTo("other:1 by future");

        book.policy("base", Models.policy("next", "base:1"), NOW.plusSeconds(1));
        assertThat(served()).isEqualTo("base:1 by next");
        book.policy("other", Models.policy("without-time", "other:1"), Instant.ofEpochMilli(-1));
        assertThat(served()).isEqualTo("other:1 by without-time");
    }

    @Test
    void aLookChangesNothingAndWhatIsSettledStands() {
        for (String id : List.of("base:1", "other:1")) {
            book.model(id, Models.announcement(id, NOW));
            book.status("a/" + id, Models.status("a", id, ModelState.READY), NOW);
        }
        assertThat(book.fleet(true).serving().proven())
                .as("what was settled before")
                .containsExactly("base:1");
        assertThat(book.fleet(true).serving().proven()).as("after a look").containsExactly("base:1");

        book.settle(NOW);
        book.status("b/base:1", Models.status("b", "base:1", ModelState.READY), NOW);
        assertThat(book.fleet(true).serving().proven()).containsExactlyInAnyOrder("base:1", "other:1");
        assertThat(book.fleet(true).established()).contains(new PolicyId("base", "good"));
    }

    @Test
    void aVersionThatDoesNotDrawIsPassedOver() {
        ModelAnnouncement language = Models.announcement("base:2", NOW.plusSeconds(1));
        language.setKind(ModelKind.LANGUAGE.label());
        book.model("base:2", language);
        book.status("a/base:2", Models.status("a", "base:2", ModelState.READY), NOW);
        book.settle(NOW);

        assertThat(fleet().versions()).containsOnlyKeys("base:1");
        assertThat(served()).isEqualTo("base:1 by good");
        book.model("base:2", null);
        book.model("base:2", Models.announcement("base:2", NOW));
        assertThat(fleet().versions()).containsOnlyKeys("base:1", "base:2");
    }

    @Test
    void aFloodOfVersionsLeavesTheGoodOneAndIsBounded() {
        for (int i = 0; i < 2 * Limits.MODEL_VERSIONS; i++) {
            String id = "flood:" + i;
            book.model(id, Models.announcement(id, NOW, List.of("a")));
        }

        assertThat(fleet().versions()).hasSize(Limits.MODEL_VERSIONS).containsKey("base:1");
        assertThat(served()).isEqualTo("base:1 by good");
        book.model("flood:1", null);
        book.model("base:2", Models.announcement("base:2", NOW));
        assertThat(fleet().versions()).containsKey("base:2");
    }

    @Test
    void aFloodOfServersMakesRoomOfThoseThatAreSilentOnly() {
        Instant longAgo = NOW.minus(TIMEOUT).minusSeconds(5);
        for (int i = 0; i < 2 * Limits.MODEL_SERVERS; i++) {
            book.status("dead-" + i + "/base:1", Models.status("dead", "base:1", ModelState.REJECTED), longAgo);
        }
        book.status("new/base:1", Models.status("new", "base:1", ModelState.READY), NOW);
        assertThat(fleet().serving().servers())
                .hasSizeLessThanOrEqualTo(Limits.MODEL_SERVERS)
                .containsKeys("a", "new");

        for (int i = 0; i < 2 * Limits.MODEL_SERVERS; i++) {
            book.status("alive-" + i + "/x:1", Models.status("alive", "x:1", ModelState.READY), NOW);
        }
        assertThat(fleet().serving().servers())
                .hasSizeLessThanOrEqualTo(Limits.MODEL_SERVERS)
                .containsKeys("a", "new");
        assertThat(served()).isEqualTo("base:1 by good");
    }

    @Test
    void aServerThatSpeaksOfWhatNobodyAnnouncesIsBounded() {
        for (int i = 0; i < 3 * Limits.MODEL_VERSIONS; i++) {
            book.status("a/x:" + i, Models.status("a", "x:" + i, ModelState.WARMING), NOW);
        }

        assertThat(fleet().serving().servers().get("a").standings())
                .hasSizeLessThanOrEqualTo(Limits.MODEL_VERSIONS)
                .containsKey("base:1");
    }

    @Test
    void aFloodOfPoliciesIsBounded() {
        for (int i = 0; i < 2 * Limits.MODEL_NAMES; i++) {
            book.policy("flood-" + i, Models.policy("r" + i, "flood-" + i + ":1"), NOW.plusSeconds(i));
        }

        assertThat(fleet().policies()).hasSize(Limits.MODEL_NAMES).containsKey("base");
        assertThat(served()).isEqualTo("base:1 by good");
    }

    @Test
    void pinsOfAllPoliciesTogetherAreBoundedAndAFewAlwaysFit() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < Limits.POLICY_PINS; i++) {
            many.put("doc-" + i, "1");
        }
        for (int i = 0; i < 30; i++) {
            RolloutPolicy policy = Models.policy("r" + i, "flood:1");
            policy.setDocumentPins(many);
            book.policy("flood-" + i, policy, NOW.plusSeconds(i));
        }
        int pins = fleet().policies().values().stream()
                .flatMap(List::stream)
                .mapToInt(Policy::pins)
                .sum();
        assertThat(pins).isLessThanOrEqualTo(10 * Limits.POLICY_PINS);

        RolloutPolicy few = Models.policy("few", "base:1");
        few.setDocumentPins(Map.of("doc", "base:1"));
        book.policy("base", few, NOW.plusSeconds(99));
        assertThat(served()).isEqualTo("base:1 by few");
    }

    @Test
    void aFloodOfFindingsIsBoundedAndTakesNoStanding() {
        for (int i = 0; i < 10_000; i++) {
            book.rollout(RolloutStatus.newBuilder()
                    .setInstance("liar")
                    .setModel("base")
                    .setPolicyRevision("r")
                    .setInForce("r" + i)
                    .setStable("x:" + i)
                    .setHaltedRevision("h" + i)
                    .setHaltReason("x".repeat(5_000))
                    .setReportedAt(YEAR_3000)
                    .build());
        }

        Fleet fleet = fleet();
        assertThat(fleet.serving().proven()).hasSizeLessThan(300).contains("base:1");
        assertThat(fleet.established()).hasSizeLessThan(300).contains(new PolicyId("base", "good"));
        assertThat(fleet.halts()).hasSizeLessThan(300);
        assertThat(fleet.halts().values())
                .allSatisfy(reason -> assertThat(reason).hasSizeLessThanOrEqualTo(Limits.MESSAGE_CHARS));
        assertThat(served()).isEqualTo("base:1 by good");
    }

    @Test
    void aRejectionOfOtherBytesIsNoVerdictOnThese() {
        book.model("base:2", Models.announcement("base:2", NOW));
        ModelStatus other = Models.status("a", "base:2", ModelState.REJECTED);
        other.setSha256(Models.sha256("other bytes"));
        book.status("a/base:2", other, NOW);
        assertThat(pinned("base:2")).isEqualTo("waits");

        book.status("a/base:2", Models.status("a", "base:2", ModelState.REJECTED), NOW);
        assertThat(pinned("base:2")).isEqualTo("nowhere");
    }

    @Test
    void aVersionThatFailedToLoadMayYetBecomeReady() {
        book.model("base:2", Models.announcement("base:2", NOW));
        book.status("a/base:2", Models.status("a", "base:2", ModelState.FAILED), NOW);

        assertThat(pinned("base:2")).isEqualTo("waits");
        Assignment begun = new Assignment("base:2", Models.sha256("base:2"), "good", "natural");
        assertThat(fleet().isLost(begun, NOW)).isFalse();
        book.status("b/base:2", Models.status("b", "base:2", ModelState.REJECTED), NOW);
        assertThat(fleet().isLost(begun, NOW)).as("one server's verdict").isFalse();
        book.status("a/base:2", Models.status("a", "base:2", ModelState.REJECTED), NOW);
        assertThat(fleet().isLost(begun, NOW)).as("every server's verdict").isTrue();
    }

    @Test
    void aServerThatIsReadyForWhatNobodyAnnouncesDoesNotKeepANewVersionOut() {
        book.status("liar/x:1", Models.status("liar", "x:1", ModelState.READY), NOW);
        book.model("base:2", Models.announcement("base:2", NOW));
        book.status("a/base:2", Models.status("a", "base:2", ModelState.READY), NOW);
        book.policy("base", Models.policy("next", "base:2"), NOW.plusSeconds(1));

        assertThat(served()).isEqualTo("base:2 by next");
    }

    @Test
    void announcementsThatCannotBeUsedAreIgnored() {
        List<java.util.function.Consumer<ModelAnnouncement>> spoils = List.of(
                a -> a.setSha256("../victim"),
                a -> a.setSha256("\0"),
                a -> a.setName("x".repeat(100_000)),
                a -> a.setVersion("../2"),
                a -> a.setClasses(List.of()),
                a -> a.setStyles(List.of()),
                a -> a.getClasses().get(0).setWidth(Double.NaN),
                a -> a.getClasses().get(0).setCharacter("x".repeat(100_000)),
                a -> a.getStyles().get(0).setPen(Double.POSITIVE_INFINITY),
                a -> a.getStyles().get(0).setName("x".repeat(100_000)),
                a -> a.setClasses(null),
                a -> a.setStyles(null));
        for (java.util.function.Consumer<ModelAnnouncement> spoil : spoils) {
            ModelAnnouncement announcement = Models.announcement("base:2", NOW);
            spoil.accept(announcement);
            book.model("base:2", announcement);
        }

        assertThat(fleet().versions()).containsOnlyKeys("base:1");
    }

    private Fleet fleet() {
        return Models.settled(book, NOW);
    }

    private String served() {
        return Router.route(fleet(), NOW, "doc", "natural", Optional.empty())
                .match(
                        to -> to.version().id() + " by " + to.policyRevision(),
                        Route.Waits::reason,
                        no -> no.toString());
    }

    private String pinned(String id) {
        return Router.route(fleet(), NOW, "doc", "natural", Optional.of(id))
                .match(to -> "served", waits -> "waits", nowhere -> "nowhere");
    }
}
