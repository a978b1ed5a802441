package io.inkstream.topology.routing;

import io.inkstream.schemas.ModelId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses the one version that draws a document: a pure function of the document, the fleet and the time.
 *
 * <p>In this order:
 *
 * <ol>
 *   <li>The document's own pin. Served by some live server: taken. Announced and still loading: the document waits. Not
 *       announced, withdrawn, or rejected by every live server: the document has nowhere to go.
 *   <li>The model name whose policy was written last; with no policy at all, every announced version takes part.
 *   <li>The latest policy of that name whose stable version is proven, see {@link Fleet#isProven}. A newer one is held, and
 *       {@link #held} says so; below the oldest known is {@link Policy#DEFAULT}, unless the newest is frozen.
 *   <li>Within it: a pin of the document, else of its style, if its version is served; the document waits while that version
 *       is loading, and goes on with stable if it is rejected. Then the candidate, if it is proven and the document's
 *       percentile is below its share. Then stable: the one named, else the newest that is proven, is no candidate or
 *       shadow, and, where the policy is frozen, is not newer than the policy.
 * </ol>
 */
public final class Router {
    private static final String DOCUMENT_PIN = "document-pin";

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

    /** Says what of the newest policy is not in force, if anything is not. */
    public static Optional<String> held(Fleet fleet, Instant now) {
        return servingName(fleet).flatMap(name -> {
            Policy newest = fleet.policies().get(name).get(0);
            String policy = "policy " + newest.revision() + " of " + name;
            if (stable(fleet, now, name, newest).isEmpty()) {
                return Optional.of(policy + " is held: " + newest.stable().orElse("no version that it allows")
                        + notReady(newest.stable()));
            }
            return newest.candidate()
                    .filter(id -> newest.candidatePercent() > 0)
                    .filter(id -> proven(fleet, now, id).isEmpty())
                    .map(id -> "the candidate of " + policy + " is held: " + id + notReady(newest.candidate()));
        });
    }

    /** Says why a document without a pin would wait now, if it would. */
    public static Optional<String> whyNotServing(Fleet fleet, Instant now) {
        return route(fleet, now, "", "", Optional.empty())
                .match(to -> Optional.empty(), waits -> Optional.of(waits.reason()), nowhere -> Optional.empty());
    }

    private static String notReady(Optional<String> named) {
        return named.isPresent() ? " is not READY on all live servers" : " is READY on all live servers";
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
        if (fleet.isServed(version, now)) {
            return new Route.To(version, DOCUMENT_PIN);
        }
        return fleet.mayBecomeReady(version, now)
                ? new Route.Waits("a document is pinned to " + pin + ", which no live server has READY yet")
                : new Route.Nowhere("the document is pinned to " + pin + ", which every live server has rejected");
    }

    private static Route byPolicy(Fleet fleet, Instant now, String documentId, String style) {
        Optional<String> name = servingName(fleet);
        if (name.isEmpty()) {
            return fleet.newestProven(now, version -> true)
                    .<Route>map(version -> new Route.To(version, Policy.DEFAULT.revision()))
                    .orElseGet(() -> new Route.Waits(whyNothing(fleet, now)));
        }
        for (Policy policy : inOrder(fleet.policies().get(name.get()))) {
            Optional<Version> stable = stable(fleet, now, name.get(), policy);
            if (stable.isPresent()) {
                return within(fleet, now, policy, stable.get(), documentId, style);
            }
        }
        return new Route.Waits(held(fleet, now).orElseGet(() -> whyNothing(fleet, now)));
    }

    private static Route within(
            Fleet fleet, Instant now, Policy policy, Version stable, String documentId, String style) {
        String pin = policy.documentPins()
                .getOrDefault(documentId, policy.stylePins().get(style));
        Version pinned = pin == null ? null : fleet.versions().get(pin);
        if (pinned != null && fleet.isServed(pinned, now)) {
            return new Route.To(pinned, policy.revision());
        }
        if (pinned != null && fleet.mayBecomeReady(pinned, now)) {
            return new Route.Waits("policy " + policy.revision() + " pins documents to " + pin
                    + ", which no live server has READY yet");
        }
        Version chosen = policy.candidate()
                .flatMap(id -> proven(fleet, now, id))
                .filter(candidate -> DocumentHash.of(documentId).percentile() < policy.candidatePercent())
                .orElse(stable);
        return new Route.To(chosen, policy.revision());
    }

    private static List<Policy> inOrder(List<Policy> newestFirst) {
        if (newestFirst.get(0).frozen()) {
            return newestFirst; // frozen means that nothing serves which no policy has allowed
        }
        return Stream.concat(newestFirst.stream(), Stream.of(Policy.DEFAULT)).toList();
    }

    private static Optional<Version> stable(Fleet fleet, Instant now, String name, Policy policy) {
        if (policy.stable().isPresent()) {
            return proven(fleet, now, policy.stable().get());
        }
        return fleet.newestProven(
                now,
                version -> version.name().equals(name)
                        && !policy.candidate().equals(Optional.of(version.id()))
                        && !policy.shadow().equals(Optional.of(version.id()))
                        && !(policy.frozen() && version.announcedAt().isAfter(policy.writtenAt())));
    }

    private static Optional<String> servingName(Fleet fleet) {
        return fleet.policies().entrySet().stream()
                .max(Comparator.<Map.Entry<String, List<Policy>>, Instant>comparing(
                                entry -> entry.getValue().get(0).writtenAt())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey);
    }

    private static Optional<Version> proven(Fleet fleet, Instant now, String id) {
        return Optional.ofNullable(fleet.versions().get(id)).filter(version -> fleet.isProven(version, now));
    }

    private static String whyNothing(Fleet fleet, Instant now) {
        if (fleet.versions().isEmpty()) {
            return "no model version is announced";
        }
        return fleet.hasLiveServer(now)
                ? "no model version is READY on all live servers"
                : "no model server reports itself alive";
    }
}
