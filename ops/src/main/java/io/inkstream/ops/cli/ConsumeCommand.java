package io.inkstream.ops.cli;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.errors.WakeupException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "consume",
        description = {
            "Follows line images and saves them as they come.",
            "Each line goes to DOCUMENT/line-0001.png, its ink boxes to DOCUMENT/boxes.jsonl, pages to DOCUMENT/page-1.png;",
            "a refused document, or a page without an image, is reported with its reason. Reads committed records only,",
            "skips and reports records that it cannot read, commits no offsets, and runs until Ctrl-C unless told when to end."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream consume --out images",
            "  inkstream consume --from-beginning --document letter-1 --lines 12",
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where images go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(names = "--from-beginning", description = "Read the topics from the beginning, not only new records.")
    private boolean fromBeginning;

    @Option(names = "--document", paramLabel = "ID", description = "Only this document; may be repeated.")
    private Set<String> documents = new HashSet<>();

    @Option(names = "--lines", paramLabel = "N", description = "End after N lines.")
    private long lines = Long.MAX_VALUE;

    @Option(names = "--idle", paramLabel = "SECONDS", description = "End when nothing has arrived for this long.")
    private long idleSeconds = Long.MAX_VALUE / 1_000_000_000;

    @Override
    public Integer call() {
        Saver saver =
                new Saver(out, spec.commandLine().getOut(), spec.commandLine().getErr(), spec.qualifiedName());
        EventReader.From from = fromBeginning ? EventReader.From.BEGINNING : EventReader.From.END;
        try (EventReader reader = clusterOptions.connect().eventReader(from, saver::passedOver)) {
            Thread interrupter = new Thread(reader::wakeup);
            Runtime.getRuntime().addShutdownHook(interrupter);
            follow(reader, saver);
        } catch (WakeupException e) {
            // Ctrl-C is how a follower ends.
        }
        saver.end();
        return ExitCodes.DONE;
    }

    private void follow(EventReader reader, Saver saver) {
        long left = lines;
        long lastNanos = System.nanoTime();
        boolean away = false;
        while (left > 0
                && System.nanoTime() - lastNanos
                        < Duration.ofSeconds(idleSeconds).toNanos()) {
            List<DocumentEvent> events = List.of();
            try {
                events = reader.poll(POLL);
                if (away && !events.isEmpty()) {
                    saver.note("the schema registry has recovered");
                    away = false;
                }
            } catch (RegistryUnavailableException e) {
                if (!away) {
                    saver.note("waiting for the schema registry: " + e.getMessage());
                    away = true;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
            for (DocumentEvent event : events) {
                if (left > 0 && (documents.isEmpty() || documents.contains(event.document()))) {
                    saver.take(event);
                    lastNanos = System.nanoTime();
                    left -= event.match(line -> 1, page -> 0, refused -> 0);
                }
            }
        }
    }
}
