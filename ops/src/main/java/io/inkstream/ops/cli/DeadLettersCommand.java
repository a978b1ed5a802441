package io.inkstream.ops.cli;

import picocli.CommandLine.Command;

@Command(
        name = "dead-letters",
        description = "Lists and shows refused documents, and has them drawn again.",
        mixinStandardHelpOptions = true,
        subcommands = {DeadLettersListCommand.class, DeadLettersShowCommand.class, DeadLettersReplayCommand.class})
final class DeadLettersCommand extends CommandGroup {}
