package io.inkstream.topology.routing;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.rollout.Server;
import io.inkstream.schemas.rollout.Serving;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters records of the model topics as they come, and gives a {@link Fleet} of them. A record that cannot be used is
 * logged and leaves in force what was entered before. For one thread.
 *
 * <p>All that is remembered is bounded, whatever is written to the topics. What would not fit is not taken, rather than take
 * the place of what serves; only silent servers make room for others.
 */
public final class FleetBook {
    private static final Logger LOG = LoggerFactory.getLogger(FleetBook.class);

    /** Policies that are remembered for each name: a newer one may be held, and the one before it serves meanwhile. */
    private static final int REMEMBERED = 8;

    /** Findings about policies that are remembered, the latest; more than there are policies that could be in force again. */
    private static final int REMEMBERED_FINDINGS = 256;

    /** Pins of all policies that are remembered together. */
    private static final int REMEMBERED_PINS = 10 * Limits.POLICY_PINS;

    /** A policy with no more pins than this is remembered, however many others have. */
    private static final int FEW_PINS = 100;

    private final Duration serverTimeout;
    private final Map<String, Version> versions = new HashMap<>();
    private final Map<String, Map<String, Server.Standing>> standings = new HashMap<>();
    private final Map<String, Instant> heardAt = new HashMap<>();
    private final Map<String, List<Policy>> policies = new HashMap<>();
    private final Map<String, Written> written = new HashMap<>();
    private final Set<String> proven = new HashSet<>(); // by what we have seen ourselves
    private final Set<String> saidToBeProven = new LinkedHashSet<>();
    private final Set<PolicyId> established = new LinkedHashSet<>();
    private final Map<PolicyId, String> halts = new LinkedHashMap<>();
    private long sequence;

    /**
     * When and where the last policy of a name was written. Clocks differ, and a timestamp may say anything: a record is never
     * taken to be later than one that follows it on the same partition.
     */
    private record Written(Instant at, int partition, long sequence) {
        static final Comparator<Written> ORDER =
                Comparator.comparing(Written::at).thenComparing(Written::sequence);

        Written before(Instant later, int where) {
            return partition == where && at.isAfter(later) ? new Written(later, partition, sequence) : this;
        }
    }

    /**
     * Begins with nothing.
     *
     * @param serverTimeout a server that is silent for longer is considered dead
     */
    public FleetBook(Duration serverTimeout) {
        this.serverTimeout = serverTimeout;
    }

    /**
     * Enters a record of {@code models}; null withdraws. A version is as old as its first announcement: who says the same
     * again, as programs do at each start, does not make it the newest. A version that does not draw is none of ours.
     */
    public void model(String key, ModelAnnouncement announcement) {
        if (announcement == null) {
            versions.remove(key);
            proven.remove(key);
            saidToBeProven.remove(key);
            return;
        }
        if (!ModelKind.HANDWRITING.is(announcement)) {
            LOG.debug("Passed over model {}, which is of kind {}", shown(key), shown(announcement.getKind()));
            return;
        }
        try {
            Version version = Version.of(announcement);
            if (!version.id().equals(key)) {
                throw new IllegalArgumentException("its key is " + key + ", but it names itself " + version.id());
            }
            Version before = versions.get(key);
            if (before != null && !before.sha256().equals(version.sha256())) {
                throw new IllegalArgumentException(
                        "it was announced before with other bytes; withdraw that announcement first");
            }
            if (before == null) {
                refuseWhatDoesNotFit(version);
                versions.put(key, version); // announced again it stays as it was: neither newer nor of other metrics
            }
        } catch (RuntimeException e) {
            LOG.warn("Ignored the announcement of model {}: {}", key, message(e));
        }
    }

    private void refuseWhatDoesNotFit(Version version) {
        int classes = version.characters().size()
                + versions.values().stream()
                        .mapToInt(known -> known.characters().size())
                        .sum();
        if (versions.size() >= Limits.MODEL_VERSIONS || classes > Limits.MODEL_CLASSES) {
            throw new IllegalArgumentException("there are " + versions.size()
                    + " versions, and no more are remembered; withdraw some, and announce it again");
        }
    }

    /** Enters a record of {@code model-status}; null forgets what the server said of the version. */
    public void status(String key, ModelStatus status, Instant heard) {
        int slash = key.lastIndexOf('/');
        if (slash < 0) {
            LOG.warn("Ignored a model status with key '{}', which is not serverId/name:version", key);
            return;
        }
        String server = key.substring(0, slash);
        String model = key.substring(slash + 1);
        if (status == null) {
            Map<String, Server.Standing> own = standings.getOrDefault(server, new HashMap<>());
            own.remove(model);
            if (own.isEmpty()) {
                standings.remove(server);
                heardAt.remove(server);
            }
            return;
        }
        if (status.getState() == null
                || status.getSha256() == null
                || status.getSha256().length() > 64) {
            LOG.warn("Ignored a model status with key '{}', which has no state or no SHA-256", key);
            return;
        }
        if (!standings.containsKey(server) && !makeRoomForServer(heard)) {
            LOG.warn("Ignored model server {}: {} others are alive", server, standings.size());
            return;
        }
        Map<String, Server.Standing> own = standings.computeIfAbsent(server, unused -> new HashMap<>());
        if (!own.containsKey(model) && own.size() >= Limits.MODEL_VERSIONS && !makeRoomForStanding(own)) {
            LOG.warn("Ignored the status of server {} for {}: it reports {} other versions", server, model, own.size());
            return;
        }
        own.put(model, new Server.Standing(status.getState(), status.getSha256(), heard));
        heardAt.merge(server, heard, (before, now) -> now.isAfter(before) ? now : before);
    }

