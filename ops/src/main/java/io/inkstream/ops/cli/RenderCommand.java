package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.client.Words;
import io.inkstream.ops.lines.LineLook;
import io.inkstream.ops.look.Look;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "render",
        description = {
            "Publishes one text and saves its line images, and its pages if asked for, as they arrive.",
            "Exit code 4 and the reason if the document is refused, or a page of it has no image."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream render --file letter.txt --pdf --paper a4 --ruling ruled --ink '#1a2b6d' --line-height 56",
            "  inkstream render --text \"Dear reader,\" --style neat --seed 7 --out images",
            "  inkstream render --file letter.txt --pages -b broker:9092 -r http://registry:8081",
        })
final class RenderCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private TextOptions text;

    @Mixin
    private DocumentOptions look;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(names = "--document", paramLabel = "ID", description = "Id of the document (default: a random one).")
    private String document;

    @Option(
            names = "--pages",
            description =
                    "Ask for page images too; --paper, --ruling and what else pages have asks for them by itself.")
    private boolean pages;

    @Mixin
    private PdfOptions pdf;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where images go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up when nothing has arrived for this long (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private long timeoutSeconds;

    @Override
    public Integer call() {
        String all = text.required(System.in);
        Cluster cluster = clusterOptions.connect();
        String id = document == null ? UUID.randomUUID().toString() : document;
        Saver saver = new Saver(
                out,
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                spec.qualifiedName(),
                results.isJson(),
                pdf.binder(),
                new LineLook(Look.CLEAN));
        return render(cluster, id, asked(all), saver);
    }

    private TextDocument asked(String all) {
        TextDocument asked = look.document(all, pages || pdf.isAsked() || look.isOfPages());
        LayoutOptions layout = asked.getLayout();
        if (pdf.isAsked() && layout.getFormat().equals(OutputFormat.PNG.id())) {
            layout.setFormat(OutputFormat.SVG.id());
        }
        if (pdf.isAsked() && !layout.getFormat().equals(OutputFormat.SVG.id())) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--pdf is made of pages in SVG, not of --format " + layout.getFormat());
        }
        return asked;
    }

    private int render(Cluster cluster, String id, TextDocument asked, Saver saver) {
        try (EventReader reader = cluster.eventReader(EventReader.From.END, saver::passedOver);
                TextWriter writer = cluster.textWriter()) {
            RecordMetadata at = writer.write(id, asked);
            boolean hasPages = asked.getLayout().getPages();
            return follow(reader, id, at, hasPages, saver, Duration.ofSeconds(timeoutSeconds));
        }
    }

    /**
     * Takes all events of a document; returns the exit code that they mean.
     *
     * @param at where its text is: the dead letter of an id that is too long does not name it
     * @param pages whether it asks for pages
     * @param saver takes each event
     */
    static int follow(EventReader reader, String id, RecordMetadata at, boolean pages, Saver saver, Duration patience) {
        Completion completion = new Completion(pages);
        boolean whole = true;
        long lastNanos = System.nanoTime();
        while (true) {
            RegistryUnavailableException away = null;
            List<DocumentEvent> events = List.of();
            try {
                events = reader.poll(POLL);
            } catch (RegistryUnavailableException e) {
                away = e;
                LockSupport.parkNanos(POLL.toNanos());
            }
            for (DocumentEvent event : events) {
                if (isOf(event, id, at)) {
                    saver.take(event);
                    lastNanos = System.nanoTime();
                    whole &= event.match(
                            line -> true, page -> page.image().getProblem().isEmpty(), refused -> false);
                    if (completion.isCompletedBy(event)) {
                        return whole ? ExitCodes.DONE : ExitCodes.REFUSED;
                    }
                }
            }
            if (System.nanoTime() - lastNanos > patience.toNanos()) {
                if (away != null) {
                    throw away;
                }
                throw new CommandException(
                        ExitCodes.FAILED,
                        "nothing arrived for document " + Words.onOneLine(id, Limits.QUOTED_CHARS) + " for "
                                + patience.toSeconds()
                                + " s; ask the topology's and the model server's /health/ready why");
            }
        }
    }

    private static boolean isOf(DocumentEvent event, String id, RecordMetadata at) {
        return event.match(
                line -> line.document().equals(id),
                page -> page.document().equals(id),
                // One that does not say of which record it is, is known by its key.
                refused -> refused.letter().offset() < 0
                        ? refused.document().equals(id)
                        : refused.letter().isOf(at.topic(), at.partition(), at.offset()));
    }
}
