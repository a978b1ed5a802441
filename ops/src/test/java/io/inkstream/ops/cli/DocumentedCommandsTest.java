package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.examples.DocumentedCommands;
import io.inkstream.ops.examples.DocumentedCommands.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Whatever the pages and the help tell people to type is understood by the commands as they are. */
class DocumentedCommandsTest {
    private final CommandLine commands = Commands.commandLine();

    @Test
    void everyCommandInABlockOfThePagesIsUnderstood() throws IOException {
        List<Call> calls = new ArrayList<>();
        for (Path page : DocumentedCommands.pages()) {
            calls.addAll(DocumentedCommands.inBlocksOf(page));
        }

        assertThat(calls).hasSizeGreaterThan(15);
        assertThat(misunderstood(calls)).isEmpty();
    }

    @Test
    void everyExampleOfTheHelpIsUnderstood() {
        List<Call> calls = new ArrayList<>();
        collectExamples(commands, calls);

        assertThat(calls).hasSizeGreaterThan(40);
        assertThat(misunderstood(calls)).isEmpty();
    }

    @Test
    void everyCommandAndFlagNamedInProseExists() throws IOException {
        List<String> unknown = new ArrayList<>();
        int checked = 0;
        for (Path page : DocumentedCommands.pages()) {
            for (Call call : DocumentedCommands.inProseOf(page)) {
                CommandLine command = commands;
                int word = 0;
                while (word < call.words().size()
                        && command.getSubcommands().containsKey(call.words().get(word))) {
                    command = command.getSubcommands().get(call.words().get(word++));
                }
                if (word == 0 || call.words().size() < 2) {
                    continue; // no command, or a word that happens to be called as one
                }
                checked++;
                if (isGroup(command)) {
                    unknown.add(call + " (no such command)");
                }
                for (String option : call.words().subList(word, call.words().size())) {
                    if (option.startsWith("--")
                            && !command.getCommandSpec().optionsMap().containsKey(option)) {
                        unknown.add(call + " (no flag " + option + ")");
                    }
                }
            }
        }

        assertThat(checked).isGreaterThan(20);
        assertThat(unknown).isEmpty();
    }

    /** Whether it does nothing by itself. */
    private static boolean isGroup(CommandLine command) {
        return !command.getSubcommands().isEmpty() && !(command.getCommand() instanceof Callable);
    }

    private static void collectExamples(CommandLine command, List<Call> into) {
        into.addAll(DocumentedCommands.inHelp(
                command.getCommandSpec().qualifiedName(),
                command.getCommandSpec().usageMessage().footer()));
        command.getSubcommands().values().forEach(below -> collectExamples(below, into));
    }

    private List<String> misunderstood(List<Call> calls) {
        List<String> misunderstood = new ArrayList<>();
        for (Call call : calls) {
            try {
                var last =
                        commands.parseArgs(call.words().toArray(String[]::new)).asCommandLineList();
                CommandLine command = last.get(last.size() - 1);
                if (isGroup(command) && !command.isUsageHelpRequested()) {
                    misunderstood.add(call + " (no such command)");
                }
            } catch (CommandLine.ParameterException e) {
                misunderstood.add(call + " (" + e.getMessage() + ")");
            }
        }
        return misunderstood;
    }
}
