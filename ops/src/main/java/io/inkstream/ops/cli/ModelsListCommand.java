package io.inkstream.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description = "Shows the announced versions and what each server last said of them.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream models list --json"})
final class ModelsListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(names = "--json", description = "One JSON array instead of lines for people.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        Cluster cluster = clusterOptions.connect();
        Map<String, Object> config = cluster.settings().clientConfig();
        Map<String, ModelAnnouncement> models =
                new TreeMap<>(TopicSnapshot.read(cluster.topics().models(), config));
        Collection<ModelStatus> statuses =
                TopicSnapshot.read(cluster.topics().modelStatus(), config).values();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json(models, statuses)));
        } else {
            models.forEach((id, model) -> {
                out.println(id + "  " + model.getSizeBytes() + " bytes  announced " + model.getAnnouncedAt());
                of(id, statuses)
                        .forEach(status -> out.println("  " + status.getServerId() + "  " + status.getState()
                                + (status.getReason().isEmpty() ? "" : ": " + status.getReason())));
            });
        }
        out.flush();
        return ExitCodes.DONE;
    }

    private static ArrayNode json(Map<String, ModelAnnouncement> models, Collection<ModelStatus> statuses) {
        ArrayNode all = new JsonMapper().createArrayNode();
        models.forEach((id, model) -> {
            ObjectNode node = all.addObject()
                    .put("model", id)
                    .put("sha256", model.getSha256())
                    .put("size_bytes", model.getSizeBytes())
                    .put("announced_at", model.getAnnouncedAt().toString());
            ObjectNode card = node.putObject("card");
            model.getCard().forEach(card::put);
            ArrayNode servers = node.putArray("servers");
            of(id, statuses).forEach(status -> servers.addObject()
                    .put("server", status.getServerId())
                    .put("state", status.getState().name())
                    .put("reason", status.getReason())
                    .put("reported_at", status.getReportedAt().toString()));
        });
        return all;
    }

    private static List<ModelStatus> of(String model, Collection<ModelStatus> statuses) {
        return statuses.stream()
                .filter(status -> status.getModel().equals(model))
                .toList();
    }
}
