package io.inkstream.ops.cli;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.layout.LayoutOption;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Flags that say how a document is to look. */
final class DocumentOptions {
    private static final Map<Schema.Type, Class<?>> TYPES =
            Map.of(Schema.Type.INT, Integer.class, Schema.Type.DOUBLE, Double.class);

    @Option(
            names = "--style",
            paramLabel = "NAME",
            description =
                    "Style of the model (default: ${DEFAULT-VALUE}); an unknown style is refused with the list of styles.",
            defaultValue = "natural")
    private String style;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Chooses the writer within the style; the same text, style, seed and model give the same bytes.")
    private Long seed;

    @Option(names = "--model", paramLabel = "NAME:VERSION", description = "Pins the document to one model version.")
    private String model;

    private final LayoutOptions layout = LayoutOptions.newBuilder().build();

    /** Adds a flag for each option of a layout, but for the one that commands decide by themselves. */
    @Spec
    void addFlags(CommandSpec spec) {
        for (LayoutOption option : LayoutOption.values()) {
            if (option != LayoutOption.PAGES) {
                spec.addOption(flag(option));
            }
        }
    }

    private OptionSpec flag(LayoutOption option) {
        boolean isSwitch = option.label().isEmpty();
        return OptionSpec.builder(option.flag())
                .type(isSwitch ? Boolean.class : TYPES.getOrDefault(option.type(), String.class))
                .arity(isSwitch ? "0" : "1")
                .paramLabel(option.label())
                .description(option.doc() + (isSwitch ? " Sets " + option.switchedOn() + "; the" : " The")
                        + " default is " + option.defaultText() + ".")
                .setter(new CommandLine.Model.ISetter() {
                    @Override
                    public <T> T set(T given) {
                        if (given != null) {
                            option.set(layout, isSwitch ? option.switchedOn() : String.valueOf(given));
                        }
                        return null;
                    }
                })
                .build();
    }

    /** Whether some of what is asked for shows on pages alone. */
    boolean isOfPages() {
        LayoutOptions standard = LayoutOptions.newBuilder().build();
        return Arrays.stream(LayoutOption.values())
                .filter(LayoutOption::isOfPages)
                .anyMatch(option -> !option.of(layout).equals(option.of(standard)));
    }

    /** The document; limits are the pipeline's to check, so that every client gets the same answers. */
    TextDocument document(String text, boolean pages) {
        return TextDocument.newBuilder()
                .setText(text)
                .setStyle(style)
                .setSeed(seed)
                .setModel(model)
                .setLayout(LayoutOptions.newBuilder(layout).setPages(pages).build())
                .build();
    }
}
