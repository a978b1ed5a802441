package io.inkstream.ops.cli;

import io.inkstream.ops.bench.faults.FaultBench;
import io.inkstream.ops.bench.faults.FaultKind;
import io.inkstream.ops.bench.faults.FaultReport;
import io.inkstream.ops.bench.speed.SpeedBench;
import io.inkstream.ops.bench.speed.SpeedReport;
import io.inkstream.ops.bench.swaps.SwapBench;
import io.inkstream.ops.bench.swaps.SwapReport;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.RunDirectory;
import io.inkstream.ops.stack.Shape;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = {
            "Measures throughput, latency and cost of a whole Inkstream on this machine.",
            "Starts its own Inkstream and draws lines of 40 characters under three loads: at full speed, at a steady rate,",
            "and with a new hand for every line.",
            "With --swaps it changes the serving version repeatedly under a steady load instead, by publishing,",
            "promoting and rolling back; with --kill it also kills model server, topology and publisher at random. It",
            "checks every line: exit code 1 if one is lost, duplicated, out of order or not drawn by the version it names.",
            "With --faults it starts three brokers and two of each other process; kills, stops, freezes and restarts them, and",
            "disturbs their connections. Every line is checked in the same way; the same --seed makes the same faults."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream bench",
            "  inkstream bench --seconds 20 --json",
            "  inkstream bench --servers 2",
            "  inkstream bench --swaps 1000 --kill --json > swaps.json",
            "  inkstream bench --swaps 50 --rate 20 --hands 1 --seed 7",
            "  inkstream bench --faults 300 --json > faults.json",
            "  inkstream bench --faults 20 --only kill-topology,kill-broker --seed 7",
        })
