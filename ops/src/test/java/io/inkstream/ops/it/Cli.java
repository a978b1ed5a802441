package io.inkstream.ops.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.cli.Commands;
import io.inkstream.ops.stack.Addresses;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** The command line in this process, against one installation. */
final class Cli {
    private final Addresses at;

    Cli(Addresses at) {
        this.at = at;
    }

    /** What a command printed, and its exit code. */
    record Result(int code, String out, String err) {
        JsonNode json() throws JsonProcessingException {
            return new JsonMapper().readTree(out);
        }
    }

    Result run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-b", at.bootstrap(), "-r", at.registryUrl()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }
}
