package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.client.BundleLocation;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.Announceable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "publish",
        description = {
            "Publishes a model bundle; running servers load it without a restart.",
            "Its chunks and its announcement are one transaction, so that no server ever sees half of it. Each server",
            "checks what the version draws before it may serve. --wait returns when all live servers have it READY, or"
                    + " with the",
            "reason of one that has REJECTED it. If no version was promoted, it then serves automatically.",
            "A version never changes: other bytes under a published id are refused, and publishing the same bytes"
                    + " again changes",
            "nothing, not even its age. A language model (train lm) is published likewise, for generate --lm; no"
                    + " server loads it."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models publish trainer/models/inkstream-base-5.zip --wait",
            "  inkstream models publish large.zip --location https://models.example.org/large.zip",
            "  inkstream models publish out/alice/model.zip",
        })
final class ModelsPublishCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private Verbosity verbosity;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "The bundle, a .zip file.")
    private Path bundle;

    @Option(
            names = "--location",
            paramLabel = "URL",
            description = {
                "Announce this location of the bundle (file:, http: or https:) instead of sending it through the"
                        + " topic.",
                "Servers fetch it only from prefixes that their settings allow; by default they allow none."
            })
    private String location;

    @Option(names = "--force", description = "Announce a location even if the bundle cannot be read there from here.")
    private boolean force;

    @Mixin
    private ResultOptions results;

    private record ServerJson(String server, String state, String reason) {}

    /**
     * What was published; the names are fixed.
     *
     * @param changed false where the same was announced already, and nothing was written
     * @param ready whether every live server has it READY; absent where nobody waited
     * @param servers what live ones say of it
     */
    private record Result(
            String model,
            String sha256,
            @JsonProperty("size_bytes") long sizeBytes,
            int chunks,
            String location,
            boolean changed,
            Boolean ready,
            String reason,
            @JsonProperty("waited_ms") long waitedMs,
            List<ServerJson> servers) {}

    private record End(boolean isReady, String reason, Situation situation) {}

    @Override
    public Integer call() throws WriteFailedException {
        byte[] file = InputFiles.bytes(bundle);
        Announceable parsed = InputFiles.announceable(bundle, file);
        boolean isServed = parsed.kind() == ModelKind.HANDWRITING;
        if (!isServed && location != null) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--location is for model servers, and " + parsed.id() + " is no model of theirs");
        }
        URI at = location == null ? null : location(file);
        Cluster cluster = clusterOptions.connect();
        cluster.createTopics();
        try (RolloutDesk desk = new RolloutDesk(
                cluster, cluster.settings().get(OpsSettings.SILENCE), InstantSource.system(), System::nanoTime)) {
            refuseOtherBytes(desk.situation(), parsed, file);
            ModelFiles.Publication publication = at == null
                    ? ModelFiles.publish(cluster, file, parsed)
                    : ModelFiles.announce(cluster, file, parsed, at);
            long start = System.nanoTime();
            if (wait.isWanted() && !isServed) {
                Printed.note(spec, "no server loads a language model, so there is nothing to wait for");
            }
            End end = wait.isWanted() && isServed ? await(desk, publication.announced()) : null;
            return finish(publication, end, (System.nanoTime() - start) / 1_000_000);
        }
    }

    /** Publishes a file that somebody named. */
    static ModelAnnouncement publish(Cluster cluster, Path bundle, byte[] file) throws WriteFailedException {
        return ModelFiles.publish(cluster, file, InputFiles.bundle(bundle, file))
                .announced();
    }

    private URI location(byte[] file) {
        URI at;
        try {
            at = BundleLocation.parse(location);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        try {
            if (!force) {
                BundleLocation.check(at, file);
            }
        } catch (IOException e) {
            String why = e instanceof NoSuchFileException ? "no such file: " + at : e.getMessage();
            throw new CommandException(
                    ExitCodes.UNSAFE,
                    why + ", so servers would reject it; put it there first (--force announces it all the same)",
                    e);
        }
        return at;
    }

    private static void refuseOtherBytes(Situation situation, Announceable parsed, byte[] file) {
        ModelFiles.otherKind(
                        parsed.id().name(), parsed.kind(), situation.models().values())
                .ifPresent(why -> {
                    throw new CommandException(ExitCodes.UNSAFE, why);
                });
        String id = parsed.id().toString();
        ModelAnnouncement before = situation.models().get(id);
        if (before != null && !before.getSha256().equals(ModelBundle.sha256(file))) {
            throw new CommandException(ExitCodes.UNSAFE, ModelFiles.otherBytes(id, before));
        }
    }

    private End await(RolloutDesk desk, ModelAnnouncement announced) {
        return desk.await(Goal.ready(id(announced), announced.getSha256()), wait.limit())
                .match(
                        ready -> new End(true, "", ready.situation()),
                        failed -> new End(false, failed.why(), failed.situation()),
                        late -> new End(false, late.why(), late.situation()));
    }

    private int finish(ModelFiles.Publication publication, End end, long waitedMs) {
        ModelAnnouncement announced = publication.announced();
        String id = id(announced);
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            id,
                            announced.getSha256(),
                            announced.getSizeBytes(),
                            announced.getChunkCount(),
                            announced.getLocation(),
                            publication.isChange(),
                            end == null ? null : end.isReady(),
                            end == null ? "" : end.reason(),
                            waitedMs,
                            end == null ? List.of() : servers(end.situation(), id)));
        } else {
            Printed.lines(spec, "model: " + id + " " + announced.getSha256());
            if (!publication.isChange()) {
                Printed.lines(spec, "unchanged: announced with these bytes at " + announced.getAnnouncedAt());
            }
            if (end != null && end.isReady()) {
                Printed.lines(spec, "ready: after " + waitedMs + " ms");
            }
        }
        if (end != null && !end.isReady()) {
            Printed.note(spec, end.reason());
            return ExitCodes.FAILED;
        }
        return ExitCodes.DONE;
    }

    private static List<ServerJson> servers(Situation situation, String id) {
        return situation.liveServers().stream()
                .flatMap(server -> situation.status(server, id).stream())
                .map(status ->
                        new ServerJson(status.getServerId(), status.getState().name(), status.getReason()))
                .toList();
    }

    private static String id(ModelAnnouncement announced) {
        return announced.getName() + ":" + announced.getVersion();
    }
}
