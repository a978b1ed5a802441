package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.TopologySettings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/** What a browser may ask for: the options that there are, the document that it asks for, and which field a refusal is about. */
final class Asked {
    /** The page asks for these by itself. */
    private static final Set<LayoutOption> OWN = Set.of(LayoutOption.PAGES, LayoutOption.FORMAT);

    private static final int SAMPLE_HEIGHT_PX = 64;
    private static final int SAMPLE_CHARS = 80;
    private static final int SAMPLE_WIDTH_PX = 4096;

    private Asked() {}

    /** Describes the options, enough to make a control of each. */
    static ObjectNode options() {
        ObjectNode answer = Json.object();
        LayoutOptions defaults = LayoutOptions.newBuilder().build();
        ArrayNode options = answer.putArray("options");
        Arrays.stream(LayoutOption.values())
                .filter(option -> !OWN.contains(option))
                .forEach(option -> {
                    LayoutOption.Bounds bounds = option.bounds(defaults);
                    ObjectNode json = options.addObject()
                            .put("name", option.field())
                            .put("type", type(option))
                            .put("doc", option.doc());
                    json.putPOJO("default", plain(option.of(defaults)));
                    bounds.range().ifPresent(range -> {
                        json.put("min", range.least()).put("max", range.most());
                        if (range.least() > -1 && bounds.has(-1.0)) {
                            json.put("own", -1); // the style's own
                        }
                    });
                    List<String> names = names(option, bounds);
                    if (!names.isEmpty()) {
                        names.forEach(json.putArray("choices")::add);
                    }
                });
        // What the pipeline refuses may be set otherwise; then it says so.
        answer.putObject("limits")
                .put("textBytes", TopologySettings.MAX_TEXT_BYTES.defaultValue())
                .put("styleChars", Limits.STYLE_CHARS);
        return answer;
    }

    private static List<String> names(LayoutOption option, LayoutOption.Bounds bounds) {
        return option.type() == Schema.Type.ENUM
                ? LayoutOptions.getClassSchema()
                        .getField(option.field())
                        .schema()
                        .getEnumSymbols()
                : bounds.names();
    }

    private static String type(LayoutOption option) {
        return switch (option.type()) {
            case INT, LONG -> "integer";
            case FLOAT, DOUBLE -> "number";
            case BOOLEAN -> "boolean";
            case ENUM -> "choice";
            default -> "text";
        };
    }

    private static Object plain(Object value) {
        return value instanceof Number || value instanceof Boolean || value == null ? value : value.toString();
    }

    /**
     * The document that is asked for, with pages.
     *
     * @throws FaultyFieldException if the pipeline would refuse it for sure
     */
    static TextDocument document(JsonNode asked) throws FaultyFieldException {
        String text = asked.path("text").asText();
        if (text.isBlank()) {
            throw new FaultyFieldException("text", "There is no text to write.");
        }
        LayoutOptions layout = layout(asked.path("options"));
        layout.setPages(true);
        if (asked.path("format").isTextual()) {
            layout.setFormat(asked.path("format").asText());
        }
        check(layout);
        return document(asked, text, layout);
    }

    /**
     * One line, to show what a style makes of a text.
     *
     * @throws FaultyFieldException if the pipeline would refuse it for sure
     */
    static TextDocument sample(JsonNode asked) throws FaultyFieldException {
        LayoutOptions layout = layout(asked.path("options"));
        LayoutOptions defaults = LayoutOptions.newBuilder().build();
        for (LayoutOption option : LayoutOption.values()) {
            if (!option.isDrawn()) {
                option.set(layout, String.valueOf(plain(option.of(defaults))));
            }
        }
        layout.setPages(false);
        layout.setFormat(defaults.getFormat());
        layout.setLineHeightPx(SAMPLE_HEIGHT_PX);
        layout.setLineWidthPx(SAMPLE_WIDTH_PX);
        check(layout);
        String text = asked.path("text").asText().strip().lines().findFirst().orElse("");
        if (text.isEmpty()) {
            throw new FaultyFieldException("text", "There is no text to write.");
        }
        return document(asked, Limits.cut(text, SAMPLE_CHARS), layout);
    }

    private static TextDocument document(JsonNode asked, String text, LayoutOptions layout)
            throws FaultyFieldException {
        String model = asked.path("model").asText("");
        if (!asked.path("model").isNull()
                && !model.isEmpty()
                && ModelId.ifValid(model).isEmpty()) {
            throw new FaultyFieldException("model", "A version is called name:version.");
        }
        return TextDocument.newBuilder()
                .setText(text)
                .setStyle(asked.path("style").asText("natural"))
                .setModel(asked.path("model").isNull() || model.isEmpty() ? null : model)
                .setSeed(seed(asked.path("seed")))
                .setLayout(layout)
                .build();
    }

    /** As text, since a browser's numbers hold no long. */
    private static Long seed(JsonNode seed) throws FaultyFieldException {
        String text = seed.asText("").strip();
        if (seed.isNull() || text.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new FaultyFieldException("seed", "A seed is a whole number of at most 18 digits.");
        }
    }

    private static LayoutOptions layout(JsonNode values) throws FaultyFieldException {
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        for (LayoutOption option : LayoutOption.values()) {
            JsonNode value = values.path(option.field());
            if (value.isValueNode() && !value.isNull() && !OWN.contains(option)) {
                try {
                    option.set(layout, value.asText());
                } catch (IllegalArgumentException e) {
                    throw new FaultyFieldException(
                            option.field(),
                            "'" + Limits.cut(value.asText(), Limits.QUOTED_CHARS) + "' is not " + option.bounds(layout)
                                    + ".");
                }
            }
        }
        return layout;
    }

    private static void check(LayoutOptions layout) throws FaultyFieldException {
        Optional<LayoutOption.Fault> fault = LayoutOption.fault(layout);
        if (fault.isPresent()) {
            throw new FaultyFieldException(
                    fieldOf(fault.get().reason().name(), fault.get().message()),
                    fault.get().message());
        }
    }

    /** The field that a refusal is about; empty where it is about none. */
    static String fieldOf(String reason, String message) {
        DeadLetterReason known = Arrays.stream(DeadLetterReason.values())
                .filter(one -> one.name().equals(reason))
                .findFirst()
                .orElse(null);
        if (known == null) {
            return "";
        }
        return switch (known) {
            case EMPTY_TEXT, TEXT_TOO_LARGE, RECORD_TOO_LARGE, RENDER_REJECTED -> "text";
            case UNKNOWN_STYLE -> "style";
            case UNKNOWN_MODEL -> "model";
            case INVALID_LAYOUT, UNKNOWN_FORMAT ->
                Arrays.stream(LayoutOption.values())
                        .map(LayoutOption::field)
                        .filter(field -> message.startsWith(field + " "))
                        .findFirst()
                        .orElse("");
            default -> "";
        };
    }
}
