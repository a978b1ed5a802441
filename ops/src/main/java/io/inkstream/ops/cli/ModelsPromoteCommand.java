package io.inkstream.ops.cli;

import io.inkstream.ops.rollout.Baking;
import io.inkstream.schemas.ModelId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "promote",
        description = {
            "Makes a version serve by default.",
            "Until a version is promoted, the newest version that is READY on every live server serves, so a new version takes",
            "over automatically. A promoted version serves until another is promoted. --freeze keeps the",
            "version that serves now; --newest returns to serving the newest.",
            "The policy keeps the version that served before, for a rollback. A candidate or shadow that is",
            "promoted stops being one; pins and everything else stay. Refused if no live server has the version READY.",
            "With --bake the version is watched for that time: if more of its lines fail or are slow than the limits",
            "allow, the topology rolls back to the version before automatically; the policy's comment says why."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models promote inkstream-base:2 --wait",
            "  inkstream models promote inkstream-base --freeze --comment \"until the exhibition is over\"",
            "  inkstream models promote inkstream-base --newest",
            "  inkstream models promote inkstream-base:2 --bake 10m --max-error-rate 0.02 --max-latency-ms 500 --wait"
        })
final class ModelsPromoteCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(
            paramLabel = "NAME:VERSION|NAME",
            description = "The version; with --freeze or --newest, the model's name.")
    private String model;

    @ArgGroup
    private Mode mode = new Mode();

    private static final class Mode {
        @Option(
                names = "--freeze",
                description = "Keep new versions from taking over; with a NAME, the version that serves now stays.")
        private boolean freeze;

        @Option(
                names = {"--newest", "--unfreeze"},
                description = "From now on, serve the newest version that is READY on every live server.")
        private boolean newest;
    }

    @Option(
            names = "--bake",
            paramLabel = "TIME",
            description =
                    "Watch the version for this time (30s, 10m, 2h, 1d), and roll back automatically if it fails.")
    private String bake;

    @Option(
            names = "--max-error-rate",
            paramLabel = "SHARE",
            description = "With --bake: share of its lines, 0 to 1, that may fail (default: 0.05, or unchanged).")
    private Double maxErrorRate;

    @Option(
            names = "--max-latency-ms",
            paramLabel = "MS",
            description =
                    "With --bake: time within which 95 %% of its lines must be drawn (default: none, or unchanged).")
    private Integer maxLatencyMs;

    @Override
    public Integer call() {
        if (bake == null && (maxErrorRate != null || maxLatencyMs != null)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--max-error-rate and --max-latency-ms need --bake TIME");
        }
        if (bake != null && !model.contains(":")) {
            throw new CommandException(ExitCodes.WRONG_USE, "--bake needs a version, NAME:VERSION");
        }
        if (model.contains(":")) {
            ModelId version = PolicyChange.version(model);
            if (mode.newest) {
                throw new CommandException(
                        ExitCodes.WRONG_USE, "--newest takes the name alone: " + version.name() + " --newest");
            }
            Optional<Baking> baking = baking();
            return change.run(version.name(), next -> next.promote(version, mode.freeze, baking));
        }
        if (!mode.freeze && !mode.newest) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "name a version, as " + model
                            + ":VERSION, or --newest or --freeze (inkstream models list shows what" + " there is)");
        }
        return change.run(model, next -> mode.freeze ? next.freeze() : next.newest());
    }

    private Optional<Baking> baking() {
        RolloutSyntax.checkBounds("the version's", maxErrorRate, maxLatencyMs);
        return Optional.ofNullable(bake)
                .map(time -> new Baking(
                        Duration.ofSeconds(RolloutSyntax.seconds(time)),
                        maxErrorRate == null ? OptionalDouble.empty() : OptionalDouble.of(maxErrorRate),
                        maxLatencyMs == null ? OptionalInt.empty() : OptionalInt.of(maxLatencyMs)));
    }
}
