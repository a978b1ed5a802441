package io.inkstream.ops.cli;

import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.lines.LineLook;
import io.inkstream.ops.look.Look;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "consume",
        description = {
            "Saves line images, page images and refusals as they come.",
            "Each line goes to DOCUMENT/line-0001.png, its ink boxes to DOCUMENT/boxes.jsonl, pages to DOCUMENT/page-1.png; "
                    + "a refused document, or a page without an image, is reported with its reason. Reads committed records only, "
                    + "skips and reports records that it cannot read, and commits no offsets. Ends when the documents that --document "
                    + "names have come, or as --lines and --idle say; with none of them, or with --follow, it goes on until Ctrl-C."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream consume --out images",
            "  inkstream consume --from-beginning --document letter-1",
            "  inkstream consume --follow --document letter-1 --document letter-2 --json",
            "  inkstream consume --follow --pdf --background paper.jpg",
            "  inkstream consume --follow --look photo --out photos",
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Mixin
    private PdfOptions pdf;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where images go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(names = "--from-beginning", description = "Read the topics from the beginning, not only new records.")
    private boolean fromBeginning;

    @Option(
            names = "--document",
            paramLabel = "ID",
            description = "Only this document, and end when all of it has come; may be repeated.")
    private Set<String> documents = new LinkedHashSet<>();

    @Option(
            names = "--follow",
            description = "Go on until Ctrl-C with whatever comes, of the named documents too: one may be sent again.")
    private boolean follow;

    @Option(
            names = "--look",
            paramLabel = "NAME",
            description =
                    "Save PNGs as if they came from a scanner, camera or fax, their boxes moved along: clean, scan, photo"
                            + " or fax (default: ${DEFAULT-VALUE}).",
            defaultValue = "clean")
    private String look;

    @Option(names = "--lines", paramLabel = "N", description = "End after N lines.")
    private Long lines;

    @Option(names = "--idle", paramLabel = "SECONDS", description = "End when nothing has arrived for this long.")
    private Long idleSeconds;

    @Override
    public Integer call() {
        check();
        Saver saver = new Saver(
                out,
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                spec.qualifiedName(),
                results.isJson(),
                pdf.binder(),
                look());
        EventReader.From from = fromBeginning ? EventReader.From.BEGINNING : EventReader.From.END;
        // What is being saved when somebody stops it is saved whole.
        try (StopSignal stop = StopSignal.listen();
                EventReader reader = clusterOptions.connect().eventReader(from, saver::passedOver)) {
            consume(reader, saver, stop);
            saver.end();
            if (stop.isGiven()) {
                saver.note("stopped after " + saver.taken());
            }
        }
        return ExitCodes.DONE;
    }

    private LineLook look() {
        try {
            return new LineLook(Look.named(look));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, "--look: " + e.getMessage(), e);
        }
    }

    private void check() {
        if (follow && (lines != null || idleSeconds != null)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--follow has no end; leave it out, or leave out --lines and --idle");
        }
        if ((lines != null && lines < 1) || (idleSeconds != null && (idleSeconds < 1 || idleSeconds > 1_000_000_000))) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--lines is at least 1, and --idle is 1 to 1,000,000,000 seconds");
        }
    }

    private void consume(EventReader reader, Saver saver, StopSignal stop) {
        long left = lines == null ? Long.MAX_VALUE : lines;
        long idleNanos = idleSeconds == null
                ? Long.MAX_VALUE
                : Duration.ofSeconds(idleSeconds).toNanos();
        Missing missing = new Missing(documents);
        long lastNanos = System.nanoTime();
        boolean away = false;
        while (left > 0
                && !(missing.isNothing() && !follow)
                && !stop.isGiven()
                && System.nanoTime() - lastNanos < idleNanos) {
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
                if (left > 0 && !stop.isGiven() && (documents.isEmpty() || documents.contains(event.document()))) {
                    saver.take(event);
                    missing.take(event);
                    lastNanos = System.nanoTime();
                    left -= event.match(line -> 1, page -> 0, refused -> 0);
                }
            }
        }
    }

    /** Of which of the named documents there is more to come; where none is named, there always is. */
    private static final class Missing {
        private final Map<String, Completion> incomplete = new HashMap<>();
        private final Set<String> unseen;
        private final boolean isEndless;

        private Missing(Set<String> documents) {
            unseen = new LinkedHashSet<>(documents);
            isEndless = documents.isEmpty();
        }

        boolean isNothing() {
            return !isEndless && unseen.isEmpty() && incomplete.isEmpty();
        }

        void take(DocumentEvent event) {
            if (isEndless) {
                return;
            }
            boolean asksForPages = event.match(
                    line -> asksForPages(line.image().getProvenance().getLayout()), page -> true, refused -> false);
            Completion completion = unseen.remove(event.document())
                    ? incomplete.computeIfAbsent(event.document(), unused -> new Completion(asksForPages))
                    : incomplete.get(event.document());
            if (completion != null && completion.isCompletedBy(event)) {
                incomplete.remove(event.document());
            }
        }

        /** Images of older releases do not say. */
        private static boolean asksForPages(LayoutOptions layout) {
            return layout != null && layout.getPages();
        }
    }
}
