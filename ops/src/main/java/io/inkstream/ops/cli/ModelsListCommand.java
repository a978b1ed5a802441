package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.rollout.SituationReader;
import io.inkstream.schemas.FileNames;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description = {
            "Shows the published versions, the state and reason on each server, the share of documents that each"
                    + " version",
            "draws, the policies, and the status of each policy on each topology instance."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models list",
            "  inkstream models list --json",
            "  inkstream models list --canaries canaries"
        })
final class ModelsListCommand implements Callable<Integer> {
    /** The figures of a card that say most; the others are in the JSON. */
    private static final List<String> FIGURES = List.of(
            "cas_ratio", "frechet_excess", "deviation_ratio", "accuracy_generated", "held_out_bits_per_character");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--canaries",
            paramLabel = "DIR",
            description =
                    "Also save the canary line that each server drew with each version, as SERVER/NAME%%3AVERSION.png.")
    private Path canaries;

    private record ServerJson(
            String server,
            @JsonProperty("live") boolean isLive,
            String state,
            String reason,
            String predictor,
            Map<String, Double> canary,
            @JsonProperty("reported_at") String reportedAt) {}

    /**
     * A version; the names are fixed.
     *
     * @param kind handwriting draws, language writes text
     * @param share of the documents that live instances have routed in the last minute; absent where they routed none
     * @param uses why the version is still needed
     */
    private record ModelJson(
            String model,
            String kind,
            String sha256,
            @JsonProperty("size_bytes") long sizeBytes,
            int chunks,
            String location,
            String parent,
            @JsonProperty("announced_at") String announcedAt,
            @JsonProperty("documents_last_minute") long documents,
            Double share,
            List<String> uses,
            Map<String, String> card,
            List<ServerJson> servers) {}

    private record InstanceJson(
            String instance,
            @JsonProperty("live") boolean isLive,
            String model,
            @JsonProperty("policy_revision") String policyRevision,
            @JsonProperty("in_force") String inForce,
            String stable,
            String candidate,
            @JsonProperty("candidate_percent") int candidatePercent,
            String held,
            @JsonProperty("halted_revision") String haltedRevision,
            @JsonProperty("halt_reason") String haltReason,
            @JsonProperty("reported_at") String reportedAt) {}

    private record PolicyWithInstances(@JsonUnwrapped PolicyJson policy, List<InstanceJson> instances) {}

    private record Result(List<ModelJson> models, List<PolicyWithInstances> policies) {}

    @Override
    public Integer call() throws IOException {
        Cluster cluster = clusterOptions.connect();
        Situation situation;
        try (SituationReader reader =
                new SituationReader(cluster, cluster.settings().get(OpsSettings.SILENCE), InstantSource.system())) {
            situation = reader.read();
        }
        Result result = new Result(models(situation), policies(situation));
        if (results.isJson()) {
            Printed.json(spec, result);
        } else {
            print(result);
        }
        if (canaries != null) {
            saveCanaries(situation);
        }
        return ExitCodes.DONE;
    }

    private void saveCanaries(Situation situation) throws IOException {
        for (String id : situation.models().keySet()) {
            for (ModelStatus status : situation.statusesOf(id)) {
                if (status.getCanaryPng() != null) {
                    Path folder = Files.createDirectories(canaries.resolve(FileNames.of(status.getServerId())));
                    ImageFiles.write(folder.resolve(FileNames.of(id) + ".png"), status.getCanaryPng());
                }
            }
        }
    }

    private static List<ModelJson> models(Situation situation) {
        Map<String, Long> routed = situation.routed();
        long all = routed.values().stream().mapToLong(Long::longValue).sum();
        List<ModelJson> models = new ArrayList<>();
        for (String name : situation.names()) {
            for (String id : situation.versionsOf(name)) {
                ModelAnnouncement model = situation.models().get(id);
                long documents = routed.getOrDefault(id, 0L);
                models.add(new ModelJson(
                        id,
                        model.getKind(),
                        model.getSha256(),
                        model.getSizeBytes(),
                        model.getChunkCount(),
                        model.getLocation(),
                        model.getParent(),
                        model.getAnnouncedAt().toString(),
                        documents,
                        all == 0 || !ModelKind.HANDWRITING.is(model) ? null : (double) documents / all,
                        situation.usesOf(id),
                        new TreeMap<>(model.getCard()),
                        servers(situation, id)));
            }
        }
        return models;
    }

    private static List<ServerJson> servers(Situation situation, String id) {
        Set<String> live = situation.liveServers();
        return situation.statusesOf(id).stream()
                .map(status -> new ServerJson(
                        status.getServerId(),
                        live.contains(status.getServerId()),
                        status.getState().name(),
                        status.getReason(),
                        status.getPredictor(),
                        new TreeMap<>(status.getCanary()),
                        status.getReportedAt().toString()))
                .toList();
    }

    /** A name without a policy is shown with the default policy. */
    private static List<PolicyWithInstances> policies(Situation situation) {
        return situation.drawingNames().stream()
                .map(name -> new PolicyWithInstances(
                        PolicyJson.of(
                                name,
                                situation
                                        .policies()
                                        .getOrDefault(
                                                name,
                                                RolloutPolicy.newBuilder()
                                                        .setRevision("default")
                                                        .build())),
                        instances(situation, name)))
                .toList();
    }

    private static List<InstanceJson> instances(Situation situation, String name) {
        return situation.instances().values().stream()
                .filter(heard -> heard.said().getModel().equals(name))
                .map(heard -> {
                    RolloutStatus status = heard.said();
                    return new InstanceJson(
                            status.getInstance(),
                            situation.isLive(heard),
                            name,
                            status.getPolicyRevision(),
                            status.getInForce(),
                            status.getStable(),
                            status.getCandidate(),
                            status.getCandidatePercent(),
                            status.getHeld(),
                            status.getHaltedRevision(),
                            status.getHaltReason(),
                            status.getReportedAt().toString());
                })
                .toList();
    }

    private void print(Result result) {
        result.models().forEach(model -> {
            say(String.format(
                    Locale.ROOT,
                    "%s  %s, %,d bytes, announced %s%s",
                    model.model(),
                    model.kind(),
                    model.sizeBytes(),
                    model.announcedAt(),
                    model.share() == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    ", %.1f %% of the documents (%d in the last minute)",
                                    100 * model.share(),
                                    model.documents())));
            model.uses().stream().filter(use -> !use.startsWith("was given")).forEach(use -> say("  " + use));
            model.servers()
                    .forEach(server -> say("  server " + server.server() + (server.isLive() ? "" : " (silent)") + ": "
                            + server.state() + (server.reason().isEmpty() ? "" : ": " + server.reason())));
            String card = FIGURES.stream()
                    .filter(model.card()::containsKey)
                    .map(figure -> figure + " " + shortened(model.card().get(figure)))
                    .collect(Collectors.joining(", "));
            if (!card.isEmpty()) {
                say("  card: " + card);
            }
        });
        result.policies().forEach(policy -> {
            say("policy of " + policy.policy().model() + ": "
                    + policy.policy().revision() + ": " + policy.policy().inWords()
                    + (policy.policy().comment().isEmpty()
                            ? ""
                            : " (" + policy.policy().comment() + ")"));
            policy.instances()
                    .forEach(instance -> say("  topology " + instance.instance()
                            + (instance.isLive() ? "" : " (silent)") + ": " + standing(instance)));
        });
    }

    private static String standing(InstanceJson instance) {
        String standing = instance.inForce() + " in force, "
                + (instance.stable() == null ? "nothing serves" : instance.stable() + " serves");
        if (instance.candidate() != null) {
            standing += ", " + instance.candidate() + " draws " + instance.candidatePercent() + " %";
        }
        if (!instance.held().isEmpty()) {
            standing += "; held: " + instance.held();
        }
        if (instance.haltedRevision() != null) {
            standing += "; candidate of " + instance.haltedRevision() + " halted: " + instance.haltReason();
        }
        return standing;
    }

    private void say(String line) {
        Printed.lines(spec, line);
    }

    private static String shortened(String figure) {
        return figure.matches("-?\\d+\\.\\d{4,}")
                ? String.format(Locale.ROOT, "%.3f", Double.parseDouble(figure))
                : figure;
    }
}
