package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.admin.doctor.Checks;
import io.inkstream.ops.admin.doctor.Doctor;
import io.inkstream.ops.admin.doctor.Finding;
import io.inkstream.ops.client.Cluster;
import io.inkstream.topology.TopologySettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = {
            "Checks a deployment, and says of each finding what is wrong and what to do.",
            "Looks at brokers, registry and schemas, topics, model servers and their versions, policies, the topology's group"
                    + " and "
                    + "its lag, the releases that drew the latest lines, dead letters, and clocks. Changes nothing, and takes some"
                    + " seconds.",
            "Exit code 0 if documents are drawn, 1 if there is a problem (with --strict: or a warning), 3 if brokers or"
                    + " registry do "
                    + "not answer."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream doctor",
            "  inkstream doctor --config cluster.properties --strict --json",
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Map<Finding.Level, String> COLOURS = Map.of(
            Finding.Level.OK, "green",
            Finding.Level.WARNING, "yellow",
            Finding.Level.PROBLEM, "bold,red",
            Finding.Level.UNREACHABLE, "bold,red");

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Mixin
    private ColourOptions colours;

    @Option(names = "--strict", description = "Exit code 1 for warnings, too.")
    private boolean strict;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "How far back dead letters are looked at, such as 30m, 24h or 7d (default: ${DEFAULT-VALUE}).",
            defaultValue = "24h")
    private String since;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "Longest time of each check, 8 to 3,600: that of the clocks listens for 6.5 s (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int timeoutSeconds;

    private record FindingJson(String level, String part, String what, String remedy) {}

    /** The result; the names are fixed. */
    private record Result(
            boolean well, @JsonProperty("exit_code") int exitCode, List<FindingJson> findings) {}

    @Override
    public Integer call() {
        if (timeoutSeconds < Checks.LEAST_LIMIT.toSeconds() || timeoutSeconds > 3_600) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--timeout is " + Checks.LEAST_LIMIT.toSeconds() + " to 3,600 seconds, not " + timeoutSeconds);
        }
        Duration lately = Ages.parse("--since", since);
        // A registry that is away is a finding: it is not asked again and again.
        Cluster cluster = new Cluster(clusterOptions.settings(
                TopologySettings.ALL,
                Map.of("max.retries", "0", "http.connect.timeout.ms", "3000", "http.read.timeout.ms", "5000")));
        Duration limit = Duration.ofSeconds(timeoutSeconds);
        List<Finding> findings = new Doctor(
                        Checks.of(
                                cluster,
                                cluster.settings().get(TopologySettings.APPLICATION_ID),
                                cluster.settings().get(OpsSettings.CONNECT_TIMEOUT),
                                limit,
                                cluster.settings().get(OpsSettings.SILENCE),
                                lately,
                                InstantSource.system()),
                        limit)
                .examine();
        int exitCode = exitCode(findings);
        results.print(
                new Result(
                        exitCode == ExitCodes.DONE,
                        exitCode,
                        findings.stream()
                                .map(finding -> new FindingJson(
                                        finding.level().name().toLowerCase(Locale.ROOT),
                                        finding.part(),
                                        finding.what(),
                                        finding.remedy()))
                                .toList()),
                unused -> print(findings));
        return exitCode;
    }

    private int exitCode(List<Finding> findings) {
        Finding.Level worst =
                findings.stream().map(Finding::level).max(Enum::compareTo).orElse(Finding.Level.OK);
        return switch (worst) {
            case OK -> ExitCodes.DONE;
            case WARNING -> strict ? ExitCodes.FAILED : ExitCodes.DONE;
            case PROBLEM -> ExitCodes.FAILED;
            case UNREACHABLE -> ExitCodes.UNREACHABLE;
        };
    }

    private void print(List<Finding> findings) {
        Ansi ansi = colours.ansi();
        for (Finding finding : findings) {
            String level =
                    String.format(Locale.ROOT, "%-11s", finding.level().name().toLowerCase(Locale.ROOT));
            Printed.lines(
                    spec,
                    ColourOptions.in(ansi, COLOURS.get(finding.level()), level) + " " + finding.part() + ": "
                            + finding.what());
            if (!finding.remedy().isEmpty()) {
                Printed.lines(spec, " ".repeat(14) + "-> " + finding.remedy());
            }
        }
        Map<Finding.Level, Long> counts =
                findings.stream().collect(Collectors.groupingBy(Finding::level, Collectors.counting()));
        long bad = counts.getOrDefault(Finding.Level.PROBLEM, 0L) + counts.getOrDefault(Finding.Level.UNREACHABLE, 0L);
        long warnings = counts.getOrDefault(Finding.Level.WARNING, 0L);
        Printed.lines(
                spec,
                bad == 0 && warnings == 0
                        ? "all is well"
                        : bad
                                + (bad == 1 ? " problem, " : " problems, ")
                                + warnings
                                + (warnings == 1 ? " warning" : " warnings"));
    }
}
