package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.admin.DeadLetterShelf;
import io.inkstream.ops.admin.ShelvedLetter;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.Words;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.DeadLetterReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "show",
        description = {
            "Shows one refused document: reason, message, headers and what of its text there is.",
            "Headers and text are cut where they are long; of bytes that are no document the first are shown as digits."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dead-letters show 2:118",
            "  inkstream dead-letters show letter-1 --json",
        })
final class DeadLettersShowCommand implements Callable<Integer> {
    private static final int TEXT_CHARS = 4_000;
    private static final int BYTES = 64;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private LetterPlace place;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    /**
     * The result; the names are fixed.
     *
     * @param meaning of the reason; absent of one that this release does not know
     * @param value why the bytes are no document, and the first of them; absent where they are
     */
    private record Result(
            @JsonUnwrapped LetterJson letter,
            String meaning,
            Map<String, String> headers,
            @JsonProperty("value_bytes") Integer valueBytes,
            String text,
            @JsonProperty("text_chars") Integer textChars,
            String style,
            Long seed,
            String model,
            String layout,
            String value) {}

    @Override
    public Integer call() {
        if (!place.isGiven()) {
            throw new ParameterException(spec.commandLine(), "say which: PARTITION:OFFSET, or the id of a document");
        }
        Cluster cluster = clusterOptions.connect();
        ShelvedLetter letter;
        try (DeadLetterShelf shelf = new DeadLetterShelf(cluster, DeadLettersListCommand.PATIENCE)) {
            letter = place.of(shelf);
        }
        results.print(result(cluster, letter), this::print);
        return ExitCodes.DONE;
    }

    private static Result result(Cluster cluster, ShelvedLetter letter) {
        byte[] value = letter.letter().value();
        TextDocument document = null;
        String trouble = letter.letter().valueOmitted() >= 0
                ? "left out here, since it would outgrow the topic; it was read at " + letter.origin()
                : value == null ? "null" : null;
        if (trouble == null) {
            try {
                document = cluster.topics()
                        .texts()
                        .value()
                        .deserializer()
                        .deserialize(cluster.topics().texts().name(), letter.headers(), value);
            } catch (SerializationException | RegistryUnavailableException e) {
                trouble = "no document that can be read (" + e.getMessage() + "): "
                        + HexFormat.ofDelimiter(" ").formatHex(Arrays.copyOf(value, Math.min(value.length, BYTES)))
                        + (value.length > BYTES ? " ..." : "");
            }
        }
        Map<String, String> headers = new TreeMap<>();
        for (Header header : letter.headers()) {
            headers.put(
                    Limits.cut(header.key(), Limits.QUOTED_CHARS),
                    header.value() == null
                            ? null
                            : Limits.cut(new String(header.value(), StandardCharsets.UTF_8), Limits.MESSAGE_CHARS));
        }
        return new Result(
                LetterJson.of(letter),
                meaning(letter.letter().reason()),
                headers,
                value == null ? null : value.length,
                document == null ? null : Limits.cut(document.getText(), TEXT_CHARS),
                document == null ? null : document.getText().length(),
                document == null ? null : document.getStyle(),
                document == null ? null : document.getSeed(),
                document == null ? null : document.getModel(),
                document == null ? null : String.valueOf(document.getLayout()),
                trouble);
    }

    private static String meaning(String reason) {
        return Arrays.stream(DeadLetterReason.values())
                .filter(known -> known.name().equals(reason))
                .map(DeadLetterReason::doc)
                .findFirst()
                .orElse(null);
    }

    private void print(Result result) {
        LetterJson letter = result.letter();
        say("place", letter.place() + " since " + letter.at());
        say("document", letter.document());
        say("record", letter.origin());
        say("reason", letter.reason() + (result.meaning() == null ? "" : " (" + result.meaning() + ")"));
        say("message", letter.message());
        result.headers().forEach((name, value) -> say("header " + name, String.valueOf(value)));
        if (result.value() != null) {
            say("value", result.value());
            return;
        }
        say("style", result.style());
        say(
                "seed",
                result.seed() == null ? "of the document's id" : result.seed().toString());
        say("model", result.model() == null ? "as the policy says" : result.model());
        say("layout", result.layout());
        boolean isCut = result.textChars() > result.text().length();
        say("text", result.textChars() + " characters" + (isCut ? ", of which the first are" : ""));
        result.text().lines().forEach(line -> results.say("  " + Words.onOneLine(line, TEXT_CHARS)));
    }

    private void say(String name, String value) {
        results.say(name + ": " + Words.onOneLine(value, 2 * Limits.MESSAGE_CHARS));
    }
}
