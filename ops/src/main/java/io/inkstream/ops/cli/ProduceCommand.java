package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TextWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "produce",
        description = "Publishes texts, and prints the partition and offset of each.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream produce --document letter-1 --text \"Dear reader,\" --style neat --seed 7",
            "  inkstream produce --file letter.txt --pages -b broker:9092 -r http://registry:8081",
            "  cat names.txt | inkstream produce --file - --per-line",
        })
final class ProduceCommand implements Callable<Integer> {
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

    @Option(names = "--pages", description = "Ask for page images too.")
    private boolean pages;

    @Option(names = "--per-line", description = "Make every line of the text its own document.")
    private boolean perLine;

    @Override
    public Integer call() {
        String all = text.required(System.in);
        Cluster cluster = clusterOptions.connect();
        String id = document == null ? UUID.randomUUID().toString() : document;
        List<String> texts =
                perLine ? all.lines().filter(line -> !line.isBlank()).toList() : List.of(all);
        PrintWriter out = spec.commandLine().getOut();
        try (TextWriter writer = cluster.textWriter()) {
            for (int i = 0; i < texts.size(); i++) {
                String name = perLine ? id + "-" + (i + 1) : id;
                RecordMetadata at = writer.write(name, look.document(texts.get(i), pages));
                out.println("document: " + name + " at " + at.topic() + "-" + at.partition() + "@" + at.offset());
            }
        }
        out.flush();
        return ExitCodes.DONE;
    }
}
