package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicTail;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.rollout.NextPolicy;
import io.inkstream.ops.rollout.NextRecord;
import io.inkstream.ops.rollout.RefusedChangeException;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.rollout.Revisions;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Versions, servers, policies and shadows as a browser sees them, and the changes that it may make: those of the commands. */
final class ModelRoutes implements AutoCloseable {
    private static final long MOST_REPORTS = 500;
    private static final int MOST_COMPARED = 32;
    private static final Duration READ_WITHIN = Duration.ofSeconds(3);

    private final Cluster cluster;
    private final SituationWatch watch;
    private final Duration silence;
    private final InstantSource clock;
    private final Map<String, ShadowComparison> compared = new LinkedHashMap<>();
    private final TopicTail<ShadowReport> reports;

    /** @param silence a process that is silent for longer is considered dead */
    ModelRoutes(Cluster cluster, SituationWatch watch, Duration silence, InstantSource clock) {
        this.cluster = cluster;
        this.watch = watch;
        this.silence = silence;
        this.clock = clock;
        reports = new TopicTail<>(
                cluster.topics().shadowReports(), cluster.settings().clientConfig(), MOST_REPORTS);
    }

    void addTo(JavalinConfig config) {
        config.routes.get("/api/models", this::models);
        config.routes.get("/api/models/canary", this::canary);
        config.routes.get("/api/models/shadows", this::shadows);
        config.routes.post("/api/models/change", this::change);
        config.routes.exception(RefusedChangeException.class, (e, context) -> {
            context.status(409);
            Json.answer(context, Json.object().put("message", e.getMessage()).put("mayBeForced", e.mayBeForced()));
        });
    }

    private void models(Context context) {
        Situation situation = watch.situation();
        ObjectNode answer = Json.object().put("missing", watch.missing());
        ArrayNode servers = answer.putArray("servers");
        situation.liveServers().forEach(servers::add);
        ArrayNode models = answer.putArray("models");
        for (String name : situation.names()) {
            ObjectNode model = models.addObject()
                    .put("name", name)
                    .put("draws", situation.drawingNames().contains(name))
                    .put("serving", situation.serving(name).orElse(null))
                    .put("halted", situation.isHalted(name));
            RolloutPolicy policy = situation.policies().get(name);
            model.set("policy", policy == null ? null : describe(name, policy));
            ArrayNode instances = model.putArray("instances");
            situation.instances().values().stream()
                    .filter(heard -> heard.said().getModel().equals(name))
                    .forEach(heard ->
                            describe(instances.addObject().put("live", situation.isLive(heard)), heard.said()));
            ArrayNode versions = model.putArray("versions");
            situation.versionsOf(name).forEach(id -> describe(versions.addObject(), situation, id));
        }
        Json.answer(context, answer);
    }

    private static ObjectNode describe(String name, RolloutPolicy policy) {
        ObjectNode json = Json.object()
                .put("revision", policy.getRevision())
                .put("stable", id(name, policy.getStable()))
                .put("candidate", id(name, policy.getCandidate()))
                .put("candidatePercent", policy.getCandidatePercent())
                .put("shadow", id(name, policy.getShadow()))
                .put("shadowPercent", policy.getShadowPercent())
                .put("frozen", policy.getFrozen())
                .put(
                        "pins",
                        policy.getDocumentPins().size() + policy.getStylePins().size())
                .put("bakeSeconds", policy.getBakeSeconds())
                .put("comment", Limits.cut(policy.getComment(), Limits.MESSAGE_CHARS));
        ArrayNode steps = json.putArray("steps");
        policy.getSteps()
                .forEach(step ->
                        steps.addObject().put("percent", step.getPercent()).put("seconds", step.getSeconds()));
        ArrayNode earlier = json.putArray("earlier");
        policy.getEarlier().forEach(version -> earlier.add(id(name, version)));
        return json;
    }

    private static String id(String name, String version) {
        return version == null ? null : ModelId.resolve(name, version);
    }

    private static void describe(ObjectNode json, RolloutStatus status) {
        json.put("instance", status.getInstance())
                .put("inForce", status.getInForce())
                .put("stable", status.getStable())
                .put("candidate", status.getCandidate())
                .put("candidatePercent", status.getCandidatePercent())
                .put("held", status.getHeld())
                .put("haltedRevision", status.getHaltedRevision())
                .put("haltReason", status.getHaltReason());
    }

    private static void describe(ObjectNode json, Situation situation, String id) {
        ModelAnnouncement model = situation.models().get(id);
        Map<String, Long> routed = situation.routed();
        json.put("id", id)
                .put("version", model.getVersion())
                .put("kind", model.getKind())
                .put("own", PublishedHand.hasOne(model))
                .put("parent", model.getParent())
                .put("sizeBytes", model.getSizeBytes())
                .put("styles", model.getStyles().size())
                .put("classes", model.getClasses().size())
                .put("announcedAt", model.getAnnouncedAt().toEpochMilli())
                .put("documents", routed.getOrDefault(id, 0L))
                .put(
                        "allDocuments",
                        routed.values().stream().mapToLong(Long::longValue).sum());
        if (ModelKind.HANDWRITING.is(model)) {
            json.put("ready", situation.isReadySomewhere(id));
        }
        ArrayNode uses = json.putArray("uses");
        situation.usesOf(id).forEach(uses::add);
        ObjectNode card = json.putObject("card");
        model.getCard().forEach(card::put);
        Set<String> live = situation.liveServers();
        ArrayNode servers = json.putArray("servers");
        for (ModelStatus status : situation.statusesOf(id)) {
            ObjectNode canary = servers.addObject()
                    .put("server", status.getServerId())
                    .put("live", live.contains(status.getServerId()))
                    .put("state", status.getState().name())
                    .put("reason", status.getReason())
                    .put("predictor", status.getPredictor())
                    .put("hasPicture", status.getCanaryPng() != null)
                    .putObject("canary");
            status.getCanary().forEach(canary::put);
        }
    }

