package io.inkstream.topology.routing;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rollout.PolicyChanges;
import io.inkstream.schemas.rollout.PolicyWriter;
import io.inkstream.schemas.rollout.Revisions;
import io.inkstream.schemas.rollout.RolloutSteps;
import io.inkstream.topology.flow.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the policies that follow by themselves: the candidate is promoted when its last step is over and none has halted it,
 * and the version before serves again where a promoted one does not keep to its bounds within its baking time.
 *
 * <p>Every instance has one, and looks at the same topics; whose record comes first is the one that counts, since a policy is
 * only followed if it is still the newest when nobody else can write any more. A thread of its own, so that no document ever
 * waits for it.
 */
public final class RolloutKeeper implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutKeeper.class);

    private static final Duration LOOK = Duration.ofMillis(100);

    /** A halt of the last moment, by another instance, is told within less. */
    static final Duration AFTER_LAST_STEP = Duration.ofSeconds(2);

    /** Instances try one after the other rather than fence each other. */
    private static final Duration SPREAD = Duration.ofSeconds(1);

    private final CandidateWatch watch;
    private final Writing writing;
    private final Revisions revisions;
    private final String instance;
    private final Backoff backoff;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final CountDownLatch closing = new CountDownLatch(1);

    // Of the one thread:
    private Optional<Seen> seen = Optional.empty();
    private Optional<Seen> settled = Optional.empty();

    /** Changes a policy, see {@link PolicyWriter#write}. */
    @FunctionalInterface
    public interface Writing {
        /** Makes the change, or says why not. */
        PolicyWriter.Outcome write(String name, PolicyWriter.Change<RuntimeException> change);
    }

    /** A policy whose candidate has been getting documents since then. */
    private record Seen(PolicyId policy, Instant writtenAt, Instant since) {
        boolean isOf(Policy other) {
            return policy.equals(other.id()) && writtenAt.equals(other.writtenAt());
        }
    }

    /**
     * Connects nothing.
     *
     * @param instance names this process in the comments of policies
     * @param random uniform from 0 to 1
     */
    public RolloutKeeper(
            CandidateWatch watch,
            Writing writing,
            Revisions revisions,
            String instance,
            Backoff backoff,
            InstantSource clock,
            DoubleSupplier random) {
        this.watch = watch;
        this.writing = writing;
        this.revisions = revisions;
        this.instance = instance;
        this.backoff = backoff;
        this.clock = clock;
        this.random = random;
    }

    /** Looks until closed. */
    @Override
    public void run() {
        try {
            int failures = 0;
            long waitMs = LOOK.toMillis();
            while (!closing.await(waitMs, TimeUnit.MILLISECONDS)) {
                String failure = look().orElse("");
                failures = failure.isEmpty() ? 0 : failures + 1;
                waitMs = failure.isEmpty() ? LOOK.toMillis() : backoff.millisAfter(failures);
                if (failures == 1) {
                    LOG.warn("An automatic policy change cannot be written; retrying: {}", failure);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes {@link #run} return soon, or after the writing that is under way, which an interrupt ends. */
    @Override
    public void close() {
        closing.countDown();
    }

    /** Writes what is due; returns why it was not written, if it was not. */
    Optional<String> look() {
        try {
            Fleet fleet = watch.get();
            Instant now = clock.instant();
            Optional<Policy> policy = fleet.complete()
                    ? Router.inForce(fleet, now).filter(own -> isNewest(fleet, own))
                    : Optional.empty();
            see(policy.filter(own -> Router.candidate(fleet, now, own).isPresent()), now);
            if (policy.isEmpty()
                    || settled.filter(done -> done.isOf(policy.get())).isPresent()) {
                return Optional.empty();
            }
            Optional<String> reason = watch.spoiled(policy.get());
            if (reason.isPresent()) {
                return goBack(fleet, policy.get(), now, reason.get());
            }
            return isPromotionDue(policy.get(), now) ? promote(fleet, policy.get(), now) : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void see(Optional<Policy> running, Instant now) {
        if (running.isEmpty()) {
            seen = Optional.empty();
        } else if (seen.filter(known -> known.isOf(running.get())).isEmpty()) {
            seen = Optional.of(new Seen(running.get().id(), running.get().writtenAt(), now));
        }
    }

    /**
     * The candidate must have been watched for as long as the last step lasts: where nothing ran when the steps went by, time
     * alone proves nothing.
     */
    private boolean isPromotionDue(Policy policy, Instant now) {
        if (seen.isEmpty() || !policy.steps().areOver(now)) {
            return false;
        }
        List<RolloutSteps.Step> steps = policy.steps().steps();
        Instant watched = seen.get().since().plus(steps.get(steps.size() - 1).lasts());
        Instant over = policy.steps().endsAt();
        Instant due = (watched.isAfter(over) ? watched : over).plus(AFTER_LAST_STEP);
        return !now.isBefore(due.plusMillis((long) (SPREAD.toMillis() * random.getAsDouble())));
    }

    private Optional<String> promote(Fleet fleet, Policy policy, Instant now) {
        String name = policy.id().model();
        Optional<String> serving = Router.stable(fleet, now, policy).map(Version::id);
        String candidate = policy.candidate().orElseThrow();
        return write(
                policy,
                "promote",
                current -> new Next(
                        PolicyChanges.promoted(name, current, serving),
                        "by topology " + instance + ": all "
                                + policy.steps().steps().size() + " steps of " + policy.revision() + " are over, and "
                                + candidate + " has kept to their bounds"));
    }

    private Optional<String> goBack(Fleet fleet, Policy policy, Instant now, String reason) {
        String name = policy.id().model();
        String from = policy.stable().orElseThrow();
        Optional<String> to = policy.earlier().stream()
                .filter(id -> !id.equals(from))
                .filter(id -> Optional.ofNullable(fleet.versions().get(id))
                        .filter(version -> fleet.serving().isProven(version, now))
                        .isPresent())
                .findFirst();
        if (to.isEmpty()) {
            settle(policy, now);
            LOG.warn("{} stays, as there is no version before it that is READY: {}", from, reason);
            return Optional.empty();
        }
        return write(
                policy,
                "rollback",
                current -> new Next(
                        PolicyChanges.backTo(name, current, to.get()),
                        "by topology " + instance + ": back from " + from + " to " + to.get()
                                + ", as within the baking time of " + policy.revision() + " " + reason));
    }

    private record Next(RolloutPolicy policy, String comment) {}

    @FunctionalInterface
    private interface Following {
        Next of(RolloutPolicy current);
    }

    private Optional<String> write(Policy policy, String command, Following following) {
        PolicyWriter.Outcome outcome = writing.write(policy.id().model(), current -> current.filter(
                        last -> last.policy().getRevision().equals(policy.revision())
                                && last.writtenAt().equals(policy.writtenAt()))
                .map(last -> following.of(last.policy()))
                .map(next -> PolicyChanges.signed(next.policy(), revisions.next(command), next.comment())));
        return outcome.match(
                written -> {
                    settle(policy, clock.instant());
                    LOG.info(
                            "Wrote policy {} of {}: {}",
                            written.now().policy().getRevision(),
                            policy.id().model(),
                            written.now().policy().getComment());
                    return Optional.empty();
                },
                unchanged -> {
                    settle(policy, clock.instant()); // another instance, or a person, has written since
                    return Optional.empty();
                },
                unconfirmed -> Optional.of(unconfirmed.why()),
                failed -> Optional.of(failed.why()));
    }

    private void settle(Policy policy, Instant now) {
        settled = Optional.of(new Seen(policy.id(), policy.writtenAt(), now));
    }

    private static boolean isNewest(Fleet fleet, Policy policy) {
        List<Policy> known = fleet.policies().getOrDefault(policy.id().model(), List.of());
        return !known.isEmpty() && known.get(0).equals(policy);
    }
}
