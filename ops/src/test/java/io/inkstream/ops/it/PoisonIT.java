package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.it.Poison.Outcome;
import io.inkstream.ops.it.PoisonLedger.Line;
import io.inkstream.ops.it.PoisonLedger.Refusal;
import io.inkstream.ops.stack.Part;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.dataset.SampleSpool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever anybody writes to a topic, the healthy record behind it on the same partition comes through. What the records
 * are is told by {@link PoisonTexts} and {@link PoisonControls}; a new kind is one more row there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PoisonIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PARTITIONS = 4;
    private static final String GHOST_SHA = "cd".repeat(32);

    /** Texts that were written, to be looked at again when all is over. */
    private record Written(Poison poison, RawRecord record, List<RecordMetadata> places) {}

    private final Instant began = Instant.now();
    private final List<Written> written = new ArrayList<>();
    private PoisonedStack stack;
    private boolean isRuined;
    private int turn;
    private boolean isGhostReady;
    private String ghostPolicy = "";

    static Stream<Poison> texts() {
        return PoisonTexts.all();
    }

    static Stream<Poison> models() {
        return PoisonControls.models();
    }

    static Stream<Poison> chunks() {
        return PoisonControls.chunks();
    }

    static Stream<Poison> rollouts() {
        return PoisonControls.rollouts();
    }

    static Stream<Poison> modelStatus() {
        return PoisonControls.modelStatus();
    }

    static Stream<Poison> rolloutStatus() {
        return PoisonControls.rolloutStatus();
    }

    static Stream<Poison> samples() {
        return PoisonControls.samples();
    }

    @BeforeAll
    void start() throws Exception {
        stack = PoisonedStack.start("poison");
    }

    @AfterAll
    void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    private interface Dose {
        void give() throws Exception;
    }

    /** One kind that does harm must not be taken for many: what comes after it gets a new installation. */
    private void carefully(Dose dose) throws Exception {
        if (isRuined) {
            stack.close();
            written.clear();
            ghostPolicy = "";
            stack = PoisonedStack.start("poison-" + turn);
            isRuined = false;
        }
        turn++;
        try {
            dose.give();
            stack.assertUnharmed();
        } catch (Exception | AssertionError e) {
            isRuined = !isWell();
            throw e;
        }
    }

    private boolean isWell() throws Exception {
        try {
            ghostPolicy = "";
            stack.policy(RolloutPolicy.newBuilder());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                stack.draw(partition);
            }
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    @Order(1)
    void aTextIsDrawnOrRefusedAndTheNextOneIsDrawn(Poison poison) throws Exception {
        carefully(() -> {
            RawRecord bad = poison.maker().make(stack.kitchen());
            RawRecord healthy = stack.healthyText();
            List<RecordMetadata> places = stack.kitchen().serve(poison, bad, healthy, turn % PARTITIONS);
            Written text = new Written(poison, bad, places.subList(0, places.size() - 1));
            written.add(text);

            stack.assertDrawn(healthy);

            stack.ledger().await(() -> isSettled(text), PATIENCE);
            assertOutcome(text);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    @Order(2)
    void anAnnouncementHarmsNoOther(Poison poison) throws Exception {
        carefully(() -> {
            RawRecord bad = poison.maker().make(stack.kitchen());
            stack.kitchen().serve(poison, bad, null, 0);
            assertNextVersionIsJudged();
            stack.draw(turn % PARTITIONS);
        });
    }

    @Test
    @Order(3)
    void aWithdrawalDeletesNothingOutsideTheCache() throws Exception {
        Path victim =
                stack.inkstream().data().resolve(Part.MODEL_SERVER.label()).resolve("victim.bundle");
        Files.writeString(victim, "not ours");
        Poison traversal = PoisonControls.models()
                .filter(poison -> poison.name().contains("is a path"))
                .findFirst()
                .orElseThrow();
        carefully(() -> {
            RawRecord bad = traversal.maker().make(stack.kitchen());
            stack.kitchen().serve(traversal, bad, bad.value(null), 0);
            assertNextVersionIsJudged();
            assertThat(victim).exists();
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chunks")
    @Order(4)
    void aChunkHarmsNoOther(Poison poison) throws Exception {
        carefully(() -> {
            stack.kitchen().serve(poison, poison.maker().make(stack.kitchen()), null, 0);
            assertNextVersionIsJudged();
            stack.draw(turn % PARTITIONS);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rollouts")
    @Order(5)
    void aPolicyKeepsNoOtherFromComingIntoForce(Poison poison) throws Exception {
        carefully(() -> {
            stack.kitchen().serve(poison, poison.maker().make(stack.kitchen()), null, 0);
            stack.draw(turn % PARTITIONS);
            stack.policy(RolloutPolicy.newBuilder());
            stack.draw(turn % PARTITIONS);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modelStatus")
    @Order(6)
    void aStatusHidesNoOther(Poison poison) throws Exception {
        carefully(() -> {
            haveAGhost();
            isGhostReady = !isGhostReady;
            String ghost = ghost();
            ModelStatus healthy = ModelStatus.newBuilder()
                    .setServerId("witness")
                    .setModel(ghost)
                    .setSha256(GHOST_SHA)
                    .setState(isGhostReady ? ModelState.READY : ModelState.WARMING)
                    .setReportedAt(Instant.now())
                    .build();
            RawRecord record = RawRecord.of("witness/" + ghost, stack.kitchen().framed(healthy));

            stack.kitchen().serve(poison, poison.maker().make(stack.kitchen()), record, 0);

            stack.within("a healthy status behind it counts", () -> ownWord()
                    .map(word -> word.getHeld().contains(ghost) != isGhostReady)
                    .orElse(false));
            stack.draw(turn % PARTITIONS);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rolloutStatus")
    @Order(7)
    void anInstancesWordHidesNoOther(Poison poison) throws Exception {
        carefully(() -> {
            String revision = stack.policy(
                    RolloutPolicy.newBuilder().setCandidate(ghost()).setCandidatePercent(1));
            RolloutStatus halt = RolloutStatus.newBuilder()
                    .setInstance("witness")
                    .setModel(stack.kitchen().servingName())
                    .setPolicyRevision(revision)
                    .setInForce("")
                    .setHaltedRevision(revision)
                    .setHaltReason("a witness says so")
                    .setReportedAt(Instant.now())
                    .build();
            RawRecord record = RawRecord.of(
                    "witness/" + stack.kitchen().servingName(), stack.kitchen().framed(halt));

            stack.kitchen().serve(poison, poison.maker().make(stack.kitchen()), record, 0);

            stack.within("a healthy word behind it counts", () -> ownWord()
                    .filter(word -> revision.equals(word.getHaltedRevision()))
                    .isPresent());
            stack.draw(turn % PARTITIONS);
        });
    }

    @Test
    @Order(8)
    void samplesAreReadAroundEveryPoison(@TempDir Path folder) throws Exception {
        Topic<String, GlyphSample> topic = stack.cluster().topics().glyphSamples();
        List<String> healthy = new ArrayList<>();
        try (SampleSpool spool = SampleSpool.connect(
                folder.resolve("samples.spool"),
                stack.cluster().settings().clientConfig(),
                topic,
                InstantSource.system())) {
            for (Poison poison : samples().toList()) {
                String key = "healthy-" + healthy.size();
                healthy.add(key);
                RawRecord record = RawRecord.of(key, stack.kitchen().framed(PoisonControls.sample(s -> {})));
                stack.kitchen().serve(poison, poison.maker().make(stack.kitchen()), record, turn++ % PARTITIONS);
                SampleSpool.Progress progress = spool.catchUp(PATIENCE);
                assertThat(progress.added()).as("samples behind %s", poison).isPositive();
                assertThat(progress.reasons())
                        .as("what is said of %s", poison)
                        .allSatisfy(reason -> assertThat(reason.length()).isLessThan(2 * Limits.MESSAGE_CHARS));
            }
            assertThat(spool.load().samples().size()).isGreaterThanOrEqualTo(healthy.size());
        }
    }

    @Test
    @Order(9)
    void processesThatBeginAnewReadAllPoisonAgainAndTakeUpANewVersion() throws Exception {
        carefully(() -> {
            // The topic is compacted only in closed segments: all of it is read again.
            stack.inkstream().kill(Part.MODEL_SERVER);
            stack.inkstream().kill(Part.TOPOLOGY);
            stack.inkstream().start(Part.MODEL_SERVER);
            stack.inkstream().start(Part.TOPOLOGY);
            stack.inkstream().awaitHealthy(Part.MODEL_SERVER, SharedInkstream.LIMIT);
            stack.inkstream().awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);
            stack.draw(0);

            byte[] bundle = Bundles.version(
                            SharedInkstream.shippedModel(), stack.kitchen().servingName(), "after-all", 0)
                    .toBytes();
            ModelFiles.publish(stack.cluster(), bundle);
            RawRecord policy = stack.policyRecord(RolloutPolicy.newBuilder().setStable("after-all"));
            stack.kitchen().write(stack.cluster().topics().rollouts().name(), 0, policy);
            String id = stack.kitchen().servingName() + ":after-all";
            assertThat(stack.ledger()
                            .await(
                                    () -> ownWord()
                                            .map(word -> id.equals(word.getStable()))
                                            .orElse(false),
                                    SharedInkstream.LIMIT))
                    .as("a new version serves")
                    .isTrue();
            stack.draw(0);
        });
    }

    @Test
    @Order(10)
    void nothingWasDrawnTwiceOrDrawnAndRefused() {
        stack.ledger().await(() -> false, Duration.ofSeconds(1));
        written.forEach(this::assertOutcome);
        assertThat(stack.ledger().strayRefusals()).isZero();
    }

    // What to look for ---------------------------------------------------------------------------------------------

    private boolean isSettled(Written text) {
        if (text.poison().outcome().equals(Outcome.nothing())) {
            return true;
        }
        boolean isRefused = !text.places().isEmpty()
                && text.places().stream().noneMatch(at -> stack.ledger()
                        .refusals(at.partition(), at.offset())
                        .isEmpty());
        List<Line> lines = stack.ledger().lines(text.record().key());
        boolean isDrawn = !lines.isEmpty()
                && lines.size() >= lines.get(0).count() * text.record().times();
        List<PageImage> pages = stack.ledger().pages(text.record().key());
        boolean hasPages = !pages.isEmpty() && pages.size() >= pages.get(0).getCount();
        return isRefused || (isDrawn && (hasPages || !text.poison().outcome().hasPages()));
    }

    private void assertOutcome(Written text) {
        Outcome outcome = text.poison().outcome();
        RawRecord record = text.record();
        List<Line> lines = stack.ledger().lines(record.key());
        List<Refusal> refusals = text.places().stream()
                .flatMap(at -> stack.ledger().refusals(at.partition(), at.offset()).stream())
                .toList();
        if (outcome.equals(Outcome.nothing())) {
            assertThat(lines).isEmpty();
            return;
        }
        assertThat(lines.isEmpty())
                .as("%s: %s lines and dead letters %s, which is both or neither", text.poison(), lines.size(), refusals)
                .isNotEqualTo(refusals.isEmpty());
        if (lines.isEmpty()) {
            assertRefused(text, refusals);
        } else {
            assertThat(outcome.mayBeDrawn())
                    .as("%s may be drawn", text.poison())
                    .isTrue();
            int count = lines.get(0).count();
            assertThat(lines).as("lines of %s", text.poison()).hasSize(count * record.times());
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i).index())
                        .as("lines of %s in order", text.poison())
                        .isEqualTo(i % count);
                assertThat(Instant.ofEpochMilli(lines.get(i).timestamp()))
                        .as("time of a line of %s, which retention goes by", text.poison())
                        .isBetween(began.minusSeconds(3_600), Instant.now().plusSeconds(3_600));
            }
            if (outcome.hasPages()) {
                List<PageImage> pages = stack.ledger().pages(record.key());
                assertThat(pages).as("pages of %s", text.poison()).isNotEmpty();
                assertThat(pages).hasSize(pages.get(0).getCount()).allSatisfy(page -> assertThat(
                                page.getPng().hasRemaining())
                        .as("a page, or what is wrong with it")
                        .isEqualTo(page.getProblem().isEmpty()));
            }
        }
    }

    private static void assertRefused(Written text, List<Refusal> refusals) {
        RawRecord record = text.record();
        assertThat(refusals).as("dead letters of %s", text.poison()).hasSize(record.times());
        for (Refusal refusal : refusals) {
            assertThat(text.poison().outcome().reasons())
                    .as("%s: %s", text.poison(), refusal.letter().message())
                    .extracting(Enum::name)
                    .contains(refusal.letter().reason());
            assertThat(refusal.letter().message())
                    .as("why %s is refused", text.poison())
                    .isNotBlank()
                    .contains(text.poison().outcome().hint())
                    .hasSizeLessThanOrEqualTo(Limits.MESSAGE_CHARS);
            if (refusal.leavesValueOut()) {
                assertThat(refusal.letter().value()).isNull();
            } else {
                assertThat(refusal.letter().value())
                        .as("value of %s", text.poison())
                        .isEqualTo(record.value());
            }
            if (refusal.leavesKeyOut()) {
                assertThat(refusal.letter().key()).isNull();
            } else {
                assertThat(refusal.letter().key())
                        .as("key of %s", text.poison())
                        .isEqualTo(record.key());
            }
        }
    }

    private void assertNextVersionIsJudged() throws Exception {
        String id = stack.kitchen().witness();
        stack.within("the next version is judged", () -> stack.ledger()
                .modelStatus(PoisonControls.SERVER + "/" + id)
                .filter(status -> status.getState() == ModelState.REJECTED)
                .isPresent());
        assertThat(stack.ledger()
                        .modelStatus(PoisonControls.SERVER + "/" + id)
                        .orElseThrow()
                        .getReason())
                .as("a verdict about the bytes that were published")
                .contains("ZIP");
        stack.kitchen().write(stack.cluster().topics().models().name(), 0, RawRecord.of(id, null));
    }

    private Optional<RolloutStatus> ownWord() {
        return stack.ledger()
                .rolloutStatus(PoisonControls.INSTANCE + "/" + stack.kitchen().servingName());
    }

    private String ghost() {
        return stack.kitchen().servingName() + ":ghost";
    }

    /** A version that is announced, and pinned by the policy; whether it is READY depends on a witness alone. */
    private void haveAGhost() throws Exception {
        if (ownWord().map(word -> word.getPolicyRevision().equals(ghostPolicy)).orElse(false)) {
            return;
        }
        RawRecord announcement = RawRecord.of(
                ghost(),
                stack.kitchen()
                        .framed(stack.kitchen()
                                .shipped()
                                .setVersion("ghost")
                                .setSha256(GHOST_SHA)
                                .build()));
        stack.kitchen().write(stack.cluster().topics().models().name(), 0, announcement);
        RolloutPolicy.Builder policy = RolloutPolicy.newBuilder().setDocumentPins(Map.of("nobody", ghost()));
        ghostPolicy = stack.policy(policy);
        isGhostReady = false;
    }
}
