package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "publish",
        description = "Publishes a model bundle: servers that run take it up without a restart.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream models publish trainer/models/inkstream-base-1.zip"})
final class ModelsPublishCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "The bundle, a .zip file.")
    private Path bundle;

    @Override
    public Integer call() throws WriteFailedException {
        byte[] file = InputFiles.bytes(bundle);
        Cluster cluster = clusterOptions.connect();
        cluster.createTopics();
        ModelAnnouncement announced = publish(cluster, bundle, file);
        spec.commandLine()
                .getOut()
                .println("model: " + announced.getName() + ":" + announced.getVersion() + " " + announced.getSha256());
        spec.commandLine().getOut().flush();
        return ExitCodes.DONE;
    }

    static ModelAnnouncement publish(Cluster cluster, Path bundle, byte[] file) throws WriteFailedException {
        try {
            return ModelFiles.publish(cluster, file);
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, bundle + " is no model bundle: " + e.getMessage(), e);
        }
    }
}