    /** The line that a server drew with a version before it let it in. */
    private void canary(Context context) {
        String server = String.valueOf(context.queryParam("server"));
        ModelStatus said = watch.situation().statusesOf(String.valueOf(context.queryParam("model"))).stream()
                .filter(status -> status.getServerId().equals(server) && status.getCanaryPng() != null)
                .findFirst()
                .orElseThrow(() -> new NotFoundResponse("no such canary is known"));
        context.contentType(ContentType.IMAGE_PNG).result(BufferBytes.of(said.getCanaryPng()));
    }

    /** What shadows drew since somebody first looked, and a little before. */
    private synchronized void shadows(Context context) {
        reports.read(READ_WITHIN, (document, report) -> {
            String pair = report.getShadow() + " " + report.getModel();
            if (compared.containsKey(pair) || compared.size() < MOST_COMPARED) {
                compared.computeIfAbsent(pair, unused -> new ShadowComparison()).take(report);
            }
        });
        ObjectNode answer = Json.object();
        ArrayNode pairs = answer.putArray("shadows");
        compared.forEach((pair, comparison) -> {
            String[] ids = pair.split(" ", 2);
            comparison.describe(pairs.addObject().put("shadow", ids[0]).put("model", ids[1]));
        });
        Json.answer(context, answer);
    }

    /** Makes a change, or says what it would be, where the browser asks first. */
    private void change(Context context) throws RefusedChangeException {
        JsonNode asked = Json.asked(context);
        String name = asked.path("name").asText();
        String action = asked.path("action").asText();
        RolloutDesk.Edit edit = edit(action, asked);
        NextRecord change;
        List<String> notes = new ArrayList<>();
        if (asked.path("dryRun").asBoolean()) {
            change = edit.of(new NextPolicy(watch.situation(), name, false));
        } else {
            cluster.createTopics();
            String revision = new Revisions(clock, new SecureRandom()).next(action);
            String signature = "by " + System.getProperty("user.name") + ", on the page";
            try (RolloutDesk desk = new RolloutDesk(cluster, silence, clock, System::nanoTime)) {
                RolloutDesk.Written written = desk.change(name, false, revision, signature, edit);
                change = written.change();
                notes.addAll(written.warnings());
            }
        }
        notes.addAll(0, change.notes());
        ObjectNode answer = Json.object();
        answer.set("policy", describe(name, change.policy()));
        notes.forEach(answer.putArray("notes")::add);
        Json.answer(context, answer);
    }

    private static RolloutDesk.Edit edit(String action, JsonNode asked) {
        switch (action) {
            case "promote" -> {
                ModelId version = version(asked);
                return next -> next.promote(version, false);
            }
            case "rollout" -> {
                ModelId version = version(asked);
                List<RolloutStep> steps = steps(asked.path("steps"));
                return next -> next.candidate(version, steps);
            }
            case "rollback" -> {
                return NextPolicy::rollback;
            }
            case "candidate" -> {
                ModelId version = version(asked);
                int percent = percent(asked);
                return next -> next.candidate(version, percent, OptionalDouble.empty(), OptionalInt.empty());
            }
            case "shadow" -> {
                ModelId version = version(asked);
                int percent = percent(asked);
                return next -> next.shadow(version, percent);
            }
            case "freeze" -> {
                return NextPolicy::freeze;
            }
            case "newest" -> {
                return NextPolicy::newest;
            }
            default -> throw new BadRequestResponse("there is no change called '" + Limits.cut(action, 20) + "'");
        }
    }

    private static ModelId version(JsonNode asked) {
        return ModelId.ifValid(asked.path("version").asText())
                .orElseThrow(() -> new BadRequestResponse("a version is called name:version"));
    }

    /** A share of the documents; 0 ends what has it. */
    private static int percent(JsonNode asked) {
        JsonNode percent = asked.path("percent");
        if (!percent.isInt() || percent.asInt() < 0 || percent.asInt() > 100) {
            throw new BadRequestResponse("a share is a whole number of 0 to 100 %");
        }
        return percent.asInt();
    }

    private static List<RolloutStep> steps(JsonNode asked) {
        List<RolloutStep> steps = new ArrayList<>();
        for (JsonNode step : asked) {
            int percent = step.path("percent").asInt();
            int seconds = step.path("seconds").asInt();
            if (percent < 1 || percent > 100 || seconds < 1 || seconds > Limits.POLICY_SECONDS) {
                throw new BadRequestResponse("a step has a share of 1 to 100 % and lasts from a second to a year");
            }
            steps.add(RolloutStep.newBuilder()
                    .setPercent(percent)
                    .setSeconds(seconds)
                    .build());
        }
        if (steps.isEmpty() || steps.size() > Limits.POLICY_STEPS) {
            throw new BadRequestResponse("a rollout has 1 to " + Limits.POLICY_STEPS + " steps");
        }
        return steps;
    }

    @Override
    public synchronized void close() {
        reports.close();
    }
}
