package io.inkstream.schemas.rollout;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyRulesTest {
    private static final long WRITTEN = 1_767_323_045_000L;

    @Test
    void aPolicyWithEveryFieldIsUsable() {
        assertThatCode(() -> PolicyRules.check("base", whole(), WRITTEN)).doesNotThrowAnyException();
    }

    @Test
    void aPlainPolicyNeedsNoTimestampAndOneThatGoesByTimeDoes() {
        RolloutPolicy plain = RolloutPolicy.newBuilder().setRevision("r1").build();
        assertThatCode(() -> PolicyRules.check("base", plain, -1)).doesNotThrowAnyException();

        plain.setBakeSeconds(1);
        assertThatThrownBy(() -> PolicyRules.check("base", plain, -1)).hasMessageContaining("no timestamp");
    }

    @ParameterizedTest
    @MethodSource("spoiled")
    void whatIsOutOfItsBoundsIsNamed(Consumer<RolloutPolicy> spoil, String named) {
        RolloutPolicy policy = whole();
        spoil.accept(policy);

        assertThatThrownBy(() -> PolicyRules.check("base", policy, WRITTEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .satisfies(e -> org.assertj.core.api.Assertions.assertThat(
                                e.getMessage().length())
                        .isLessThan(Limits.MESSAGE_CHARS));
    }

    static Stream<Arguments> spoiled() {
        String long_ = "x".repeat(1_000_000);
        return Stream.of(
                spoiled("an empty revision", p -> p.setRevision(""), "revision"),
                spoiled("a long revision", p -> p.setRevision(long_), "revision"),
                spoiled("a line break", p -> p.setRevision("a\nb"), "revision"),
                spoiled("the word of pins", p -> p.setRevision("document-pin"), "revision"),
                spoiled("a long version", p -> p.setStable(long_), "stable"),
                spoiled("a path", p -> p.setCandidate("../victim"), "candidate"),
                spoiled("an empty version", p -> p.setShadow(""), "shadow"),
                spoiled("a NUL", p -> p.setEarlier(List.of("base:\0")), "earlier"),
                spoiled("many earlier", p -> p.setEarlier(Collections.nCopies(65, "1")), "earlier"),
                spoiled("101 %", p -> p.setCandidatePercent(101), "candidatePercent"),
                spoiled("-1 %", p -> p.setShadowPercent(-1), "shadowPercent"),
                spoiled("NaN", p -> p.setMaxCandidateErrorRate(Double.NaN), "maxCandidateErrorRate"),
                spoiled("-0.1", p -> p.setMaxCandidateErrorRate(-0.1), "maxCandidateErrorRate"),
                spoiled("infinity", p -> p.setMaxCandidateErrorRate(Double.POSITIVE_INFINITY), "ErrorRate"),
                spoiled("0 ms", p -> p.setMaxCandidateLatencyMs(0), "maxCandidateLatencyMs"),
                spoiled("a pin to nothing", p -> p.setDocumentPins(Map.of("doc", "")), "documentPins"),
                spoiled("a long id", p -> p.setDocumentPins(Map.of(long_, "1")), "pinned document"),
                spoiled("a long style", p -> p.setStylePins(Map.of(long_, "1")), "pinned style"),
                spoiled("many pins", p -> p.setDocumentPins(pins()), "number of pins"),
                spoiled("0 %", p -> p.setSteps(List.of(step(0, 60, 0.05, null))), "percent of a step"),
                spoiled("0 s", p -> p.setSteps(List.of(step(10, 0, 0.05, null))), "seconds of a step"),
                spoiled("a century", p -> p.setSteps(List.of(step(10, Integer.MAX_VALUE, 0.05, null))), "seconds"),
                spoiled("NaN", p -> p.setSteps(List.of(step(10, 60, Double.NaN, null))), "maxErrorRate of a step"),
                spoiled("-1 ms", p -> p.setSteps(List.of(step(10, 60, 0.05, -1))), "maxLatencyMs of a step"),
                spoiled(
                        "many steps",
                        p -> p.setSteps(Collections.nCopies(101, step(10, 60, 0.05, null))),
                        "number of steps"),
                spoiled("nobody's steps", p -> p.setCandidate(null), "steps"),
                spoiled("-1 s", p -> p.setBakeSeconds(-1), "bakeSeconds"),
                spoiled("68 years", p -> p.setBakeSeconds(Integer.MAX_VALUE), "bakeSeconds"));
    }

    private static Arguments spoiled(String name, Consumer<RolloutPolicy> spoil, String named) {
        return Arguments.of(Named.of(name, spoil), named);
    }

    private static Map<String, String> pins() {
        Map<String, String> pins = new HashMap<>();
        for (int i = 0; i <= Limits.POLICY_PINS; i++) {
            pins.put("doc-" + i, "1");
        }
        return pins;
    }

    private static RolloutStep step(int percent, int seconds, double maxErrorRate, Integer maxLatencyMs) {
        return new RolloutStep(percent, seconds, maxErrorRate, maxLatencyMs);
    }

    private static RolloutPolicy whole() {
        return RolloutPolicy.newBuilder()
                .setRevision("r1")
                .setStable("1")
                .setCandidate("base:2")
                .setShadow("other:3")
                .setCandidatePercent(100)
                .setShadowPercent(0)
                .setMaxCandidateErrorRate(0)
                .setMaxCandidateLatencyMs(1)
                .setDocumentPins(Map.of("doc", "1"))
                .setStylePins(Map.of("neat", "2"))
                .setEarlier(List.of("0"))
                .setSteps(List.of(step(10, 60, 0.05, 500)))
                .setBakeSeconds(60)
                .build();
    }
}
