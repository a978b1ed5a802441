package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "shadow",
        description = {
            "Has a version draw in the shadow of the serving one, for comparison only.",
            "Each line's comparison (pixels, what the server's reader reads in both, latency) goes to topic shadow-reports",
            "and to the topology's metrics; nothing that the shadow draws is ever emitted. --percent 0 ends it."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models shadow inkstream-base:2 --percent 20 --wait",
            "  inkstream models shadow inkstream-base:2 --percent 0",
        })
final class ModelsShadowCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(paramLabel = "NAME:VERSION", description = "The shadow version.")
    private String model;

    @Option(
            names = "--percent",
            paramLabel = "N",
            description = "Share of the documents that it draws too, 0 to 100 (default: ${DEFAULT-VALUE}); 0 ends it.",
            defaultValue = "100")
    private int percent;

    @Override
    public Integer call() {
        ModelId version = PolicyChange.version(model);
        checkPercent(percent);
        return change.run(version.name(), next -> next.shadow(version, percent));
    }

    static void checkPercent(int percent) {
        if (percent < 0 || percent > 100) {
            throw new CommandException(ExitCodes.WRONG_USE, "--percent is 0 to 100, not " + percent);
        }
    }
}
