package io.inkstream.topology.routing;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.rollout.PolicyRules;
import io.inkstream.schemas.rollout.Serving;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Chooses the one version that draws a document: a pure function of the document, the fleet and the time.
 *
 * <p>In this order:
 *
 * <ol>
 *   <li>The document's own pin. Served by some live server: taken. Announced and still loading: the document waits. Not
 *       announced, withdrawn, or rejected by every live server: the document has nowhere to go.
 *   <li>The model name whose policy was written last, if one of them is in force or has been; with no policy at all, every
 *       announced version takes part.
 *   <li>The latest policy of that name whose stable version is proven, see {@link Serving#isProven}. A newer one is held, and
 *       {@link #held} says so; below the oldest known is {@link Policy#DEFAULT}, unless the newest is frozen. A policy that
 *       was in force stays so while its stable version may come back: documents wait, since a server that restarts must not
 *       undo a rollback.
 *   <li>Within it: a pin of the document, else of its style, if its version is served; the document waits while that version
 *       is loading, and goes on with stable if it is rejected. Then the candidate, if it is proven and not halted and the
 *       document's percentile is below its share. Then stable: the one named, else the newest that is proven, is no
 *       candidate or shadow, and, where the policy is frozen, is not newer than the policy.
 * </ol>
 */
public final class Router {
    private static final String DOCUMENT_PIN = PolicyRules.DOCUMENT_PIN;

    private Router() {}

    /**
     * Chooses.
     *
     * @param pin model id that the document asks for
     */
    public static Route route(Fleet fleet, Instant now, String documentId, String style, Optional<String> pin) {
        if (!fleet.complete()) {
            return new Route.Waits("the model topics are still being read");
        }
        return pin.map(id -> pinned(fleet, now, id)).orElseGet(() -> byPolicy(fleet, now, documentId, style));
    }

    /**
     * Whether a document that was planned before may be begun as it is: its version is announced and not lost, and no policy
     * written since, and no halt, gives the document to another version. That a newer version has become stable by itself is
     * no reason to plan anew.
     */
    public static boolean stands(Fleet fleet, Instant now, String documentId, Assignment assignment) {
        if (!fleet.complete()) {
            return true;
        }
        if (!fleet.isAnnounced(assignment) || fleet.isLost(assignment, now)) {
            return false;
        }
        if (assignment.policyRevision().equals(DOCUMENT_PIN)) {
            return true;
        }
        return byPolicy(fleet, now, documentId, assignment.style())
                .match(
                        to -> to.version().id().equals(assignment.model())
                                || (to.policyRevision().equals(assignment.policyRevision())
                                        && fleet.candidacy(assignment)
                                                .flatMap(fleet::halt)
                                                .isEmpty()),
                        waits -> true,
                        nowhere -> true);
    }

    /** Whether a document was planned for a candidate, and goes elsewhere if that one is not to draw it. */
    public static boolean isOthersWithoutCandidate(Fleet fleet, Instant now, String documentId, Assignment assignment) {
        return fleet.withoutCandidate(assignment)
                .map(without -> byPolicy(without, now, documentId, assignment.style()))
                .map(route -> route.match(
                        to -> !to.version().id().equals(assignment.model()), waits -> true, nowhere -> true))
                .orElse(false);
    }

    /** The version that draws the document's lines once more, for comparison, if its policy wants that and it is served. */
    public static Optional<Version> shadow(Fleet fleet, Instant now, String documentId, Assignment assignment) {
        return fleet.deciding(assignment)
                .filter(policy -> policy.shadow().isPresent())
                .findFirst()
                .filter(policy -> DocumentHash.of(documentId).shadowPercentile() < policy.shadowPercent())
                .flatMap(policy ->
                        Optional.ofNullable(fleet.versions().get(policy.shadow().get())))
                .filter(version -> !version.id().equals(assignment.model())
                        && fleet.serving().isServed(version, now));
    }

    /** Says what of the newest policy is not in force, if anything is not. */
    public static Optional<String> held(Fleet fleet, Instant now) {
        return fleet.byWriting().stream().findFirst().flatMap(name -> standing(fleet, now, name)
                .held());
    }

    /** Says what is made of the policies of a model name. */
    public static Standing standing(Fleet fleet, Instant now, String name) {
        List<Policy> policies = fleet.policies().getOrDefault(name, List.of(Policy.DEFAULT));
        Policy newest = policies.get(0);
        Optional<String> serving = servingName(fleet, now);
        Optional<Policy> inForce = inForce(fleet, now);
        Optional<Version> stable = inForce.flatMap(policy -> stable(fleet, now, policy));
        boolean isServing = serving.map(name::equals)
                .orElseGet(
                        () -> stable.map(version -> version.name().equals(name)).orElse(true));
        Optional<Policy> own = inForce.filter(policy -> isServing);
        Optional<Version> candidate = own.flatMap(policy -> candidate(fleet, now, policy));
        Optional<String> held = isServing
                ? heldOf(fleet, now, newest)
                : Optional.of(serving.map(other -> heldFor(fleet, now, newest, other))
                        .orElse("a newer version of another model serves"));
        return new Standing(
                newest.revision(),
                own.map(Policy::revision),
                stable.filter(version -> isServing),
                candidate,
                candidate.isPresent() ? own.orElseThrow().candidatePercent(now) : 0,
                held,
                Stream.concat(own.stream(), Stream.of(newest))
                        .flatMap(policy ->
                                fleet.halt(policy).stream().map(reason -> new Standing.Halt(policy.revision(), reason)))
                        .findFirst());
    }

    /** Says why a document without a pin would wait now, if it would. */
    public static Optional<String> whyNotServing(Fleet fleet, Instant now) {
        return route(fleet, now, "", "", Optional.empty())
                .match(to -> Optional.empty(), waits -> Optional.of(waits.reason()), nowhere -> Optional.empty());
    }

    private static Optional<String> heldOf(Fleet fleet, Instant now, Policy newest) {
        if (newest.equals(Policy.DEFAULT)) {
            return Optional.empty();
        }
        String policy = "policy " + newest.revision() + " of " + newest.id().model();
        if (stable(fleet, now, newest).isEmpty()) {
            return Optional.of(policy + " is held: "
                    + newest.stable()
                            .map(id -> id + " is not READY on all live servers")
                            .orElse("no version that it allows is READY on all live servers"));
        }
        List<String> held = new ArrayList<>();
        newest.candidate()
                .filter(id -> newest.candidatePercent(now) > 0)
                .filter(id -> proven(fleet, now, id).isEmpty())
                .ifPresent(id -> held.add(
                        "the candidate of " + policy + " is held: " + id + " is not READY on all live servers"));
        Predicate<String> isServed = id -> Optional.ofNullable(fleet.versions().get(id))
                .filter(version -> fleet.serving().isServed(version, now))
                .isPresent();
        newest.shadow()
                .filter(isServed.negate())
                .ifPresent(id ->
                        held.add("the shadow of " + policy + " is held: " + id + " is not READY on any live server"));
        Stream.concat(newest.documentPins().values().stream(), newest.stylePins().values().stream())
                .filter(isServed.negate())
                .distinct()
                .sorted()
                .forEach(id -> held.add(
                        "the pins of " + policy + " to " + id + " are held: it is not READY on any live server"));
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(Limits.cut(String.join("; ", held), Limits.MESSAGE_CHARS));
    }

    /** Why another model's policy routes documents. */
    private static String heldFor(Fleet fleet, Instant now, Policy newest, String serving) {
        String name = newest.id().model();
        boolean isLater = fleet.byWriting().contains(name)
                && fleet.byWriting().indexOf(name) < fleet.byWriting().indexOf(serving);
        return isLater
                ? heldOf(fleet, now, newest).orElse("policy " + newest.revision() + " of " + name + " is held")
                        + "; the policy of " + serving + " routes all documents meanwhile"
                : "the policy of " + serving + " was written later, and routes all documents";
    }

    private static Route pinned(Fleet fleet, Instant now, String pin) {
        try {
            ModelId.parse(pin);
        } catch (IllegalArgumentException e) {
            return new Route.Nowhere("the document is pinned to a model, but " + e.getMessage());
        }
        Version version = fleet.versions().get(pin);
        if (version == null) {
            return new Route.Nowhere("the document is pinned to " + pin + ", which is not announced or was withdrawn");
        }
        if (fleet.serving().isServed(version, now)) {
            return new Route.To(version, DOCUMENT_PIN);
        }
        return fleet.serving().mayBecomeReady(version, now)
                ? new Route.Waits("a document is pinned to " + pin + ", which no live server has READY yet")
                : new Route.Nowhere("the document is pinned to " + pin + ", which every live server has rejected");
    }

    private static Route byPolicy(Fleet fleet, Instant now, String documentId, String style) {
        return inForce(fleet, now)
                .map(policy -> within(fleet, now, policy, documentId, style))
                .orElseGet(() -> new Route.Waits(whyNobody(fleet, now)));
    }

    /** The policy that routes documents. */
    static Optional<Policy> inForce(Fleet fleet, Instant now) {
        return servingName(fleet, now)
                .map(name -> inForceOf(fleet, now, name))
                .orElseGet(() -> firstInForce(fleet, now, List.of(Policy.DEFAULT)));
    }

    /**
     * The model name whose policy routes documents: the one written last, unless none of its policies has ever been in force
     * and none can be now. A policy of a model that does not exist must not stop the others.
     */
    private static Optional<String> servingName(Fleet fleet, Instant now) {
        return fleet.byWriting().stream()
                .filter(name ->
                        hasServed(fleet, name) || inForceOf(fleet, now, name).isPresent())
                .findFirst()
                .or(() -> fleet.byWriting().stream().findFirst());
    }

    private static boolean hasServed(Fleet fleet, String name) {
        return fleet.established().contains(new PolicyId(name, Policy.DEFAULT.revision()))
                || fleet.policies().get(name).stream()
                        .anyMatch(policy -> fleet.established().contains(policy.id()));
    }

    private static Optional<Policy> inForceOf(Fleet fleet, Instant now, String name) {
        return firstInForce(fleet, now, inOrder(fleet.policies().get(name)));
    }

    private static Optional<Policy> firstInForce(Fleet fleet, Instant now, List<Policy> policies) {
        return policies.stream()
                .filter(policy -> stable(fleet, now, policy).isPresent() || isAwaited(fleet, now, policy))
                .findFirst();
    }

    /** Whether a policy was in force and may be so again without another word. */
    private static boolean isAwaited(Fleet fleet, Instant now, Policy policy) {
        return fleet.established().contains(policy.id())
                && policy.stable()
                        .map(id -> Optional.ofNullable(fleet.versions().get(id))
                                .filter(version -> fleet.serving().mayBecomeReady(version, now))
                                .isPresent())
                        .orElse(true);
    }

    private static Route within(Fleet fleet, Instant now, Policy policy, String documentId, String style) {
        String pin = policy.documentPins()
                .getOrDefault(documentId, policy.stylePins().get(style));
        Version pinned = pin == null ? null : fleet.versions().get(pin);
        if (pinned != null && fleet.serving().isServed(pinned, now)) {
            return new Route.To(pinned, policy.revision());
        }
        if (pinned != null && fleet.serving().mayBecomeReady(pinned, now)) {
            return new Route.Waits("policy " + policy.revision() + " pins documents to " + pin
                    + ", which no live server has READY yet");
        }
        return candidate(fleet, now, policy)
                .filter(candidate -> DocumentHash.of(documentId).percentile() < policy.candidatePercent(now))
                .or(() -> stable(fleet, now, policy))
                .<Route>map(chosen -> new Route.To(chosen, policy.revision()))
                .orElseGet(() -> new Route.Waits(whyNobody(fleet, now)));
    }

    /** The candidate that gets documents. */
    static Optional<Version> candidate(Fleet fleet, Instant now, Policy policy) {
        return policy.candidate()
                .filter(id -> policy.candidatePercent(now) > 0)
                .filter(id -> fleet.halt(policy).isEmpty())
                .flatMap(id -> proven(fleet, now, id));
    }

    private static List<Policy> inOrder(List<Policy> newestFirst) {
        if (newestFirst.get(0).frozen()) {
            return newestFirst; // frozen means that nothing serves which no policy has allowed
        }
        Policy byDefault = Policy.byDefault(newestFirst.get(0).id().model());
        return Stream.concat(newestFirst.stream(), Stream.of(byDefault)).toList();
    }

    static Optional<Version> stable(Fleet fleet, Instant now, Policy policy) {
        if (policy.stable().isPresent()) {
            return proven(fleet, now, policy.stable().get());
        }
        String name = policy.id().model();
        return fleet.serving()
                .newest(
                        now,
                        version -> (name.isEmpty() || version.name().equals(name))
                                && !policy.candidate().equals(Optional.of(version.id()))
                                && !policy.shadow().equals(Optional.of(version.id()))
                                && !(policy.frozen() && version.announcedAt().isAfter(policy.writtenAt())));
    }

    private static Optional<Version> proven(Fleet fleet, Instant now, String id) {
        return Optional.ofNullable(fleet.versions().get(id))
                .filter(version -> fleet.serving().isProven(version, now));
    }

    private static String whyNobody(Fleet fleet, Instant now) {
        return held(fleet, now).orElseGet(() -> whyNothing(fleet, now));
    }

    private static String whyNothing(Fleet fleet, Instant now) {
        if (fleet.versions().isEmpty()) {
            return "no model version is announced";
        }
        return fleet.serving().hasLiveServer(now)
                ? "no model version is READY on all live servers"
                : "no model server reports itself alive";
    }
}
