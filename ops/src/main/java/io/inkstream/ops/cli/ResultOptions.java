package io.inkstream.ops.cli;

import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flag of commands whose result programs may want to read. */
final class ResultOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--json",
            description = "The result as JSON: one object, or one on each line where results come one after the other.")
    private boolean json;

    /** Whether programs read it. */
    boolean isJson() {
        return json;
    }

    /**
     * Prints the whole result.
     *
     * @param inWords prints it for people
     */
    <T> void print(T result, Consumer<T> inWords) {
        if (json) {
            Printed.json(spec, result);
        } else {
            inWords.accept(result);
        }
    }

    /** Prints a line for people. */
    void say(String line) {
        Printed.lines(spec, line);
    }

    /** Prints one of several results that is a name and what it is, such as a file that was written. */
    void printFact(String name, Object value) {
        printNext(Map.of(name, value.toString()), name + ": " + value);
    }

    /**
     * Prints one result of several that come one after the other.
     *
     * @param words for people
     */
    void printNext(Object result, String words) {
        Printed.lines(spec, json ? Printed.jsonLine(result) : words);
    }
}
