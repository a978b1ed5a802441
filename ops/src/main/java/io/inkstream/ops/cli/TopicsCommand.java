package io.inkstream.ops.cli;

import picocli.CommandLine.Command;

@Command(
        name = "topics",
        description = "Creates and describes the topics of an installation.",
        mixinStandardHelpOptions = true,
        subcommands = {TopicsCreateCommand.class, TopicsDescribeCommand.class})
final class TopicsCommand extends CommandGroup {}
