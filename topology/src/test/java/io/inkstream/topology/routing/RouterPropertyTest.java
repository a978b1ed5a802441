package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.topology.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What holds for every fleet, tried on random ones. */
class RouterPropertyTest {
    private static final Instant NOW = Models.NOW;
    private static final List<String> STYLES = List.of("natural", "neat");
    private static final List<ModelState> STATES = List.of(ModelState.values());
    private static final List<String> CLASSES = List.of("a", "b");
    private static final int FLEETS = 100;
    private static final int DOCUMENTS = 30;

    /** Records of the model topics, of which those about different things may come in any order. */
    private record World(List<Entry> models, List<Entry> statuses, List<Entry> policies, Fleet fleet) {}

    /** Enters one record. */
    private interface Entry {
        void enter(FleetBook book);
    }

    @Test
    void whoeverReadsTheTopicsRoutesAlike() {
        forEachFleet((random, world) -> {
            List<Entry> models = new ArrayList<>(world.models());
            List<Entry> statuses = new ArrayList<>(world.statuses());
            Collections.shuffle(models, random);
            Collections.shuffle(statuses, random);
            Fleet other = fleet(models, statuses, world.policies());
            for (int i = 0; i < DOCUMENTS; i++) {
                String style = STYLES.get(i % 2);
                assertThat(told(route(other, "doc-" + i, style)))
                        .isEqualTo(told(route(world.fleet(), "doc-" + i, style)));
            }
        });
    }

    @Test
    void onlyAVersionThatALiveServerHasReadyIsChosenAndByDefaultOnlyOneThatAllHave() {
        forEachFleet((random, world) -> {
            Fleet fleet = world.fleet();
            for (int i = 0; i < DOCUMENTS; i++) {
                String id = "doc-" + i;
                String style = STYLES.get(i % 2);
                to(route(fleet, id, style)).ifPresent(to -> {
                    assertThat(fleet.serving().isServed(to.version(), NOW)).isTrue();
                    boolean isPinned = fleet.policies().values().stream()
                            .flatMap(List::stream)
                            .anyMatch(policy -> to.version()
                                            .id()
                                            .equals(policy.documentPins().get(id))
                                    || to.version()
                                            .id()
                                            .equals(policy.stylePins().get(style)));
                    assertThat(isPinned || fleet.serving().isProven(to.version(), NOW))
                            .isTrue();
                });
            }
        });
    }

    @Test
    void theCandidatesDocumentsAreThoseBelowItsPercentAndMorePercentOnlyAddsSome() {
        forEachFleet((random, world) -> {
            RolloutPolicy policy = Models.policy("last", "m:0", "m:1", random.nextInt(101));
            Fleet fleet = with(world, policy, "m:0", "m:1");
            int more = policy.getCandidatePercent() + random.nextInt(101 - policy.getCandidatePercent());
            Fleet widened = with(world, Models.policy("last", "m:0", "m:1", more), "m:0", "m:1");
            for (int i = 0; i < DOCUMENTS; i++) {
                String id = "doc-" + random.nextInt();
                String chosen =
                        to(route(fleet, id, "natural")).orElseThrow().version().id();
                assertThat(chosen.equals("m:1"))
                        .isEqualTo(DocumentHash.of(id).percentile() < policy.getCandidatePercent());
                if (chosen.equals("m:1")) {
                    assertThat(to(route(widened, id, "natural"))
                                    .orElseThrow()
                                    .version()
                                    .id())
                            .isEqualTo("m:1");
                }
            }
        });
    }

    /** Whoever asks at one moment gets one answer, and a document that a candidate draws it draws in every greater share. */
    @Test
    void aStepOfARolloutFollowsFromTheRecordAndTheClockAlone() {
        forEachFleet((random, world) -> {
            RolloutPolicy policy = Models.policy("last", "m:0", "m:1", 0);
            List<RolloutStep> steps = new ArrayList<>();
            int percent = 1;
            for (int i = 0; i < 4; i++) {
                percent = Math.min(100, percent + random.nextInt(40));
                steps.add(new RolloutStep(percent, 1 + random.nextInt(60), 0.05, null));
            }
            policy.setSteps(steps);
            Fleet fleet = with(world, policy, "m:0", "m:1");
            for (int i = 0; i < DOCUMENTS; i++) {
                String id = "doc-" + random.nextInt();
                boolean wasCandidates = false;
                long at = 0;
                for (RolloutStep step : steps) {
                    Instant during = NOW.plusSeconds(at + random.nextInt(step.getSeconds()));
                    boolean isCandidates = to(Router.route(fleet, during, id, "natural", Optional.empty()))
                            .orElseThrow()
                            .version()
                            .id()
                            .equals("m:1");
                    assertThat(isCandidates).isEqualTo(DocumentHash.of(id).percentile() < step.getPercent());
                    assertThat(isCandidates || !wasCandidates).isTrue();
                    wasCandidates = isCandidates;
                    at += step.getSeconds();
                }
            }
        });
    }

    @Test
    void aPinIsServedAsItSaysOrNotAtAll() {
        forEachFleet((random, world) -> {
            for (int i = 0; i < 6; i++) {
                String pin = "m:" + i;
                Route route = Router.route(world.fleet(), NOW, "doc", "natural", Optional.of(pin));
                to(route).ifPresent(to -> assertThat(to.version().id()).isEqualTo(pin));
                Version version = world.fleet().versions().get(pin);
                assertThat(to(route).isPresent())
                        .isEqualTo(version != null && world.fleet().serving().isServed(version, NOW));
            }
        });
    }

