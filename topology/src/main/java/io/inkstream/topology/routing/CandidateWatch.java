package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toSet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Halts a candidate whose latest lines are beyond the bounds of its policy: the fleet that this gives has the halt in it from
 * the next call on, and for as long as the policy is in force.
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
    private volatile Sight sight = new Sight(Fleet.unknown(), Fleet.unknown());

    // Guarded by this:
    private final Map<PolicyId, String> halts = new HashMap<>();
    private final Map<PolicyId, Window> windows = new HashMap<>();

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
    }

    @Override
    public Fleet get() {
        Fleet known = followed.get();
        Sight last = sight;
        return last.followed() == known ? last.halted() : lookAt(known).halted();
    }

    /** Hears that a line was drawn as it was asked for. */
    public void drawn(Assignment assignment, double tookMs, long nowMs) {
        get().candidacy(assignment).ifPresent(policy -> {
            OptionalInt bound = policy.bounds().maxLatencyMs();
            judge(policy, new Line(nowMs, false, bound.isPresent() && tookMs > bound.getAsInt()), "");
        });
    }

    /**
     * Hears that a line failed in a way that is the version's fault; each line is told of once, however often it is tried.
     *
     * @param reason one sentence
     */
    public void failed(Assignment assignment, String reason, long nowMs) {
        get().candidacy(assignment).ifPresent(policy -> judge(policy, new Line(nowMs, true, false), reason));
    }

    private synchronized Sight lookAt(Fleet known) {
        sight = new Sight(known, halts.isEmpty() ? known : known.halting(halts));
        return sight;
    }

    private synchronized void judge(Policy policy, Line line, String reason) {
        if (get().halt(policy).isPresent()) {
            return;
        }
        if (!windows.containsKey(policy.id())) {
            forget();
        }
        Window window = windows.computeIfAbsent(policy.id(), unused -> new Window());
        window.add(line);
        window.verdict(policy.bounds(), reason).ifPresent(verdict -> halt(policy, verdict));
    }

    private void halt(Policy policy, String reason) {
        LOG.warn(
                "Halted candidate {} of policy {} of {}, and stable takes its documents until another policy is written: {}",
                policy.candidate().orElseThrow(),
                policy.revision(),
                policy.id().model(),
                reason);
        haltCount.increment();
        forget();
        halts.put(policy.id(), reason);
        lookAt(followed.get());
    }

    /** What is known of policies that cannot come into force any more. */
    private void forget() {
        Set<PolicyId> remembered = followed.get().policies().values().stream()
                .flatMap(List::stream)
                .map(Policy::id)
                .collect(toSet());
        windows.keySet().retainAll(remembered);
        halts.keySet().retainAll(remembered);
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
            if (slow > SLOW_SHARE * (all - failed)) {
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
