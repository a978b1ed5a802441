package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TextWriter;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "produce",
        description = "Publishes texts, and prints the partition and offset of each; with --rate, how many there were.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream produce --document letter-1 --text \"Dear reader,\" --style neat --seed 7",
            "  inkstream produce --file letter.txt --pages -b broker:9092 -r http://registry:8081",
            "  cat names.txt | inkstream produce --file - --per-line",
            "  inkstream produce --file names.txt --per-line --rate 20",
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

    @Option(
            names = "--per-line",
            description = {
                "Make every line of the text that is not blank its own document.",
                "Its id ends in the number of the line, blank lines counted."
            })
    private boolean perLine;

    @Mixin
    private PaceOptions pace;

    @Override
    public Integer call() {
        pace.check();
        String all = text.required(System.in);
        Cluster cluster = clusterOptions.connect();
        String id = document == null ? UUID.randomUUID().toString() : document;
        if (pace.isGiven()) {
            pace.produce(
                    spec,
                    cluster,
                    texts(id, all, perLine).entrySet().stream()
                            .map(text -> Map.entry(text.getKey(), look.document(text.getValue(), pages)))
                            .iterator());
            return ExitCodes.DONE;
        }
        PrintWriter out = spec.commandLine().getOut();
        try (TextWriter writer = cluster.textWriter()) {
            texts(id, all, perLine).forEach((name, words) -> {
                RecordMetadata at = write(writer, name, words);
                out.println("document: " + name + " at " + at.topic() + "-" + at.partition() + "@" + at.offset());
            });
        } finally {
            out.flush();
        }
        return ExitCodes.DONE;
    }

    private RecordMetadata write(TextWriter writer, String name, String words) {
        try {
            return writer.write(name, look.document(words, pages));
        } catch (KafkaException e) {
            throw perLine ? new KafkaException("document " + name + ": " + e.getMessage(), e) : e;
        }
    }

    /** The texts to publish by their ids; those of lines end in the line's number in the file, from 1. */
    static Map<String, String> texts(String id, String all, boolean perLine) {
        if (!perLine) {
            return Map.of(id, all);
        }
        Map<String, String> texts = new LinkedHashMap<>();
        List<String> lines = all.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                texts.put(id + "-" + (i + 1), lines.get(i));
            }
        }
        return texts;
    }
}
