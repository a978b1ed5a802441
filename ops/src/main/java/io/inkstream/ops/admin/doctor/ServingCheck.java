package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.rollout.SituationReader;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/** Whether model servers live, draw with the versions that the policies name, and the topology agrees. */
final class ServingCheck implements Check {
    private static final String LIST = "inkstream models list";

    private final Cluster cluster;
    private final Duration silence;
    private final InstantSource clock;

    ServingCheck(Cluster cluster, Duration silence, InstantSource clock) {
        this.cluster = cluster;
        this.silence = silence;
        this.clock = clock;
    }

    @Override
    public String part() {
        return "models";
    }

    @Override
    public void look(Findings findings) {
        Situation situation;
        try (SituationReader reader = new SituationReader(cluster, silence, clock)) {
            situation = reader.read();
        }
        look(situation, findings);
    }

    static void look(Situation situation, Findings findings) {
        servers(situation, findings);
        versions(situation, findings);
        situation.policies().forEach((name, policy) -> policy(situation, name, policy, findings));
        instances(situation, findings);
    }

    private static void servers(Situation situation, Findings findings) {
        SortedSet<String> live = situation.liveServers();
        if (live.isEmpty()) {
            findings.problem(
                    "no model server is alive: nothing is drawn, and documents wait",
                    "start one (inkstream-model-server), and look at its /health/ready");
        } else {
            findings.ok(live.size()
                    + (live.size() == 1 ? " model server lives: " : " model servers live: ")
                    + String.join(", ", live));
        }
        Map<String, Instant> lastHeard = new TreeMap<>();
        Map<String, Boolean> isGone = new TreeMap<>();
        situation.statuses().forEach((key, heard) -> {
            String server = heard.said().getServerId();
            lastHeard.merge(server, heard.at(), (one, other) -> one.isAfter(other) ? one : other);
            isGone.merge(server, heard.said().getState() == ModelState.UNLOADED, Boolean::logicalAnd);
        });
        lastHeard.forEach((server, at) -> {
            if (!live.contains(server) && !isGone.get(server)) {
                findings.warning(
                        "model server " + server + " was last heard at " + at + " and has not deregistered",
                        "restart it; if it is gone for good, inkstream models gc forgets it");
            }
        });
    }

    private static void versions(Situation situation, Findings findings) {
        if (situation.drawingNames().isEmpty()) {
            findings.problem(
                    "no model that draws is published", "inkstream models publish trainer/models/inkstream-base-5.zip");
            return;
        }
        SortedSet<String> live = situation.liveServers();
        for (String name : situation.drawingNames()) {
            for (String id : situation.versionsOf(name)) {
                List<ModelStatus> statuses = situation.statusesOf(id).stream()
                        .filter(status -> live.contains(status.getServerId()))
                        .toList();
                long ready = statuses.stream()
                        .filter(status -> status.getState() == ModelState.READY)
                        .count();
                if (ready == live.size()) {
                    findings.ok(id + " is READY on all live servers");
                } else if (!live.isEmpty()) {
                    findings.warning(
                            id + " is READY on " + ready + " of " + live.size() + " live servers; "
                                    + String.join("; ", situation.notReady(id)),
                            "OPERATIONS.md, \"A new version does not serve\", says what each reason needs; withdraw a version"
                                    + " that nobody needs");
                }
            }
        }
        if (!live.isEmpty() && situation.models().keySet().stream().noneMatch(situation::isReadySomewhere)) {
            findings.problem("no version is READY on any live server: nothing is drawn", LIST + " shows why");
        }
    }

    private static void policy(Situation situation, String name, RolloutPolicy policy, Findings findings) {
        Map<String, String> named = new LinkedHashMap<>();
        put(named, "stable version", name, policy.getStable());
        put(named, "candidate", name, policy.getCandidate());
        put(named, "shadow", name, policy.getShadow());
        policy.getDocumentPins().values().forEach(version -> put(named, "version of pinned documents", name, version));
        policy.getStylePins().values().forEach(version -> put(named, "version of pinned styles", name, version));
        boolean isWhole = true;
        for (Map.Entry<String, String> version : named.entrySet()) {
            String id = version.getKey();
            if (!situation.models().containsKey(id)) {
                isWhole = false;
                findings.problem(
                        "policy of " + name + ": its " + version.getValue() + " " + id + " is not published",
                        "publish it again, or inkstream models promote another");
            } else if (!situation.isReadySomewhere(id)) {
                isWhole = false;
                findings.problem(
                        "policy of " + name + ": its " + version.getValue() + " " + id + " is READY on no live server",
                        LIST + " shows why; inkstream models rollback " + name + " goes back");
            }
        }
        if (situation.isHalted(name)) {
            findings.warning(
                    "policy of " + name + ": its candidate was halted for failing or being late",
                    LIST + " shows the figures; inkstream models rollback " + name + ", or promote another");
        }
        if (isWhole) {
            findings.ok("policy of " + name + " names versions that servers have"
                    + (named.isEmpty() ? "; the newest serves" : ": " + String.join(", ", named.keySet())));
        }
    }

    private static void put(Map<String, String> named, String as, String name, String version) {
        if (version != null) {
            named.putIfAbsent(ModelId.resolve(name, version), as);
        }
    }

    private static void instances(Situation situation, Findings findings) {
        Map<String, Boolean> isLive = new TreeMap<>();
        situation.instances().values().forEach(heard -> {
            RolloutStatus status = heard.said();
            boolean live = situation.isLive(heard);
            isLive.merge(status.getInstance(), live, Boolean::logicalOr);
            if (live && !status.getHeld().isEmpty()) {
                findings.warning(
                        "topology " + status.getInstance() + " holds the policy of " + status.getModel() + ": "
                                + status.getHeld(),
                        LIST + " shows what is in force meanwhile");
            }
            if (live && status.getStable() == null) {
                findings.warning(
                        "topology " + status.getInstance() + " has no version of " + status.getModel()
                                + " to draw with",
                        LIST);
            }
        });
        long live = isLive.values().stream().filter(alive -> alive).count();
        if (live == 0) {
            findings.problem(
                    "no topology instance is alive: texts are not taken",
                    "start one (inkstream-topology), and look at its /health/ready");
        } else {
            findings.ok(live + (live == 1 ? " topology instance lives" : " topology instances live"));
        }
    }
}
