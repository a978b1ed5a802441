package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.StyleMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the topics said at one moment of versions, servers, policies and topology instances. Immutable.
 *
 * @param models announcements by model id
 * @param statuses what servers say, by {@code server/name:version}
 * @param policies by model name
 * @param instances what topology instances say, by {@code instance/name}
 * @param now the moment
 * @param silence a process that is silent for longer is considered dead
 */
public record Situation(
        SortedMap<String, ModelAnnouncement> models,
        SortedMap<String, Heard<ModelStatus>> statuses,
        SortedMap<String, RolloutPolicy> policies,
        SortedMap<String, Heard<RolloutStatus>> instances,
        Instant now,
        Duration silence) {

    /** Something that was said, and when. */
    public record Heard<T>(T said, Instant at) {
        public Heard {
            requireNonNull(said, "said");
            requireNonNull(at, "at");
        }
    }

    public Situation {
        models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
    }

    /** The same with another policy of a name; none where it is empty. */
    public Situation withPolicy(String name, Optional<RolloutPolicy> policy) {
        SortedMap<String, RolloutPolicy> others = new TreeMap<>(policies);
        policy.ifPresentOrElse(own -> others.put(name, own), () -> others.remove(name));
        return new Situation(models, statuses, others, instances, now, silence);
    }

    /** The name in a model id. */
    public static String nameOf(String id) {
        return ModelId.parse(id).name();
    }

    /** Names of models that are announced or have a policy. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(policies.keySet());
        models.values().forEach(model -> names.add(model.getName()));
        return names;
    }

    /** Announced versions of a name, the newest first. */
    public List<String> versionsOf(String name) {
        return models.entrySet().stream()
                .filter(model -> model.getValue().getName().equals(name))
                .sorted(Comparator.<Map.Entry<String, ModelAnnouncement>, Instant>comparing(
                                model -> model.getValue().getAnnouncedAt())
                        .thenComparing(Map.Entry::getKey)
                        .reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Servers with a recent status that have not deregistered. */
    public SortedSet<String> liveServers() {
        SortedSet<String> live = new TreeSet<>();
        statuses.values().stream()
                .filter(this::isLive)
                .map(Heard::said)
                .filter(status -> status.getState() != ModelState.UNLOADED)
                .forEach(status -> live.add(status.getServerId()));
        return live;
    }

    /** The last status of the version on each server, live or not, since its last announcement. */
    public List<ModelStatus> statusesOf(String id) {
        return statuses.values().stream()
                .filter(heard -> heard.said().getModel().equals(id))
                .filter(heard -> !isOfAnEarlierLife(heard.said().getServerId(), heard))
                .map(Heard::said)
                .toList();
    }

    /** A server's status of the announced version; empty if the status is about other bytes. */
    public Optional<ModelStatus> status(String server, String id) {
        return Optional.ofNullable(statuses.get(server + "/" + id))
                .filter(heard -> !isOfAnEarlierLife(server, heard))
                .map(Heard::said)
                .filter(status -> Optional.ofNullable(models.get(id))
                        .filter(model -> model.getSha256().equals(status.getSha256()))
                        .isPresent());
    }

    /** Whether some live server has the announced version READY. */
    public boolean isReadySomewhere(String id) {
        return liveServers().stream().anyMatch(server -> isReady(server, id));
    }

    /** Live servers that do not have the announced version READY, each with its state and reason, for people. */
    public List<String> notReady(String id) {
        List<String> those = new ArrayList<>();
        for (String server : liveServers()) {
            if (!isReady(server, id)) {
                those.add(server + ": "
                        + status(server, id).map(Situation::describe).orElse("has reported nothing about it"));
            }
        }
        return those;
    }

    /** Live topology instances' words on a model name. */
    public List<RolloutStatus> liveInstances(String name) {
        return liveInstances().filter(status -> status.getModel().equals(name)).toList();
    }

    /**
     * The version that serves a name's documents by default: as the instance says that was heard last; with none alive,
     * the one that the policy names; with none named, the newest that every live server has READY.
     */
    public Optional<String> serving(String name) {
        Optional<String> said = instances.values().stream()
                .filter(this::isLive)
                .filter(heard -> heard.said().getModel().equals(name))
                .filter(heard -> heard.said().getStable() != null)
                .max(Comparator.comparing(Heard::at))
                .map(heard -> ModelId.resolve(name, heard.said().getStable()));
        return said.or(() -> Optional.ofNullable(policies.get(name))
                        .map(RolloutPolicy::getStable)
                        .map(stable -> ModelId.resolve(name, stable)))
                .or(() -> versionsOf(name).stream()
                        .filter(id -> isReadySomewhere(id) && notReady(id).isEmpty())
                        .findFirst());
    }

    /** Documents that live instances have routed in the last minute, by model id. */
    public SortedMap<String, Long> routed() {
        SortedMap<String, Long> routed = new TreeMap<>();
        liveInstances().forEach(status -> status.getRoutedDocuments()
                .forEach((id, documents) -> routed.merge(id, documents, Long::sum)));
        return routed;
    }

    /** Why the version is still needed, as sentences; empty if it is not. */
    public List<String> usesOf(String id) {
        List<String> uses = new ArrayList<>();
        liveInstances()
                .filter(status -> status.getStable() != null
                        && ModelId.resolve(status.getModel(), status.getStable())
                                .equals(id))
                .forEach(status -> uses.add("serves by default on " + status.getInstance()));
        policies.forEach((name, policy) -> uses.addAll(usesOf(id, name, policy)));
        long documents = routed().getOrDefault(id, 0L);
        if (documents > 0) {
            uses.add("was given " + documents + " documents in the last minute");
        }
        return uses;
    }

    /** Whether this record is recent. */
    public boolean isLive(Heard<?> heard) {
        return !heard.at().plus(silence).isBefore(now);
    }

    private static List<String> usesOf(String id, String name, RolloutPolicy policy) {
        List<String> uses = new ArrayList<>();
        String of = " of policy " + policy.getRevision();
        if (policy.getStable() != null
                && ModelId.resolve(name, policy.getStable()).equals(id)) {
            uses.add("is the stable version" + of);
        }
        if (policy.getCandidate() != null
                && ModelId.resolve(name, policy.getCandidate()).equals(id)) {
            uses.add("is the candidate" + of);
        }
        if (policy.getShadow() != null
                && ModelId.resolve(name, policy.getShadow()).equals(id)) {
            uses.add("is the shadow" + of);
        }
        if (isNamedIn(policy.getDocumentPins().values(), id, name)) {
            uses.add("is pinned for documents" + of);
        }
        if (isNamedIn(policy.getStylePins().values(), id, name)) {
            uses.add("is pinned for styles" + of);
        }
        return uses;
    }

    private static boolean isNamedIn(Collection<String> versions, String id, String name) {
        return versions.stream()
                .anyMatch(version -> ModelId.resolve(name, version).equals(id));
    }

    private Stream<RolloutStatus> liveInstances() {
        return instances.values().stream().filter(this::isLive).map(Heard::said);
    }

    private boolean isReady(String server, String id) {
        return status(server, id)
                .filter(status -> status.getState() == ModelState.READY)
                .isPresent();
    }

    /** A heartbeat repeats every valid status; a killed server cannot withdraw outdated ones. */
    private boolean isOfAnEarlierLife(String server, Heard<ModelStatus> heard) {
        return statuses.values().stream()
                .filter(other -> other.said().getServerId().equals(server))
                .anyMatch(other -> heard.at().plus(silence).isBefore(other.at()));
    }

    private static String describe(ModelStatus status) {
        return status.getState() + (status.getReason().isEmpty() ? "" : ": " + status.getReason());
    }

    /** Whether an instance has halted the policy of a name that is written now. */
    public boolean isHalted(String name) {
        RolloutPolicy written = policies.get(name);
        return written != null
                && instances.values().stream()
                        .map(Heard::said)
                        .anyMatch(status -> status.getModel().equals(name)
                                && written.getRevision().equals(status.getHaltedRevision()));
    }

    /** Names of the styles of an announced version. */
    public List<String> stylesOf(String id) {
        return models.get(id).getStyles().stream().map(StyleMetrics::getName).toList();
    }
}