    @Test
    void oneRecordRollsEverythingBackThatIsNotPinned() {
        forEachFleet((random, world) -> {
            Fleet fleet = with(world, Models.policy("back", "m:0"), "m:0");
            for (int i = 0; i < DOCUMENTS; i++) {
                Route.To to = to(route(fleet, "doc-" + i, STYLES.get(i % 2))).orElseThrow();
                assertThat(to.version().id()).isEqualTo("m:0");
                assertThat(to.policyRevision()).isEqualTo("back");
            }
            assertThat(Router.held(fleet, NOW)).isEmpty();
        });
    }

    @Test
    void aDocumentThatIsPlannedAnewStandsThen() {
        forEachFleet((random, world) -> {
            for (int i = 0; i < DOCUMENTS; i++) {
                String id = "doc-" + i;
                String style = STYLES.get(i % 2);
                to(route(world.fleet(), id, style)).ifPresent(to -> assertThat(Router.stands(
                                world.fleet(),
                                NOW,
                                id,
                                new Assignment(to.version().id(), to.version().sha256(), to.policyRevision(), style)))
                        .isTrue());
            }
        });
    }

    /** Whether all of the newest policy is in force is said, whatever it is. */
    @Test
    void aPolicyThatIsNotInForceIsSaidToBeHeld() {
        forEachFleet((random, world) -> {
            Standing standing = Router.standing(world.fleet(), NOW, "m");
            boolean isInForce = standing.inForce().equals(Optional.of(standing.newest()))
                    && standing.stable().isPresent();
            if (!world.policies().isEmpty() && !isInForce) {
                assertThat(standing.held()).isPresent();
            }
        });
    }

    private static void forEachFleet(BiConsumer<Random, World> property) {
        for (int seed = 0; seed < FLEETS; seed++) {
            Random random = new Random(seed);
            try {
                property.accept(random, world(random));
            } catch (AssertionError e) {
                throw new AssertionError("fleet of seed " + seed, e);
            }
        }
    }

    private static World world(Random random) {
        List<Entry> models = new ArrayList<>();
        List<Entry> statuses = new ArrayList<>();
        List<Entry> policies = new ArrayList<>();
        int versions = 1 + random.nextInt(5);
        for (int v = 0; v < versions; v++) {
            String id = "m:" + v;
            Instant announced = NOW.minusSeconds(random.nextInt(1_000));
            models.add(book -> book.model(id, Models.announcement(id, announced, CLASSES)));
            for (int s = 0; s < 3; s++) {
                String server = "s" + s;
                ModelState state = STATES.get(random.nextInt(STATES.size()));
                ModelState likely = random.nextInt(3) > 0 ? ModelState.READY : state;
                if (random.nextInt(5) > 0) {
                    statuses.add(book -> book.status(server + "/" + id, Models.status(server, id, likely), NOW));
                }
            }
        }
        int count = random.nextInt(4);
        for (int p = 0; p < count; p++) {
            RolloutPolicy policy = Models.policy("r" + p, random.nextInt(4) == 0 ? null : "m:" + random.nextInt(6));
            if (random.nextBoolean()) {
                policy.setCandidate("m:" + random.nextInt(6));
                policy.setCandidatePercent(random.nextInt(101));
            }
            if (random.nextBoolean()) {
                policy.setShadow("m:" + random.nextInt(6));
            }
            policy.setFrozen(random.nextInt(4) == 0);
            policy.setDocumentPins(Map.of("doc-" + random.nextInt(DOCUMENTS), "m:" + random.nextInt(6)));
            policy.setStylePins(random.nextBoolean() ? Map.of() : Map.of("neat", "m:" + random.nextInt(6)));
            Instant written = NOW.minusSeconds(500 - p);
            policies.add(book -> book.policy("m", policy, written));
        }
        return new World(models, statuses, policies, fleet(models, statuses, policies));
    }

    /** The same world with one policy more, and its versions READY everywhere. */
    private static Fleet with(World world, RolloutPolicy policy, String... ready) {
        List<Entry> models = new ArrayList<>(world.models());
        List<Entry> statuses = new ArrayList<>(world.statuses());
        List<Entry> policies = new ArrayList<>(world.policies());
        for (String id : ready) {
            if (id.equals("m:1")) {
                models.add(book -> book.model("m:1", Models.announcement("m:1", NOW, CLASSES)));
            }
            for (int s = 0; s < 3; s++) {
                String server = "s" + s;
                statuses.add(book -> book.status(server + "/" + id, Models.status(server, id, ModelState.READY), NOW));
            }
        }
        policies.add(book -> book.policy("m", policy, NOW));
        return fleet(models, statuses, policies);
    }

    private static Fleet fleet(List<Entry> models, List<Entry> statuses, List<Entry> policies) {
        FleetBook book = new FleetBook(Duration.ofDays(1));
        models.forEach(record -> record.enter(book));
        statuses.forEach(record -> record.enter(book));
        policies.forEach(record -> record.enter(book));
        return Models.settled(book, NOW);
    }

    private static Route route(Fleet fleet, String id, String style) {
        return Router.route(fleet, NOW, id, style, Optional.empty());
    }

    private static Optional<Route.To> to(Route route) {
        return route.match(Optional::of, waits -> Optional.empty(), nowhere -> Optional.empty());
    }

    private static String told(Route route) {
        return route.match(
                to -> to.version().id() + " by " + to.policyRevision(), Route.Waits::reason, Route.Nowhere::reason);
    }
}
