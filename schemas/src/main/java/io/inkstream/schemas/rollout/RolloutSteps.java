package io.inkstream.schemas.rollout;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Says which step of a rollout holds at a moment: a pure function of the policy's record and the clock, so that every
 * instance agrees and none has to say so.
 *
 * <p>Before the beginning the first step holds, as a clock that is a little behind must not end the share; after the end the
 * last one does, until another policy is written.
 *
 * @param beginsAt timestamp of the policy's record
 * @param steps in their order; empty where the rollout has none
 */
public record RolloutSteps(Instant beginsAt, List<Step> steps) {

    /**
     * One step.
     *
     * @param percent the candidate's share, 1 to 100
     * @param maxErrorRate share of its lines that may fail, 0 to 1
     * @param maxLatencyMs time within which nearly all of its lines must be drawn
     */
    public record Step(int percent, Duration lasts, double maxErrorRate, OptionalInt maxLatencyMs) {

        /** Reads one. */
        static Step of(RolloutStep step) {
            Integer latency = step.getMaxLatencyMs();
            return new Step(
                    step.getPercent(),
                    Duration.ofSeconds(step.getSeconds()),
                    step.getMaxErrorRate(),
                    latency == null ? OptionalInt.empty() : OptionalInt.of(latency));
        }

        /** The same as a policy writes it. */
        public RolloutStep toRecord() {
            return RolloutStep.newBuilder()
                    .setPercent(percent)
                    .setSeconds((int) Math.max(1, lasts.plusMillis(999).toSeconds()))
                    .setMaxErrorRate(maxErrorRate)
                    .setMaxLatencyMs(maxLatencyMs.isPresent() ? maxLatencyMs.getAsInt() : null)
                    .build();
        }
    }

    public RolloutSteps {
        steps = List.copyOf(steps);
    }

    /** Reads those of a policy. */
    public static RolloutSteps of(RolloutPolicy policy, Instant writtenAt) {
        return new RolloutSteps(
                writtenAt, policy.getSteps().stream().map(Step::of).toList());
    }

    /** The step that holds; nothing where there are none. */
    public Optional<Step> at(Instant now) {
        return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(indexAt(now)));
    }

    /** Place of the step that holds; 0 where there are none. */
    public int indexAt(Instant now) {
        Instant end = beginsAt;
        for (int i = 0; i < steps.size(); i++) {
            end = end.plus(steps.get(i).lasts());
            if (now.isBefore(end)) {
                return i;
            }
        }
        return Math.max(0, steps.size() - 1);
    }

    /** When the last step is over; the beginning where there are none. */
    public Instant endsAt() {
        Instant end = beginsAt;
        for (Step step : steps) {
            end = end.plus(step.lasts());
        }
        return end;
    }

    /** Whether there are steps and the last is over. */
    public boolean areOver(Instant now) {
        return !steps.isEmpty() && !now.isBefore(endsAt());
    }

    /**
     * What is left of them, for a policy that is written now in the place of this one: else each change of something else
     * would begin the rollout anew. The step that holds lasts what it has left, at least a moment.
     */
    public RolloutSteps leftAt(Instant now) {
        if (steps.isEmpty() || now.isBefore(beginsAt)) {
            return new RolloutSteps(now, steps);
        }
        List<Step> left = new ArrayList<>();
        Instant end = beginsAt;
        for (Step step : steps) {
            end = end.plus(step.lasts());
            if (!left.isEmpty()) {
                left.add(step);
            } else if (now.isBefore(end)) {
                left.add(
                        new Step(step.percent(), Duration.between(now, end), step.maxErrorRate(), step.maxLatencyMs()));
            }
        }
        if (left.isEmpty()) {
            Step last = steps.get(steps.size() - 1);
            left.add(new Step(last.percent(), Duration.ofSeconds(1), last.maxErrorRate(), last.maxLatencyMs()));
        }
        return new RolloutSteps(now, left);
    }
}
