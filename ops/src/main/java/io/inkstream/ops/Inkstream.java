package io.inkstream.ops;

import io.inkstream.ops.cli.Commands;

/** The command line: {@code ops/bin/inkstream}. */
public final class Inkstream {
    private Inkstream() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(Commands.run(args));
    }
}
