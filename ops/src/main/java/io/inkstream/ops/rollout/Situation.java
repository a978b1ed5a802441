package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.rollout.Server;
import io.inkstream.schemas.rollout.Serving;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the topics said at one moment of versions, servers, policies and topology instances. Immutable. */
public final class Situation {
    private final SortedMap<String, ModelAnnouncement> models;
    private final SortedMap<String, Heard<ModelStatus>> statuses;
    private final SortedMap<String, RolloutPolicy> policies;
    private final SortedMap<String, Heard<RolloutStatus>> instances;
    private final Instant now;
    private final Duration silence;
    /** What the servers have READY of what is announced, as the topology sees it. */
    private final Serving<Announced> serving;

    /** Something that was said, and when. */
    public record Heard<T>(T said, Instant at) {
        public Heard {
            requireNonNull(said, "said");
            requireNonNull(at, "at");
        }
    }

    /**
     * Puts together what was said.
     *
     * @param models announcements by model id
     * @param statuses what servers say, by {@code server/name:version}
     * @param policies by model name
     * @param instances what topology instances say, by {@code instance/name}
     * @param now the moment
     * @param silence a process that is silent for longer is considered dead
     */
    public Situation(
            SortedMap<String, ModelAnnouncement> models,
            SortedMap<String, Heard<ModelStatus>> statuses,
            SortedMap<String, RolloutPolicy> policies,
            SortedMap<String, Heard<RolloutStatus>> instances,
            Instant now,
            Duration silence) {
        this.models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        this.statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
        this.policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        this.instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
        this.now = requireNonNull(now, "now");
        this.silence = requireNonNull(silence, "silence");
        this.serving = serving();
    }

    /** Announcements by model id. */
    public SortedMap<String, ModelAnnouncement> models() {
        return models;
    }

    /** What servers say, by {@code server/name:version}. */
    public SortedMap<String, Heard<ModelStatus>> statuses() {
        return statuses;
    }

    /** Policies by model name. */
    public SortedMap<String, RolloutPolicy> policies() {
        return policies;
    }

    /** What topology instances say, by {@code instance/name}. */
    public SortedMap<String, Heard<RolloutStatus>> instances() {
        return instances;
    }

    /** The moment. */
    public Instant now() {
        return now;
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

    /** Names of models that draw or have a policy: those that a rollout can be of. */
    public SortedSet<String> drawingNames() {
        SortedSet<String> names = new TreeSet<>(policies.keySet());
        models.values().stream().filter(ModelKind.HANDWRITING::is).forEach(model -> names.add(model.getName()));
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
        serving.servers().forEach((id, server) -> {
            if (serving.isLive(server, now)
                    && server.standings().values().stream().anyMatch(own -> own.state() != ModelState.UNLOADED)) {
                live.add(id);
            }
        });
        return live;
    }

    /** The last status of the version on each server, live or not, since its last announcement. */
    public List<ModelStatus> statusesOf(String id) {
        return serving.servers().entrySet().stream()
                .filter(server -> server.getValue().standings().containsKey(id))
                .sorted(Map.Entry.comparingByKey())
                .map(server -> statuses.get(server.getKey() + "/" + id).said())
                .toList();
    }

    /** A server's status of the announced version; empty if the status is about other bytes. */
    public Optional<ModelStatus> status(String server, String id) {
        return statusesOf(id).stream()
                .filter(status -> status.getServerId().equals(server))
                .filter(status -> Optional.ofNullable(models.get(id))
                        .filter(model -> model.getSha256().equals(status.getSha256()))
                        .isPresent())
                .findFirst();
    }

    /** Whether some live server has the announced version READY. */
    public boolean isReadySomewhere(String id) {
        return isOf(id, Serving::isServed);
    }

    /** Whether the announced version may take traffic by a policy now. */
    public boolean mayServe(String id) {
        return isOf(id, Serving::isProven);
    }

    /** The newest version of a name that may take traffic and is not on trial. */
    public Optional<String> newest(String name) {
        Optional<RolloutPolicy> policy = Optional.ofNullable(policies.get(name));
        return newest(
                name,
                Stream.of(policy.map(RolloutPolicy::getCandidate), policy.map(RolloutPolicy::getShadow))
                        .flatMap(Optional::stream)
                        .map(version -> ModelId.resolve(name, version))
                        .collect(toSet()));
    }

    private Optional<String> newest(String name, Set<String> onTrial) {
        return serving.newest(now, version -> version.name().equals(name) && !onTrial.contains(version.id()))
                .map(Announced::id);
    }

    /** Live servers that do not have the announced version READY, each with its state and reason, for people. */
    public List<String> notReady(String id) {
        List<String> those = new ArrayList<>();
        for (String server : liveServers()) {
            Optional<ModelStatus> status = status(server, id);
            if (status.map(ModelStatus::getState)
                    .filter(ModelState.READY::equals)
                    .isEmpty()) {
                those.add(server + ": " + status.map(Situation::describe).orElse("has reported nothing about it"));
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
     * the one that the policy names; with none named, the newest that may, rather one that is not on trial.
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
                .or(() -> newest(name))
                .or(() -> newest(name, Set.of()));
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

    private Serving<Announced> serving() {
        Map<String, Announced> versions = new HashMap<>();
        models.forEach((id, model) -> {
            if (ModelKind.HANDWRITING.is(model)) { // of the others nobody draws with
                versions.put(id, new Announced(id, model.getName(), model.getSha256(), model.getAnnouncedAt()));
            }
        });
        Map<String, Map<String, Server.Standing>> said = new HashMap<>();
        Map<String, Instant> heardAt = new HashMap<>();
        statuses.forEach((key, heard) -> {
            int slash = key.lastIndexOf('/');
            if (slash >= 0) {
                String server = key.substring(0, slash);
                ModelStatus status = heard.said();
                said.computeIfAbsent(server, unused -> new HashMap<>())
                        .put(
                                key.substring(slash + 1),
                                new Server.Standing(status.getState(), status.getSha256(), heard.at()));
                heardAt.merge(server, heard.at(), (one, other) -> one.isAfter(other) ? one : other);
            }
        });
        Map<String, Server> servers = new HashMap<>();
        said.forEach((id, standings) -> servers.put(id, Server.of(heardAt.get(id), standings, silence)));
        Set<String> proven = instances.values().stream()
                .flatMap(heard -> Serving.provenBy(heard.said()).stream())
                .collect(toSet());
        return new Serving<>(versions, servers, proven, silence);
    }

    private record Announced(String id, String name, String sha256, Instant announcedAt) implements Serving.Announced {}

    @FunctionalInterface
    private interface Finding {
        boolean of(Serving<Announced> serving, Announced version, Instant now);
    }

    private boolean isOf(String id, Finding finding) {
        Announced version = serving.versions().get(id);
        return version != null && finding.of(serving, version, now);
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
