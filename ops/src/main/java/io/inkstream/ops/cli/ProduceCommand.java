package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.PipelinedWriter;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.util.Iterator;
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
        description = {
            "Publishes texts, and prints the partition and offset of each; with --rate, how many there were.",
            "Many are on their way at once. One that no topic takes is reported, and the others go on; Ctrl-C ends it, and says"
                    + " how many were sent."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream produce --document letter-1 --text \"Dear reader,\" --style neat --seed 7",
            "  inkstream produce --file letter.txt --pages -b broker:9092 -r http://registry:8081",
            "  cat names.txt | inkstream produce --file - --per-line",
            "  inkstream produce --file names.txt --per-line --hands 16 --json",
            "  inkstream produce --file names.txt --per-line --rate 20",
        })
final class ProduceCommand implements Callable<Integer> {
    /** What the brokers need not have acknowledged; the producer's memory bounds their bytes. */
    private static final int MOST_IN_FLIGHT = 1_000;

    private static final int MOST_HANDS = 1_000_000;

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
            names = "--pages",
            description =
                    "Ask for page images too; --paper, --ruling and what else pages have asks for them by itself.")
    private boolean pages;

    @Option(
            names = "--per-line",
            description = {
                "Make every line of the text that is not blank its own document.",
                "Its id ends in the number of the line, blank lines counted."
            })
    private boolean perLine;

    @Option(
            names = "--hands",
            paramLabel = "N",
            description = {
                "Have the documents written by N hands in turn: the first by that of --seed (without it 0), the next by that of"
                        + " the seed after it, and so on.",
                "Without it, and without --seed, each document is by a hand of its own, which a model server first has to"
                        + " draw the letters of; a hand that it knows is many times faster."
            })
    private Integer hands;

    @Mixin
    private PaceOptions pace;

    @Mixin
    private ResultOptions results;

    /** A document that the brokers have; the names are fixed. */
    private record Written(String document, String topic, int partition, long offset, Long seed) {}

    @Override
    public Integer call() {
        pace.check();
        if (hands != null && (hands < 1 || hands > MOST_HANDS)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--hands is at least 1 and at most 1,000,000, not " + hands);
        }
        String all = text.required(System.in);
        Cluster cluster = clusterOptions.connect();
        String id = document == null ? UUID.randomUUID().toString() : document;
        Map<String, String> texts = texts(id, all, perLine);
        Iterator<Map.Entry<String, TextDocument>> documents = new Iterator<>() {
            private final Iterator<Map.Entry<String, String>> left =
                    texts.entrySet().iterator();
            private long number;

            @Override
            public boolean hasNext() {
                return left.hasNext();
            }

            @Override
            public Map.Entry<String, TextDocument> next() {
                Map.Entry<String, String> next = left.next();
                return Map.entry(
                        next.getKey(),
                        inTurn(look.document(next.getValue(), pages || look.isOfPages()), hands, number++));
            }
        };
        if (pace.isGiven()) {
            pace.produce(results, cluster, documents);
        } else {
            produce(cluster, documents, texts.size(), id);
        }
        return ExitCodes.DONE;
    }

    private void produce(Cluster cluster, Iterator<Map.Entry<String, TextDocument>> documents, int count, String id) {
        Outcome outcome = new Outcome(id);
        PipelinedWriter pipeline;
        boolean isStopped;
        try (StopSignal stop = StopSignal.listen()) {
            try (TextWriter writer = cluster.textWriter()) {
                pipeline = new PipelinedWriter(writer::send, MOST_IN_FLIGHT, outcome);
                boolean goesOn = true;
                while (goesOn && documents.hasNext() && !stop.isGiven()) {
                    Map.Entry<String, TextDocument> next = documents.next();
                    goesOn = pipeline.write(next.getKey(), next.getValue());
                }
                pipeline.finish();
            } finally {
                spec.commandLine().getOut().flush();
            }
            isStopped = stop.isGiven();
            if (isStopped) {
                Printed.note(
                        spec,
                        "stopped: " + pipeline.written() + " of " + count + " documents are published, "
                                + (count - pipeline.sent()) + " were not sent");
            }
        }
        if (pipeline.failed() > 0) {
            Exception first = pipeline.firstFailure().orElseThrow();
            if (!perLine) {
                throw first instanceof KafkaException kafka ? kafka : new KafkaException(first);
            }
            long unsent = count - pipeline.sent();
            throw new CommandException(
                    isRegistryAway(first) ? ExitCodes.UNREACHABLE : ExitCodes.FAILED,
                    pipeline.failed() + " of " + count + " documents were not published, see above"
                            + (unsent > 0 && !isStopped ? "; " + unsent + " more were not tried" : ""),
                    first);
        }
    }

    private static boolean isRegistryAway(Exception e) {
        return e instanceof RegistryUnavailableException || e.getCause() instanceof RegistryUnavailableException;
    }

    /** Tells people and programs of each document, in their order. */
    private final class Outcome implements PipelinedWriter.Report {
        /** More failures are counted and not named: a file may have millions of lines. */
        private static final int NAMED = 20;

        private final String id;
        private int failures;

        private Outcome(String id) {
            this.id = id;
        }

        @Override
        public void written(String name, TextDocument text, RecordMetadata at) {
            results.printNext(
                    new Written(name, at.topic(), at.partition(), at.offset(), text.getSeed()),
                    "document: " + name + " at " + at.topic() + "-" + at.partition() + "@" + at.offset());
        }

        @Override
        public void failed(String name, Exception reason) {
            failures++;
            if (!perLine || failures > NAMED + 1) {
                return; // of a single one the command ends with the reason
            }
            Printed.note(
                    spec,
                    failures > NAMED
                            ? "further documents that fail are counted only"
                            : "line " + name.substring(id.length() + 1) + ", document " + name + ": "
                                    + reason.getMessage());
        }
    }

    /**
     * The document in the hand whose turn it is.
     *
     * @param hands how many there are; null leaves the document alone
     * @param number of the document, from 0
     */
    static TextDocument inTurn(TextDocument document, Integer hands, long number) {
        if (hands != null) {
            long first = document.getSeed() == null ? 0 : document.getSeed();
            document.setSeed(first + number % hands);
        }
        return document;
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
