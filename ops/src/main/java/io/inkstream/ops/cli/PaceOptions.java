package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.PacedWriter;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.TextDocument;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Option;

/** Flag and course of commands that publish documents at a rate. */
final class PaceOptions {
    private static final double MOST = 1_000_000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = {
                "Publish N documents a second, such as 0.5 or 200, without waiting for the brokers after each; Ctrl-C"
                        + " ends it.",
                "What they acknowledge is counted; the first document that they refuse ends it."
            })
    private Double rate;

    /** How many there were; the names are fixed. */
    private record Sent(long sent, long acknowledged, boolean stopped) {}

    /** Whether there is one. */
    boolean isGiven() {
        return rate != null;
    }

    /** @throws CommandException if the rate is none */
    void check() {
        if (rate != null && !(rate > 0 && rate <= MOST)) {
            throw new CommandException(ExitCodes.WRONG_USE, "--rate is above 0 and at most 1,000,000, not " + rate);
        }
    }

    /**
     * Publishes documents as they come, at the rate or as fast as the brokers take them, until there are no more or the process
     * is told to stop; says how many they have.
     *
     * @param results how
     * @param documents by their ids; asked when it is the turn of the next
     * @throws CommandException if the brokers refuse one
     */
    void produce(ResultOptions results, Cluster cluster, Iterator<Map.Entry<String, TextDocument>> documents) {
        check();
        PacedWriter paced;
        boolean isStopped;
        try (StopSignal stop = StopSignal.listen()) {
            try (TextWriter writer = cluster.textWriter()) {
                paced = new PacedWriter(
                        writer::send,
                        rate == null ? Double.POSITIVE_INFINITY : rate,
                        System::nanoTime,
                        LockSupport::parkNanos,
                        stop::isGiven);
                while (paced.goesOn() && documents.hasNext()) {
                    Map.Entry<String, TextDocument> next = documents.next();
                    paced.write(next.getKey(), next.getValue());
                }
            }
            isStopped = stop.isGiven();
            String said = "acknowledged: " + paced.acknowledged() + " of " + paced.sent() + " documents";
            results.printNext(
                    new Sent(paced.sent(), paced.acknowledged(), isStopped),
                    isStopped ? said + ", then stopped" : said);
        }
        if (paced.failure().isPresent()) {
            throw new CommandException(
                    ExitCodes.FAILED, "the brokers refused " + paced.failure().get());
        }
    }
}
