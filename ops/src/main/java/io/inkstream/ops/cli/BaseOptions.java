package io.inkstream.ops.cli;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags that say which model a hand is made of. */
final class BaseOptions {
    @Mixin
    private ClusterOptions clusterOptions;

    @Option(
            names = "--base",
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "The model whose generator draws what the person did not write: a bundle file, or a version"
                    + " published on the cluster (default: the shipped one).")
    private String base;

    /** @throws CommandException if there is no such model */
    ModelBundle model() {
        String from = base == null
                ? QuickstartCommand.shippedModel(Distribution.current()).toString()
                : base;
        try {
            return ModelFiles.parse(InputFiles.model(from, clusterOptions));
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, from + ": " + e.getMessage(), e);
        }
    }

    /** Where the cluster is. */
    ClusterOptions cluster() {
        return clusterOptions;
    }
}
