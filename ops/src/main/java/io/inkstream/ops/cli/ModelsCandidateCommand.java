package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelId;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "candidate",
        description = {
            "Gives a version a share of the documents.",
            "A document goes to the candidate by the hash of its id: always as a whole, and again if it is sent again.",
            "Where more of the candidate's lines fail, or take longer, than the bounds allow, every topology instance stops",
            "routing to it until another policy is written, and says so: inkstream models list shows it.",
            "--percent 0 ends it. The stable version stays the same throughout, whatever is published meanwhile."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models candidate inkstream-base:2 --percent 10 --max-latency-ms 500 --wait",
            "  inkstream models candidate inkstream-base:2 --percent 50",
            "  inkstream models candidate inkstream-base:2 --percent 0",
        })
final class ModelsCandidateCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(paramLabel = "NAME:VERSION", description = "The candidate.")
    private String model;

    @Option(
            names = "--percent",
            required = true,
            paramLabel = "N",
            description = "Its share of the documents, 0 to 100; 0 ends it.")
    private int percent;

    @Option(
            names = "--max-error-rate",
            paramLabel = "SHARE",
            description = "Share of its lines, 0 to 1, that may fail before it is halted (default: 0.05, or as it is).")
    private Double maxErrorRate;

    @Option(
            names = "--max-latency-ms",
            paramLabel = "MS",
            description =
                    "Time within which 95 %% of its lines must be drawn, or it is halted (default: none, or as it is).")
    private Integer maxLatencyMs;

    @Override
    public Integer call() {
        ModelId version = PolicyChange.version(model);
        ModelsShadowCommand.checkPercent(percent);
        if (maxErrorRate != null && !(maxErrorRate >= 0 && maxErrorRate <= 1)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--max-error-rate is 0 to 1, not " + maxErrorRate);
        }
        if (maxLatencyMs != null && maxLatencyMs < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--max-latency-ms is at least 1, not " + maxLatencyMs);
        }
        OptionalDouble errors =
                Optional.ofNullable(maxErrorRate).map(OptionalDouble::of).orElse(OptionalDouble.empty());
        OptionalInt latency =
                Optional.ofNullable(maxLatencyMs).map(OptionalInt::of).orElse(OptionalInt.empty());
        return change.run(version.name(), next -> next.candidate(version, percent, errors, latency));
    }
}
