package io.inkstream.ops.cli;

import io.inkstream.trainer.language.LanguageConfig;
import io.inkstream.trainer.palindrome.PalindromeConfig;
import io.inkstream.trainer.palindrome.PalindromeTask;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "palindrome",
        description = {
            "Shows whether recurrent networks remember: each reads all digits of a palindrome but the last, and predicts that one.",
            "It is the first digit, so a network that forgets is right once in ten. One curve for each kind of cell, in one report."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train palindrome --length 5 --out out/palindrome-5",
            "  inkstream train palindrome --length 20 --cell lstm --steps 3000 --out out/palindrome-20",
        })
final class TrainPalindromeCommand implements Callable<Integer> {
    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--length",
            paramLabel = "T",
            description = "Digits of a palindrome (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int length;

    @Option(
            names = "--cell",
            paramLabel = "CELL",
            split = ",",
            description = "Recurrent layers to compare, of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "lstm,rnn")
    private List<LanguageConfig.Cell> cells;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Most steps of each, of 128 palindromes (default: ${DEFAULT-VALUE}).",
            defaultValue = "2000")
    private int steps;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of events and report; an earlier run's are overwritten (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/palindrome")
    private Path out;

    /** How well a kind of cell remembers; the names are fixed. */
    private record Result(String cell, double accuracy, long steps) {}

    @Override
    public Integer call() throws IOException {
        List<PalindromeConfig> configs = new ArrayList<>();
        try {
            for (LanguageConfig.Cell cell : cells.stream().distinct().toList()) {
                configs.add(PalindromeConfig.of(cell, length, steps, seed));
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        Files.createDirectories(out);
        Map<String, String> provenance = new LinkedHashMap<>();
        boolean isStopped = false;
        try (StopSignal stop = StopSignal.listen();
                TrainingListener log = EventLog.open(out.resolve(EventLog.FILE_NAME), 0)) {
            PalindromeTask task = new PalindromeTask(
                    TrainingListener.ofAll(List.of(TrainingProgress.to(results), log)),
                    stop::isGiven,
                    InstantSource.system());
            for (PalindromeConfig config : configs) {
                PalindromeTask.Outcome outcome = task.train(config);
                String cell = config.cell().name().toLowerCase(Locale.ROOT);
                provenance.put("network " + cell, config.toString());
                results.printNext(
                        new Result(cell, outcome.accuracy(), outcome.steps()),
                        String.format(
                                Locale.ROOT,
                                "%s: %.3f of the last digits predicted, after %d steps",
                                cell,
                                outcome.accuracy(),
                                outcome.steps()));
            }
            isStopped = stop.isGiven();
        }
        Path report = out.resolve("report.html");
        new TrainingReport(
                        "Palindromes of " + length + " digits",
                        EventLog.read(out.resolve(EventLog.FILE_NAME)),
                        Map.of(),
                        List.of(),
                        provenance)
                .write(report);
        results.printFact("report", report);
        if (isStopped) {
            throw new CommandException(ExitCodes.FAILED, "stopped; the same command begins anew");
        }
        return ExitCodes.DONE;
    }
}