    private boolean makeRoomForServer(Instant now) {
        if (standings.size() < Limits.MODEL_SERVERS) {
            return true;
        }
        String silent = heardAt.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .filter(oldest -> oldest.getValue().plus(serverTimeout).isBefore(now))
                .map(Map.Entry::getKey)
                .orElse(null);
        standings.remove(silent);
        heardAt.remove(silent);
        return silent != null;
    }

    /** What a server says of versions that nobody announces matters least. */
    private boolean makeRoomForStanding(Map<String, Server.Standing> own) {
        return own.keySet().retainAll(versions.keySet());
    }

    /** Enters a record of the only partition of {@code rollouts}; null goes back to the default. */
    public void policy(String name, RolloutPolicy record, Instant writtenAt) {
        policy(name, record, writtenAt, 0);
    }

    /**
     * Enters a record of {@code rollouts}; null goes back to the default.
     *
     * @param writtenAt its timestamp, before 1970 where it has none
     * @param partition where it lies
     */
    public void policy(String name, RolloutPolicy record, Instant writtenAt, int partition) {
        if (record == null) {
            policies.remove(name);
            written.remove(name);
            return;
        }
        try {
            Policy policy = Policy.of(name, record, writtenAt);
            if (!policies.containsKey(name) && policies.size() >= Limits.MODEL_NAMES) {
                throw new IllegalArgumentException(
                        policies.size() + " models have a policy, and no more are remembered; delete some");
            }
            List<Policy> known = new ArrayList<>(policies.getOrDefault(name, List.of()));
            known.add(0, policy);
            known = List.copyOf(known.subList(0, Math.min(REMEMBERED, known.size())));
            refuseTooManyPins(name, known);
            policies.put(name, known);
            Instant at = writtenAt.isAfter(Instant.EPOCH) ? writtenAt : latestOn(partition);
            written.replaceAll((other, when) -> when.before(at, partition));
            written.put(name, new Written(at, partition, sequence++));
        } catch (IllegalArgumentException e) {
            LOG.warn("Ignored policy {} of {}: {}", shown(record.getRevision()), shown(name), message(e));
        }
    }

    private Instant latestOn(int partition) {
        return written.values().stream()
                .filter(when -> when.partition() == partition)
                .map(Written::at)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private void refuseTooManyPins(String name, List<Policy> known) {
        int pins = known.get(0).pins();
        if (pins <= FEW_PINS) {
            return;
        }
        int others = policies.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(name))
                .mapToInt(entry -> pins(entry.getValue()))
                .sum();
        if (pins(known) + others > REMEMBERED_PINS) {
            throw new IllegalArgumentException("it has " + pins + " pins, and no more than " + REMEMBERED_PINS
                    + " are remembered of all policies together");
        }
    }

    private static int pins(List<Policy> policies) {
        return policies.stream().mapToInt(Policy::pins).sum();
    }

    /**
     * Enters a record of {@code rollout-status}: which policy is in force, and which is halted. Both stand whatever becomes
     * of the instance that wrote it. Null changes nothing.
     */
    public void rollout(RolloutStatus status) {
        if (status == null) {
            return;
        }
        if (!status.getInForce().isEmpty()) {
            established.add(id(status.getModel(), status.getInForce()));
            bound(established);
            // It had the standing that it keeps though a server has joined without it since.
            Serving.provenBy(status).ifPresent(saidToBeProven::add);
            bound(saidToBeProven);
        }
        if (status.getHaltedRevision() != null) {
            halts.putIfAbsent(
                    id(status.getModel(), status.getHaltedRevision()),
                    Limits.cut(status.getHaltReason(), Limits.MESSAGE_CHARS));
            bound(halts.keySet());
        }
    }

    /**
     * Enters what is so now and stands from now on: which versions all servers have READY together, and which policy is in
     * force. To be called when something was entered, but not before all was that the topics held when reading began.
     */
    public void settle(Instant now) {
        Fleet fleet = fleet(true);
        versions.values().stream()
                .filter(version -> fleet.serving().isReadyEverywhere(version, now))
                .forEach(version -> proven.add(version.id()));
        Router.inForce(fleet, now).ifPresent(policy -> established.add(policy.id()));
        bound(established);
    }

    /**
     * What is known now.
     *
     * @param complete whether all was entered that the topics held when reading began
     */
    public Fleet fleet(boolean complete) {
        Map<String, Server> servers = new HashMap<>();
        standings.forEach((id, own) -> servers.put(id, Server.of(heardAt.get(id), own, serverTimeout)));
        Set<String> allProven = new HashSet<>(proven);
        allProven.addAll(saidToBeProven);
        List<String> byWriting = written.entrySet().stream()
                .sorted(Map.Entry.<String, Written>comparingByValue(Written.ORDER)
                        .reversed())
                .map(Map.Entry::getKey)
                .toList();
        return new Fleet(
                complete,
                new Serving<>(versions, servers, allProven, serverTimeout),
                policies,
                byWriting,
                established,
                halts);
    }

    private static PolicyId id(String model, String revision) {
        if (model.length() > Limits.CONTROL_KEY_CHARS || revision.length() > Limits.REVISION_CHARS) {
            throw new IllegalArgumentException("no policy has a name or a revision of this length");
        }
        return new PolicyId(model, revision);
    }

    private static <T> void bound(Set<T> oldestFirst) {
        if (oldestFirst.size() > REMEMBERED_FINDINGS) {
            oldestFirst.remove(oldestFirst.iterator().next());
        }
    }

    private static String message(RuntimeException e) {
        return Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS);
    }

    private static String shown(String text) {
        return Limits.cut(String.valueOf(text), Limits.QUOTED_CHARS);
    }
}
