package io.inkstream.topology.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents, answers, policies, versions, commits, crashes and rebalances in any order: what is promised holds all the same.
 *
 * <p>{@code -Dinkstream.any.order.runs=N} makes more runs; a failure names its seed.
 */
class AnyOrderTest {
    private static final int RUNS = Integer.getInteger("inkstream.any.order.runs", 4);
    private static final int STEPS = 400;
    private static final String[] MODELS = {"base:1", "base:2", "base:3"};
    /** A page of a few lines has more than this many bytes, and a line of a letter fewer. */
    private static final int SMALL_TOPIC = 1_250;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyDocumentHasAllItsLinesAndPagesOnceInOrderByOneVersionOrOneDeadLetterAndNothingElse(long firstSeed) {
        for (int run = 0; run < RUNS; run++) {
            long seed = firstSeed * 1_000_000 + run;
            try {
                run(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void run(Random random) {
        ProcessorHarness harness = new ProcessorHarness();
        harness.maxRecordBytes = random.nextInt(4) == 0 ? SMALL_TOPIC : 1 << 20;
        harness.start();
        Map<String, TextDocument> documents = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            step(random, harness, documents);
        }
        harness.serve(MODELS);
        harness.policy(Models.policy("last", "base:1"));
        for (int i = 0; i < 1_000 && !harness.isEmpty(); i++) {
            harness.drawEverything();
            harness.pass(1_000);
        }

        assertThat(harness.isEmpty()).isTrue();
        Map<String, List<String>> lines = byDocument(harness.drawnBy, 1);
        Map<String, List<String>> versions = byDocument(harness.drawnBy, 2);
        Map<String, List<String>> pages = byDocument(harness.pages, 1);
        documents.forEach((id, document) -> {
            List<String> own = lines.getOrDefault(id, List.of());
            long letters = harness.refused.stream().filter(id::equals).count();
            if (letters > 0) {
                assertThat(letters).as("dead letters of %s", id).isOne();
                assertThat(own).as("lines of %s, which is a dead letter", id).isEmpty();
                assertThat(pages).doesNotContainKey(id);
                return;
            }
            assertThat(own).as("lines of %s", id).isEqualTo(indices(harness.counts.getOrDefault(id, -1)));
            assertThat(versions.get(id).stream().distinct())
                    .as("versions of %s", id)
                    .hasSize(1);
            if (document.getLayout().getPages()) {
                assertThat(pages.get(id)).isEqualTo(indices(harness.pageCounts.getOrDefault(id, -1)));
            } else {
                assertThat(pages).doesNotContainKey(id);
            }
        });
    }

    private static void step(Random random, ProcessorHarness harness, Map<String, TextDocument> documents) {
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                String id = "doc-" + documents.size();
                TextDocument document = document(random);
                documents.put(id, document);
                harness.process(id, document);
            }
            case 2, 3, 4, 5, 6, 7 -> answer(random, harness.client);
            case 8 -> answer(random, harness.shadowClient);
            case 9 -> harness.pass(random.nextInt(2_000));
            case 10 -> harness.policy(policy(random, harness));
            case 11 -> {
                if (random.nextBoolean()) {
                    harness.withdraw(model(random));
                }
            }
            case 12, 13 -> harness.serve(model(random));
            case 14 -> harness.state(model(random), anyState(random));
            case 15, 16 -> harness.commit();
            case 17 -> {
                switch (random.nextInt(6)) {
                    case 0 -> harness.crash();
                    case 1 -> harness.revive();
                    default -> {}
                }
            }
            case 18 -> {
                switch (random.nextInt(8)) {
                    case 0 -> harness.rebalance();
                    case 1 -> harness.resume();
                    default -> {}
                }
            }
            default -> harness.tick();
        }
    }

    private static TextDocument document(Random random) {
        TextDocument document = Models.document("a\n".repeat(1 + random.nextInt(12)));
        if (random.nextInt(6) == 0) {
            document.setText("nine letters a line ".repeat(1 + random.nextInt(9)));
        }
        if (random.nextInt(6) == 0) {
            document.setModel(model(random));
        }
        document.getLayout().setPages(random.nextInt(3) == 0);
        document.getLayout().setLinesPerPage(1 + random.nextInt(5));
        return document;
    }

    private static void answer(Random random, FakeRenderClient client) {
        if (client.waiting().isEmpty()) {
            return;
        }
        int index = random.nextInt(client.waiting().size());
        switch (random.nextInt(12)) {
            case 0 -> client.fail(index, "NOT_FOUND");
            case 1 -> client.breakDown(index, "INTERNAL");
            case 2 -> {
                if (random.nextInt(3) == 0) {
                    client.refuse(index, "odd");
                }
            }
            default -> client.draw(index);
        }
    }

    private static ModelState anyState(Random random) {
        ModelState[] states = ModelState.values();
        return states[random.nextInt(states.length)];
    }

    private static RolloutPolicy policy(Random random, ProcessorHarness harness) {
        RolloutPolicy policy = Models.policy("r" + harness.nowMs() + "-" + random.nextInt(1_000_000), model(random));
        if (random.nextInt(3) == 0) {
            policy.setStable(null);
        }
        if (random.nextBoolean()) {
            policy.setCandidate(model(random));
            policy.setCandidatePercent(random.nextInt(101));
        }
        if (random.nextBoolean()) {
            policy.setShadow(model(random));
        }
        policy.setFrozen(random.nextInt(5) == 0);
        return policy;
    }

    private static String model(Random random) {
        return MODELS[random.nextInt(MODELS.length)];
    }

    private static List<String> indices(int count) {
        List<String> indices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            indices.add(Integer.toString(i));
        }
        return indices;
    }

    /** The words of each record from one on, by the first, which is the document. */
    private static Map<String, List<String>> byDocument(List<String> records, int word) {
        Map<String, List<String>> byDocument = new HashMap<>();
        for (String record : records) {
            String[] words = record.split(" ");
            byDocument
                    .computeIfAbsent(words[0], unused -> new ArrayList<>())
                    .add(word == 1 ? words[1] : words[2] + " " + words[3]);
        }
        return byDocument;
    }
}