final class BenchCommand implements Callable<Integer> {
    private static final double FAULTS_RATE = 40;
    private static final int MOST_SERVERS = 64;
    private static final String SESSION_TIMEOUT = "main.consumer.session.timeout.ms";

    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = {
                "How long each of the three loads is measured; with --swaps: capacity, and latency before the first",
                "swap; with --faults: latency before the first fault (default: ${DEFAULT-VALUE})."
            },
            defaultValue = "60")
    private int seconds;

    @Option(
            names = "--servers",
            paramLabel = "N",
            description = "Model servers that are started, without --swaps and --faults (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int servers;

    @Option(
            names = "--swaps",
            paramLabel = "N",
            description =
                    "Change the serving version N times under load; without --kill, each once the load has settled.")
    private Integer swaps;

    @Option(
            names = "--faults",
            paramLabel = "N",
            description = "Inject N faults under load, with three brokers, two topologies and two model servers.")
    private Integer faults;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "With --faults: which kinds (default: all; an unknown kind lists them).")
    private List<String> only = List.of();

    @Option(
            names = "--calm",
            paramLabel = "SECONDS",
            description =
                    "With --faults: how long all processes are healthy before each fault (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int calm;

    @Option(names = "--kill", description = "With --swaps: kill -9 a process in about one swap in eight.")
    private boolean kill;

    @Option(
            names = "--rate",
            paramLabel = "LINES",
            description = {
                "With --swaps: lines a second (default: 70 %% of the capacity, which is measured first); with --faults: the same",
                "(default: 40)."
            })
    private Double rate;

    @Option(
            names = "--hands",
            paramLabel = "N",
            description = {
                "With --swaps and --faults: hands that the documents are spread over, each of which every new version and every",
                "restarted model server draws anew (default: ${DEFAULT-VALUE})."
            },
            defaultValue = "4")
    private int hands;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "With --swaps and --faults: seed of the order of swaps, kills and faults (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "Model bundle to draw with (default: the shipped one).")
    private Path bundle;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where logs and data go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(names = "-X", paramLabel = "KEY=VALUE", description = "A setting of the model server or the topology.")
    private Map<String, String> values = Map.of();

    @Override
    public Integer call() throws Exception {
        if (seconds < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--seconds is at least 1, not " + seconds);
        }
        if (servers < 1 || servers > MOST_SERVERS) {
            throw new CommandException(ExitCodes.WRONG_USE, "--servers is 1 to " + MOST_SERVERS + ", not " + servers);
        }
        if (servers > 1 && (swaps != null || faults != null)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--servers goes with neither --swaps nor --faults");
        }
        if (swaps != null && faults != null) {
            throw new CommandException(ExitCodes.WRONG_USE, "--swaps and --faults are two different runs");
        }
        if (faults != null) {
            return disturb(faultPlan());
        }
        return swaps == null ? measure() : swap(plan());
    }

    private SwapBench.Plan plan() {
        try {
            return new SwapBench.Plan(swaps, kill, Optional.ofNullable(rate), hands, Duration.ofSeconds(seconds), seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private FaultBench.Plan faultPlan() {
        Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        if (!only.isEmpty()) {
            kinds.clear();
            only.forEach(label -> kinds.add(FaultKind.of(label)
                    .orElseThrow(() -> new CommandException(
                            ExitCodes.WRONG_USE,
                            "there is no fault " + label + "; the kinds are "
                                    + Stream.of(FaultKind.values())
                                            .map(FaultKind::label)
                                            .collect(Collectors.joining(", "))))));
        }
        try {
            return new FaultBench.Plan(
                    faults,
                    kinds,
                    rate == null ? FAULTS_RATE : rate,
                    hands,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(calm),
                    Duration.ofMillis(Long.parseLong(
                            values.getOrDefault(SESSION_TIMEOUT, Long.toString(LocalInkstream.SESSION.toMillis())))),
                    seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private int disturb(FaultBench.Plan plan) throws Exception {
        Distribution distribution = Distribution.current();
        byte[] model = InputFiles.bytes(bundle != null ? bundle : QuickstartCommand.shippedModel(distribution));
        RunDirectory directory = RunDirectory.create(out);
        Addresses at = Addresses.anyFree(Shape.TWO_OF_EVERYTHING);
        AtomicReference<LocalInkstream> made = new AtomicReference<>();
        try {
            FaultBench bench = new FaultBench(plan, this::progress);
            FaultReport report = bench.run(
                    at,
                    settings -> {
                        Map<String, String> all = new HashMap<>(settings);
                        all.putAll(values);
                        made.set(new LocalInkstream(distribution, directory.path(), Shape.TWO_OF_EVERYTHING, at, all));
                        Runtime.getRuntime().addShutdownHook(new Thread(made.get()::close));
                        progress("logs: " + made.get().logs());
                        return made.get();
                    },
                    model,
                    OpsSettings.START_TIMEOUT.defaultValue());
            print(report, BenchText.of(report));
            return report.isClean() ? ExitCodes.DONE : ExitCodes.FAILED;
        } finally {
            if (made.get() != null) {
                made.get().close();
            }
            directory.deleteData();
        }
    }

    private int measure() throws Exception {
        SpeedBench bench = new SpeedBench(Duration.ofSeconds(seconds), this::progress);
        SpeedReport report = run(
                new Shape(1, servers, 1),
                (inkstream, model) -> bench.run(inkstream, model, OpsSettings.START_TIMEOUT.defaultValue()));
        print(report, BenchText.of(report));
        return ExitCodes.DONE;
    }

    private int swap(SwapBench.Plan plan) throws Exception {
        SwapBench bench = new SwapBench(plan, this::progress);
        SwapReport report = run(
                Shape.ONE_OF_EACH,
                (inkstream, model) -> bench.run(inkstream, model, OpsSettings.START_TIMEOUT.defaultValue()));
        print(report, BenchText.of(report));
        return report.isClean() ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private interface Measurement<R> {
        R of(LocalInkstream inkstream, byte[] model) throws Exception;
    }

    private <R> R run(Shape shape, Measurement<R> measurement) throws Exception {
        Distribution distribution = Distribution.current();
        Path model = bundle != null ? bundle : QuickstartCommand.shippedModel(distribution);
        byte[] modelFile = InputFiles.bytes(model);
        RunDirectory directory = RunDirectory.create(out);
        try (LocalInkstream inkstream =
                new LocalInkstream(distribution, directory.path(), shape, Addresses.anyFree(shape), values)) {
            Runtime.getRuntime().addShutdownHook(new Thread(inkstream::close));
            PrintWriter err = spec.commandLine().getErr();
            err.println("logs: " + inkstream.logs());
            return measurement.of(inkstream, modelFile);
        } finally {
            directory.deleteData();
        }
    }

    private void progress(String step) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("measuring: " + step);
        err.flush();
    }

    private void print(Object report, String text) {
        if (results.isJson()) {
            Printed.json(spec, report);
        } else {
            Printed.lines(spec, text);
        }
    }
}
