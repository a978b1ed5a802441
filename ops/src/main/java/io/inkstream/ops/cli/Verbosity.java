package io.inkstream.ops.cli;

import java.util.Arrays;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The flag that every command has for the day when one sentence is not enough. */
final class Verbosity {
    private static final String FLAG = "--verbose";

    @Option(names = FLAG, description = "Log progress, and show stack traces of errors.")
    private boolean verbose;

    /** Sets the log level by the flag; must come before the first logger is made. */
    static void configureLogging(String[] args) {
        boolean verbose = Arrays.asList(args).contains(FLAG);
        System.setProperty("inkstream.log.level", verbose ? "INFO" : "ERROR");
        System.setProperty("inkstream.log.target", "System.err");
    }

    static boolean isVerbose(ParseResult result) {
        ParseResult deepest = result;
        while (deepest.hasSubcommand()) {
            deepest = deepest.subcommand();
        }
        return deepest.hasMatchedOption(FLAG);
    }
}
