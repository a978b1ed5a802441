package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.util.List;
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
        name = "candidate",
        description = {
            "Routes a share of the documents to a version (a canary rollout).",
            "The hash of a document's id decides whether it goes to the candidate: as a whole, and again if it is sent again.",
            "If more of the candidate's lines fail or are slow than the limits allow, it is halted: every topology instance stops",
            "routing to it until another policy is written. inkstream models list shows the halt and its reason.",
            "--percent 0 ends it. The stable version stays the same throughout, whatever is published meanwhile.",
            "With --steps the share rises by schedule; when the last step is over and the candidate has stayed within",
            "the limits of each step, a topology instance promotes it automatically. A halt ends the steps."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models candidate inkstream-base:2 --percent 10 --max-latency-ms 500 --wait",
            "  inkstream models candidate inkstream-base:2 --percent 50",
            "  inkstream models candidate inkstream-base:2 --percent 0",
            "  inkstream models candidate inkstream-base:2 --steps 10:10m,25:10m,50:10m,100:10m --max-latency-ms 500",
            "  inkstream models candidate inkstream-base:2 --steps 1:1h:0.2,10:1h:0.05,100:1d:0.01:400"
        })
final class ModelsCandidateCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(paramLabel = "NAME:VERSION", description = "The candidate.")
    private String model;

    @ArgGroup(multiplicity = "1")
    private Share share;

    private static final class Share {
        @Option(names = "--percent", paramLabel = "N", description = "Its share of the documents, 0 to 100; 0 ends it.")
        private Integer percent;

        @Option(
                names = "--steps",
                paramLabel = "N:TIME[:RATE[:MS]],...",
                description = {
                    "Its shares in order, each with its duration (30s, 10m, 2h, 1d) and, where they differ",
                    "from --max-error-rate and --max-latency-ms, its own limits."
                })
        private String steps;
    }

    @Option(
            names = "--max-error-rate",
            paramLabel = "SHARE",
            description =
                    "Share of its lines, 0 to 1, that may fail before it is halted (default: 0.05, or unchanged).")
    private Double maxErrorRate;

    @Option(
            names = "--max-latency-ms",
            paramLabel = "MS",
            description =
                    "Time within which 95 %% of its lines must be drawn, or it is halted (default: none, or unchanged).")
    private Integer maxLatencyMs;

    @Override
    public Integer call() {
        ModelId version = PolicyChange.version(model);
        RolloutSyntax.checkBounds("the candidate's", maxErrorRate, maxLatencyMs);
        if (share.steps != null) {
            double rate = maxErrorRate == null
                    ? RolloutPolicy.newBuilder().setRevision("").build().getMaxCandidateErrorRate()
                    : maxErrorRate;
            List<RolloutStep> steps = RolloutSyntax.steps(share.steps, rate, maxLatencyMs);
            return change.run(version.name(), next -> next.candidate(version, steps));
        }
        ModelsShadowCommand.checkPercent(share.percent);
        OptionalDouble errors =
                Optional.ofNullable(maxErrorRate).map(OptionalDouble::of).orElse(OptionalDouble.empty());
        OptionalInt latency =
                Optional.ofNullable(maxLatencyMs).map(OptionalInt::of).orElse(OptionalInt.empty());
        return change.run(version.name(), next -> next.candidate(version, share.percent, errors, latency));
    }
}
