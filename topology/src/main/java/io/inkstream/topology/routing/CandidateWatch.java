package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toSet;

import io.inkstream.schemas.Limits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges versions that are on trial by their latest lines. A candidate beyond the bounds of its policy is halted: the fleet
 * that this gives has the halt in it from the next call on, and for as long as the policy is in force. A stable version that
 * is beyond them within its baking time is named by {@link #spoiled}. Each step of a rollout is judged by its own lines.
 *
 * <p>One for the process. Safe for use by many threads.
 */
public final class CandidateWatch implements Supplier<Fleet> {
    private static final Logger LOG = LoggerFactory.getLogger(CandidateWatch.class);

    /** So many that a bound of one per cent is told from none, so few that a fault which begins late is seen soon. */
    static final int WINDOW_LINES = 200;

    /** What is older says little about now; long, so that a small share of little traffic is judged too. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** Under the default bound of 5 % one failure is then not enough, and two of the first twenty are. */
    static final int LEAST_LINES = 20;

    /** The bound of latency is one for 95 % of the lines. */
    private static final double SLOW_SHARE = 0.05;

    private final Supplier<Fleet> followed;
    private final Counter haltCount;
    private final Counter spoiledCount;
    private volatile Sight sight = new Sight(Fleet.unknown(), Fleet.unknown());

    // Guarded by this:
    private final Map<PolicyId, String> halts = new HashMap<>();
    private final Map<PolicyId, String> spoiled = new HashMap<>();
    private final Map<Trial, Window> windows = new HashMap<>();

    /**
     * Whose lines are judged together.
     *
     * @param step of a candidate; {@link #BAKING} of a stable version
     */
    private record Trial(PolicyId policy, int step) {
        static final int BAKING = -1;
    }

    /** What was followed, and the same with our halts. */
    private record Sight(Fleet followed, Fleet halted) {}

    /**
     * Begins without a halt of its own.
     *
     * @param followed the fleet, with the halts that are on the topic
     */
    public CandidateWatch(Supplier<Fleet> followed, MeterRegistry meters) {
        this.followed = followed;
        haltCount =
                meters.counter("inkstream.candidate.halts"); // there from the start, so that the first one is a rise
        spoiledCount = meters.counter("inkstream.baking.failures");
    }

    @Override
    public Fleet get() {
        Fleet known = followed.get();
        Sight last = sight;
        return last.followed() == known ? last.halted() : lookAt(known).halted();
    }

    /** Hears that a line was drawn as it was asked for. */
    public void drawn(Assignment assignment, double tookMs, long nowMs) {
        hear(
                assignment,
                nowMs,
                bounds -> {
                    OptionalInt bound = bounds.maxLatencyMs();
                    return new Line(nowMs, false, bound.isPresent() && tookMs > bound.getAsInt());
                },
                "");
    }

    /**
     * Hears that a line failed in a way that is the version's fault; each line is told of once, however often it is tried.
     *
     * @param reason one sentence
     */
    public void failed(Assignment assignment, String reason, long nowMs) {
        hear(assignment, nowMs, bounds -> new Line(nowMs, true, false), Limits.cut(reason, Limits.MESSAGE_CHARS / 2));
    }

    /** Why the stable version of a policy is beyond the bounds, if it was so within its baking time. */
    public synchronized Optional<String> spoiled(Policy policy) {
        return Optional.ofNullable(spoiled.get(policy.id()));
    }

    private void hear(Assignment assignment, long nowMs, Function<Policy.Bounds, Line> line, String reason) {
        Fleet known = get();
        Instant now = Instant.ofEpochMilli(nowMs);
        known.candidacy(assignment).ifPresent(policy -> {
            Policy.Bounds bounds = policy.bounds(now);
            Trial trial = new Trial(policy.id(), policy.steps().indexAt(now));
            judge(policy, trial, bounds, line.apply(bounds), reason);
        });
        known.baking(assignment, now)
                .ifPresent(policy -> judge(
                        policy,
                        new Trial(policy.id(), Trial.BAKING),
                        policy.bounds(),
                        line.apply(policy.bounds()),
                        reason));
    }

    private synchronized Sight lookAt(Fleet known) {
        sight = new Sight(known, halts.isEmpty() ? known : known.halting(halts));
        return sight;
    }

    private synchronized void judge(Policy policy, Trial trial, Policy.Bounds bounds, Line line, String reason) {
        boolean isBaking = trial.step() == Trial.BAKING;
        if (isBaking ? spoiled.containsKey(policy.id()) : get().halt(policy).isPresent()) {
            return;
        }
        if (!windows.containsKey(trial)) {
            forget(trial);
        }
        Window window = windows.computeIfAbsent(trial, unused -> new Window());
        window.add(line);
        window.verdict(bounds, reason).ifPresent(verdict -> {
            if (isBaking) {
                spoil(policy, verdict);
            } else {
                halt(policy, verdict);
            }
        });
    }

    private void spoil(Policy policy, String reason) {
        LOG.warn(
                "Version {} of policy {} of {} exceeded its limits during baking: {}",
                policy.stable().orElseThrow(),
                policy.revision(),
                policy.id().model(),
                reason);
        spoiledCount.increment();
        spoiled.put(policy.id(), reason);
    }

    private void halt(Policy policy, String reason) {
        LOG.warn(
                "Halted candidate {} of policy {} of {}; the stable version draws its documents until another policy is written: {}",
                policy.candidate().orElseThrow(),
                policy.revision(),
                policy.id().model(),
                reason);
        haltCount.increment();
        halts.put(policy.id(), reason);
        lookAt(followed.get());
    }

    /** What is known of policies that cannot come into force any more, and of steps that are over. */
    private void forget(Trial begun) {
        Set<PolicyId> remembered = followed.get().policies().values().stream()
                .flatMap(List::stream)
                .map(Policy::id)
                .collect(toSet());
        windows.keySet()
                .removeIf(trial -> !remembered.contains(trial.policy())
                        || (trial.policy().equals(begun.policy())
                                && trial.step() != Trial.BAKING
                                && trial.step() < begun.step()));
        halts.keySet().retainAll(remembered);
        spoiled.keySet().retainAll(remembered);
    }

    /** How one line went. */
    private record Line(long atMs, boolean isFailed, boolean isSlow) {}

    /** The latest lines of one policy's candidate. */
    private static final class Window {
        private final Deque<Line> lines = new ArrayDeque<>();
        private int failed;
        private int slow;

        void add(Line line) {
            lines.addLast(line);
            count(line, 1);
            while (lines.size() > WINDOW_LINES || lines.getFirst().atMs() < line.atMs() - WINDOW.toMillis()) {
                count(lines.removeFirst(), -1);
            }
        }

        /** Why the candidate is to be halted, if it is. */
        Optional<String> verdict(Policy.Bounds bounds, String latestFailure) {
            int all = lines.size();
            if (all < LEAST_LINES) {
                return Optional.empty();
            }
            if (failed > bounds.maxErrorRate() * all) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "%d of its latest %d lines failed, and %.1f %% may%s",
                        failed,
                        all,
                        100 * bounds.maxErrorRate(),
                        latestFailure.isEmpty() ? "" : "; this one: " + latestFailure));
            }
            if (bounds.maxLatencyMs().isPresent() && slow > SLOW_SHARE * (all - failed)) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "%d of its latest %d drawn lines took longer than %d ms, and %.0f %% may",
                        slow,
                        all - failed,
                        bounds.maxLatencyMs().orElseThrow(),
                        100 * SLOW_SHARE));
            }
            return Optional.empty();
        }

        private void count(Line line, int sign) {
            failed += line.isFailed() ? sign : 0;
            slow += line.isSlow() ? sign : 0;
        }
    }
}
