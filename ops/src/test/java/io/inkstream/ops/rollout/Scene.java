package io.inkstream.ops.rollout;

import io.inkstream.ops.rollout.Situation.Heard;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sets a situation up, piece by piece. */
public final class Scene {
    public static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    public static final Duration SILENCE = Duration.ofSeconds(15);

    private final TreeMap<String, ModelAnnouncement> models = new TreeMap<>();
    private final TreeMap<String, Heard<ModelStatus>> statuses = new TreeMap<>();
    private final TreeMap<String, RolloutPolicy> policies = new TreeMap<>();
    private final TreeMap<String, Heard<RolloutStatus>> instances = new TreeMap<>();

    /** Announces versions of "base", each a minute newer than the one before. */
    Scene withdrawn(String version) {
        models.remove("base:" + version);
        return this;
    }

    public Scene announced(String... versions) {
        for (String version : versions) {
            models.put(
                    "base:" + version,
                    ModelAnnouncement.newBuilder()
                            .setName("base")
                            .setVersion(version)
                            .setSha256(sha256("base:" + version))
                            .setSizeBytes(1)
                            .setChunkCount(2)
                            .setClasses(List.of(new ClassMetrics("a", 1.0, 0.8, 0.0)))
                            .setStyles(List.of(new StyleMetrics("natural", "", 0.1, 0.1, 1.0, Map.of())))
                            .setAnnouncedAt(NOON.minus(Duration.ofHours(9)).plus(Duration.ofMinutes(models.size())))
                            .build());
        }
        return this;
    }

    /** Announces versions of a language model. */
    Scene language(String name, String... versions) {
        for (String version : versions) {
            models.put(
                    name + ":" + version,
                    ModelAnnouncement.newBuilder()
                            .setName(name)
                            .setVersion(version)
                            .setKind(ModelKind.LANGUAGE.label())
                            .setSha256(sha256(name + ":" + version))
                            .setSizeBytes(1)
                            .setChunkCount(2)
                            .setClasses(List.of())
                            .setStyles(List.of())
                            .setAnnouncedAt(NOON.minus(Duration.ofHours(9)).plus(Duration.ofMinutes(models.size())))
                            .build());
        }
        return this;
    }

    Scene styles(String version, String... names) {
        models.get("base:" + version)
                .setStyles(Arrays.stream(names)
                        .map(name -> new StyleMetrics(name, "", 0.1, 0.1, 1.0, Map.of()))
                        .toList());
        return this;
    }

    public Scene ready(String server, String... versions) {
        for (String version : versions) {
            says(server, "base:" + version, ModelState.READY, "");
        }
        return this;
    }

    public Scene says(String server, String id, ModelState state, String reason) {
        return says(server, id, state, reason, NOON);
    }

    Scene says(String server, String id, String sha256, ModelState state) {
        return says(server, id, sha256, state, "", NOON);
    }

    public Scene says(String server, String id, ModelState state, String reason, Instant at) {
        return says(server, id, sha256(id), state, reason, at);
    }

    private Scene says(String server, String id, String sha256, ModelState state, String reason, Instant at) {
        statuses.put(
                server + "/" + id,
                new Heard<>(
                        ModelStatus.newBuilder()
                                .setServerId(server)
                                .setModel(id)
                                .setSha256(sha256)
                                .setState(state)
                                .setReason(reason)
                                .setReportedAt(at)
                                .build(),
                        at));
        return this;
    }

    public Scene policy(RolloutPolicy.Builder policy) {
        policies.put("base", policy.build());
        return this;
    }

    /** An instance that has the revision in force and lets the version serve. */
    public Scene routes(String instance, String revision, String stable) {
        return says(instance, routing(instance, revision, stable), NOON);
    }

    Scene says(String instance, RolloutStatus.Builder status, Instant at) {
        instances.put(instance + "/base", new Heard<>(status.build(), at));
        return this;
    }

    static RolloutStatus.Builder routing(String instance, String revision, String stable) {
        return RolloutStatus.newBuilder()
                .setInstance(instance)
                .setModel("base")
                .setPolicyRevision(revision)
                .setInForce(revision)
                .setStable(stable)
                .setRoutedDocuments(Map.of())
                .setReportedAt(NOON);
    }

    public static RolloutPolicy.Builder revision(String revision) {
        return RolloutPolicy.newBuilder().setRevision(revision);
    }

    static String sha256(String id) {
        return String.format("%064x", new BigInteger(1, id.getBytes(StandardCharsets.UTF_8)));
    }

    /** What a topology instance makes of the same records. */
    Fleet fleet() {
        FleetBook book = new FleetBook(SILENCE);
        models.forEach(book::model);
        statuses.forEach((key, heard) -> book.status(key, heard.said(), heard.at()));
        policies.forEach((name, policy) -> book.policy(name, policy, NOON));
        instances.values().forEach(heard -> book.rollout(heard.said()));
        book.settle(NOON);
        return book.fleet(true);
    }

    public Situation now() {
        return new Situation(models, statuses, policies, instances, NOON, SILENCE);
    }
}
