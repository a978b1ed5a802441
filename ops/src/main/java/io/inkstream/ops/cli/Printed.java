package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** What commands say: results on standard output, everything else on standard error. */
final class Printed {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonMapper LINES = JsonMapper.builder()
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private Printed() {}

    /** Prints one JSON object. */
    static void json(CommandSpec spec, Object value) {
        try {
            lines(spec, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result is no JSON", e);
        }
    }

    /** One JSON object on a line of its own, for results that come one after the other; what is null is left out. */
    static String jsonLine(Object value) {
        try {
            return LINES.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result is no JSON", e);
        }
    }

    /** Prints lines for people. */
    static void lines(CommandSpec spec, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** Says something beside the result. */
    static void note(CommandSpec spec, String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(spec.qualifiedName() + ": " + sentence);
        err.flush();
    }
}
