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

/** Documents, answers, policies, versions and crashes in any order: what is promised holds all the same. */
class AnyOrderTest {
    private static final int RUNS = 4;
    private static final int STEPS = 300;
    private static final String[] MODELS = {"base:1", "base:2", "base:3"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyDocumentHasAllItsLinesOnceInOrderByOneVersionOrOneDeadLetter(long firstSeed) {
        for (int run = 0; run < RUNS; run++) {
            long seed = firstSeed * 1_000 + run;
            try {
                run(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void run(Random random) {
        ProcessorHarness harness = new ProcessorHarness().start();
        List<String> ids = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            step(random, harness, ids);
        }
        harness.serve(MODELS);
        harness.policy(Models.policy("last", "base:1"));
        for (int i = 0; i < 1_000 && !harness.isEmpty(); i++) {
            harness.drawEverything();
            harness.pass(1_000);
        }

        assertThat(harness.isEmpty()).isTrue();
        Map<String, List<String>> indices = new HashMap<>();
        Map<String, List<String>> versions = new HashMap<>();
        for (String line : harness.drawnBy) {
            String[] parts = line.split(" ");
            indices.computeIfAbsent(parts[0], unused -> new ArrayList<>()).add(parts[1]);
            versions.computeIfAbsent(parts[0], unused -> new ArrayList<>()).add(parts[2] + " " + parts[3]);
        }
        for (String id : ids) {
            List<String> own = indices.getOrDefault(id, List.of());
            for (int i = 0; i < own.size(); i++) {
                assertThat(own.get(i)).isEqualTo(Integer.toString(i));
            }
            assertThat(versions.getOrDefault(id, List.of()).stream().distinct().count())
                    .isLessThanOrEqualTo(1);
            long letters = harness.refused.stream().filter(id::equals).count();
            boolean isWhole = own.size() == harness.counts.getOrDefault(id, -1);
            assertThat(letters).as("dead letters of %s", id).isEqualTo(isWhole ? 0 : 1);
        }
    }

    private static void step(Random random, ProcessorHarness harness, List<String> ids) {
        switch (random.nextInt(16)) {
            case 0, 1 -> {
                String id = "doc-" + ids.size();
                ids.add(id);
                TextDocument document = Models.document("a\n".repeat(1 + random.nextInt(12)));
                if (random.nextInt(6) == 0) {
                    document.setModel(model(random));
                }
                harness.process(id, document);
            }
            case 2, 3, 4, 5, 6 -> answer(random, harness.client);
            case 7 -> answer(random, harness.shadowClient);
            case 8 -> harness.pass(random.nextInt(2_000));
            case 9 -> harness.policy(policy(random, harness));
            case 10 -> {
                if (random.nextBoolean()) {
                    harness.withdraw(model(random));
                }
            }
            case 11, 12 -> harness.serve(model(random));
            case 13 ->
                harness.state(
                        model(random),
                        random.nextBoolean()
                                ? ModelState.UNLOADED
                                : random.nextBoolean() ? ModelState.WARMING : ModelState.REJECTED);
            case 14 -> {
                if (random.nextInt(4) == 0) {
                    harness.start();
                }
            }
            default -> harness.tick();
        }
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
}
