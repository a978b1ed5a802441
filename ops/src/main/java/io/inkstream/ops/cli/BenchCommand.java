package io.inkstream.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.OpsSettings;
import io.inkstream.ops.bench.Bench;
import io.inkstream.ops.bench.BenchReport;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.RunDirectory;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = {
            "Measures throughput, latency and cost of the whole on this machine.",
            "Starts an Inkstream of its own, draws lines of 40 characters as fast as it goes, steadily, and with a new",
            "hand for every line, and says what that cost."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  inkstream bench", "  inkstream bench --seconds 20 --json"})
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long each of the three loads is measured (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int seconds;

    @Option(names = "--json", description = "The figures as one JSON object.")
    private boolean json;

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
    public Integer call()
            throws StartException, WriteFailedException, InvalidBundleException, IOException, JsonProcessingException {
        if (seconds < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--seconds is at least 1, not " + seconds);
        }
        Distribution distribution = Distribution.current();
        Path model = bundle != null ? bundle : QuickstartCommand.shippedModel(distribution);
        byte[] modelFile = InputFiles.bytes(model);
        PrintWriter err = spec.commandLine().getErr();
        RunDirectory directory = RunDirectory.create(out);
        BenchReport report;
        try (LocalInkstream inkstream =
                new LocalInkstream(distribution, directory.path(), Addresses.anyFree(), values)) {
            Runtime.getRuntime().addShutdownHook(new Thread(inkstream::close));
            err.println("logs: " + inkstream.logs());
            Bench bench = new Bench(Duration.ofSeconds(seconds), step -> {
                err.println("measuring: " + step);
                err.flush();
            });
            report = bench.run(inkstream, modelFile, OpsSettings.START_TIMEOUT.defaultValue());
        } finally {
            directory.deleteData();
        }
        print(report);
        return ExitCodes.DONE;
    }

    private void print(BenchReport report) throws JsonProcessingException {
        PrintWriter print = spec.commandLine().getOut();
        if (json) {
            print.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        } else {
            print.printf(
                    Locale.ROOT,
                    """
                    lines/s, 64 hands:            %.1f
                    lines/s, new hand each line:  %.1f
                    latency at %.1f lines/s:      p50 %.0f ms, p95 %.0f ms, p99 %.0f ms
                    predictor alone, one core:    %.0f glyphs/s, %.2f times faster in batches
                    cpu seconds per 1000 lines:   %s
                    resident MiB at the end:      %s
                    on: %s, %d cores, %d MiB, %s, %s
                    """,
                    report.linesPerSecond(),
                    report.newHandsLinesPerSecond(),
                    report.latencyLinesPerSecond(),
                    report.latency().p50(),
                    report.latency().p95(),
                    report.latency().p99(),
                    report.predictorGlyphsPerSecond(),
                    report.batchingGain(),
                    report.cpuSecondsPer1000Lines(),
                    report.residentMib(),
                    report.hardware().cpu(),
                    report.hardware().cores(),
                    report.hardware().memoryMib(),
                    report.hardware().os(),
                    report.hardware().java());
        }
        print.flush();
    }
}
