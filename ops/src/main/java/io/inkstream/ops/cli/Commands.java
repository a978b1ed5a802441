package io.inkstream.ops.cli;

import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.trainer.dataset.BadDatasetException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.apache.kafka.common.KafkaException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** All commands under one name, with one way to fail. */
@Command(
        name = "inkstream",
        description = "Handwriting as a stream: text records in, line images out.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Commands.Version.class,
        subcommands = {
            QuickstartCommand.class,
            RenderCommand.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            ReplayCommand.class,
            ModelsCommand.class,
            DoctorCommand.class,
            TopicsCommand.class,
            DeadLettersCommand.class,
            ResetCommand.class,
            CleanCommand.class,
            BenchCommand.class,
            DatasetCommand.class,
            SampleCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            ExploreCommand.class,
            HandCommand.class,
            GenerateCommand.class,
            ReadCommand.class,
            PageCommand.class,
            SettingsCommand.class,
            AutoComplete.GenerateCompletion.class,
        },
        footer = {
            "",
            "Start here, with nothing else running:",
            "  inkstream quickstart --text \"Dear reader, this was never written by hand.\"",
            "",
            "Exit codes: 0 done; 1 tried and failed; 2 wrong flags, settings or files;",
            "3 brokers or registry do not answer; 4 the pipeline refused the document, or a page of it;",
            "5 refused, since it would break serving.",
        })
public final class Commands implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs the command that the arguments name and returns its exit code. */
    public static int run(String... args) {
        Verbosity.configureLogging(args);
        return commandLine().execute(args);
    }

    /** The same with somewhere else to print to, and logging left as it is. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return commandLine().setOut(out).setErr(err).execute(args);
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Commands());
        commandLine.setParameterExceptionHandler((e, arguments) -> wrongUse(e));
        commandLine.setExecutionExceptionHandler(Commands::failed);
        commandLine.setExitCodeExceptionMapper(Commands::exitCode);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        return commandLine;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUse(CommandLine.ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = e.getMessage();
        say(
                e.getCommandLine().getErr(),
                name,
                message + (message.endsWith(".") ? " See '" : "; see '") + name + " --help'");
        return ExitCodes.WRONG_USE;
    }

    private static int failed(Exception e, CommandLine commandLine, ParseResult result) {
        say(commandLine.getErr(), commandLine.getCommandSpec().qualifiedName(), sentence(e));
        if (Verbosity.isVerbose(result)) {
            e.printStackTrace(commandLine.getErr());
        }
        return exitCode(e);
    }

    private static void say(PrintWriter err, String command, String sentence) {
        err.println(command + ": " + sentence);
        err.flush();
    }

    private static String sentence(Throwable e) {
        if (e instanceof UncheckedIOException unchecked) {
            return sentence(unchecked.getCause());
        }
        if (e instanceof FileSystemException file) {
            return InputFiles.reason(file);
        }
        if (isExpected(e) && e.getMessage() != null) {
            return e.getMessage();
        }
        return "unexpected " + e.getClass().getSimpleName() + ": " + e.getMessage()
                + " (--verbose shows the stack trace)";
    }

    private static boolean isExpected(Throwable e) {
        return e instanceof CommandException
                || e instanceof SettingsException
                || e instanceof StartException
                || e instanceof WriteFailedException
                || e instanceof KafkaException
                || e instanceof java.io.IOException;
    }

    private static int exitCode(Throwable e) {
        if (e instanceof CommandException command) {
            return command.exitCode();
        }
        if (e instanceof SettingsException || e instanceof BadDatasetException) {
            return ExitCodes.WRONG_USE;
        }
        return e instanceof RegistryUnavailableException || e.getCause() instanceof RegistryUnavailableException
                ? ExitCodes.UNREACHABLE
                : ExitCodes.FAILED;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"inkstream " + CodeVersion.current()};
        }
    }
}
