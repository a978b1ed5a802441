package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "render",
        description = "Publishes one text and saves its line and page images as they arrive.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream render --text \"Dear reader,\" --style neat --seed 7 --out images",
            "  inkstream render --file letter.txt --line-height 128 -b broker:9092 -r http://registry:8081",
        })
final class RenderCommand implements Callable<Integer> {
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

    @Option(names = "--document", paramLabel = "ID", description = "Id of the document (default: a random one).")
    private String document;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where images go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out")
    private Path out;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up when nothing has come for so long (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private long timeoutSeconds;

    @Override
    public Integer call() {
        String all = text.required(System.in);
        Cluster cluster = clusterOptions.connect();
        String id = document == null ? UUID.randomUUID().toString() : document;
        Saver saver = new Saver(out, spec.commandLine().getOut());
        return render(cluster, id, all, saver, Duration.ofSeconds(timeoutSeconds));
    }

    private int render(Cluster cluster, String id, String all, Saver saver, Duration patience) {
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            writer.write(id, look.document(all, true));
            return follow(reader, id, saver, patience);
        }
    }

    /** Takes all events of a document; returns the exit code that they mean. */
    static int follow(EventReader reader, String id, Saver saver, Duration patience) {
        Completion completion = new Completion(true);
        long lastNanos = System.nanoTime();
        while (true) {
            for (DocumentEvent event : reader.poll(Duration.ofMillis(200))) {
                if (event.document().equals(id)) {
                    saver.take(event);
                    lastNanos = System.nanoTime();
                    if (completion.isCompletedBy(event)) {
                        return event.match(
                                line -> ExitCodes.DONE, page -> ExitCodes.DONE, refused -> ExitCodes.REFUSED);
                    }
                }
            }
            if (System.nanoTime() - lastNanos > patience.toNanos()) {
                throw new CommandException(
                        ExitCodes.FAILED,
                        "nothing came of document " + id + " for " + patience.toSeconds()
                                + " s; ask the topology's and the model server's /health/ready why");
            }
        }
    }
}
