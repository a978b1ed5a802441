package io.inkstream.topology.routing;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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
 */
public final class FleetBook {
    private static final Logger LOG = LoggerFactory.getLogger(FleetBook.class);

    /** Policies that are remembered for each name: a newer one may be held, and the one before it serves meanwhile. */
    private static final int REMEMBERED = 8;

    /** Findings about policies that are remembered, the latest; more than there are policies that could be in force again. */
    private static final int REMEMBERED_FINDINGS = 256;

    private final Duration serverTimeout;
    private final Map<String, Version> versions = new HashMap<>();
    private final Map<String, Map<String, Server.Standing>> standings = new HashMap<>();
    private final Map<String, Instant> heardAt = new HashMap<>();
    private final Map<String, List<Policy>> policies = new HashMap<>();
    private final Set<String> proven = new HashSet<>();
    private final Set<PolicyId> established = new LinkedHashSet<>();
    private final Map<PolicyId, String> halts = new LinkedHashMap<>();

    /**
     * Begins with nothing.
     *
     * @param serverTimeout a server that is silent for longer is taken for dead
     */
    public FleetBook(Duration serverTimeout) {
        this.serverTimeout = serverTimeout;
    }

    /**
     * Enters a record of {@code models}; null withdraws. A version is as old as its first announcement: who says the same
     * again, as programs do at each start, does not make it the newest.
     */
    public void model(String key, ModelAnnouncement announcement) {
        if (announcement == null) {
            versions.remove(key);
            proven.remove(key);
            return;
        }
        try {
            Version version = Version.of(announcement);
            if (!version.id().equals(key)) {
                throw new IllegalArgumentException("its key is " + key + ", but it names itself " + version.id());
            }
            Version before = versions.get(key);
            if (before != null && !before.sha256().equals(version.sha256())) {
                throw new IllegalArgumentException("it was announced before with other bytes; withdraw that first");
            }
            versions.put(key, before == null ? version : version.withAnnouncedAt(before.announcedAt()));
        } catch (RuntimeException e) {
            LOG.warn("Ignored the announcement of model {}: {}", key, e.getMessage());
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
        standings
                .computeIfAbsent(server, unused -> new HashMap<>())
                .put(model, new Server.Standing(status.getState(), status.getSha256(), heard));
        heardAt.merge(server, heard, (before, now) -> now.isAfter(before) ? now : before);
    }

    /** Enters a record of {@code rollouts}; null goes back to the default. */
    public void policy(String name, RolloutPolicy record, Instant writtenAt) {
        if (record == null) {
            policies.remove(name);
            return;
        }
        try {
            List<Policy> known = new ArrayList<>(policies.getOrDefault(name, List.of()));
            known.add(0, Policy.of(name, record, writtenAt));
            policies.put(name, List.copyOf(known.subList(0, Math.min(REMEMBERED, known.size()))));
        } catch (IllegalArgumentException e) {
            LOG.warn("Ignored policy {} of {}: {}", record.getRevision(), name, e.getMessage());
        }
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
            established.add(new PolicyId(status.getModel(), status.getInForce()));
            bound(established.iterator(), established.size());
            if (status.getStable() != null) {
                // It took traffic, so it had the standing that it keeps though a server has joined without it since.
                proven.add(ModelId.resolve(status.getModel(), status.getStable()));
            }
        }
        if (status.getHaltedRevision() != null) {
            halts.putIfAbsent(new PolicyId(status.getModel(), status.getHaltedRevision()), status.getHaltReason());
            bound(halts.keySet().iterator(), halts.size());
        }
    }

    /**
     * What is known now.
     *
     * @param complete whether all was entered that the topics held when reading began
     */
    public Fleet fleet(boolean complete, Instant now) {
        Map<String, Server> servers = new HashMap<>();
        standings.forEach((id, own) -> servers.put(id, Server.of(heardAt.get(id), own, serverTimeout)));
        Fleet fleet = new Fleet(complete, serverTimeout, versions, servers, policies, proven, established, halts);
        if (!complete) {
            return fleet;
        }
        versions.values().stream()
                .filter(version -> fleet.isReadyEverywhere(version, now))
                .forEach(version -> proven.add(version.id()));
        Router.inForce(fleet, now).ifPresent(policy -> established.add(policy.id()));
        bound(established.iterator(), established.size());
        return new Fleet(true, serverTimeout, versions, servers, policies, proven, established, halts);
    }

    private static void bound(Iterator<PolicyId> oldestFirst, int size) {
        if (size > REMEMBERED_FINDINGS) {
            oldestFirst.next();
            oldestFirst.remove();
        }
    }
}
