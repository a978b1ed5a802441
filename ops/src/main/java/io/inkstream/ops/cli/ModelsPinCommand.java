package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelId;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pin",
        description = {
            "Pins documents or styles to a version, whichever version serves by default.",
            "A document's pin overrides its style's; a model named in the document itself overrides both.",
            "--remove removes the pins."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models pin inkstream-base:1 --document letter-1 --document letter-2",
            "  inkstream models pin inkstream-base:2 --style neat --wait",
            "  inkstream models pin inkstream-base --style neat --remove",
        })
final class ModelsPinCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(
            paramLabel = "NAME:VERSION|NAME",
            description = "The version; with --remove, the model's name is enough.")
    private String model;

    @Option(names = "--document", paramLabel = "ID", description = "A document; may be repeated.")
    private Set<String> documents = new LinkedHashSet<>();

    @Option(names = "--style", paramLabel = "S", description = "A style; may be repeated.")
    private Set<String> styles = new LinkedHashSet<>();

    @Option(names = "--remove", description = "Remove the pins.")
    private boolean remove;

    @Override
    public Integer call() {
        if (documents.isEmpty() && styles.isEmpty()) {
            throw new CommandException(ExitCodes.WRONG_USE, "name at least one --document ID or --style S");
        }
        if (remove) {
            String name = model.contains(":") ? PolicyChange.version(model).name() : model;
            return change.run(name, next -> next.unpin(documents, styles));
        }
        ModelId version = PolicyChange.version(model);
        return change.run(version.name(), next -> next.pin(version, documents, styles));
    }
}
