package io.inkstream.topology;

import io.inkstream.schemas.Limits;
import io.inkstream.topology.health.Troubles;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what happens when a record cannot be produced, for every node and changelog: its transaction is undone and done
 * again, and readiness names the topic until it succeeds. Nothing is ever left out, since that would break exactly-once.
 *
 * <p>What each node does so that it does not come to this:
 *
 * <ul>
 *   <li>{@code write-lines}: a document whose lines the topic would not take becomes a dead letter before the first is out.
 *   <li>{@code write-pages}: a page that is too large is emitted without its image, with the reason.
 *   <li>{@code write-dead-letters}: value, then key, are left out where they would not fit.
 *   <li>{@code write-shadow-reports}: a report that is too large is dropped and counted.
 *   <li>changelogs: large values are kept in pieces of {@link Limits#STORED_VALUE_BYTES}.
 *   <li>a registry that does not answer, or refuses a schema, is waited for before anything is forwarded.
 * </ul>
 *
 * Kafka Streams makes one for each thread, from {@link #TROUBLES} in its configuration.
 */
public final class ProductionFailures implements ProductionExceptionHandler {
    /** Where the configuration has the {@link Troubles} of this process. */
    static final String TROUBLES = "inkstream.internal.troubles";

    /** Part of the troubles. */
    static final String PART = "output";

    private static final Logger LOG = LoggerFactory.getLogger(ProductionFailures.class);

    private Troubles troubles = new Troubles();

    @Override
    public void configure(Map<String, ?> configs) {
        if (configs.get(TROUBLES) instanceof Troubles ofProcess) {
            troubles = ofProcess;
        }
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        String reason = "topic " + record.topic() + " does not take a record of "
                + (record.value() == null ? 0 : record.value().length) + " bytes: "
                + Limits.cut(String.valueOf(exception.getMessage()), Limits.MESSAGE_CHARS);
        LOG.error("The transaction is aborted: {}", reason);
        troubles.raise(PART, reason);
        return Response.fail();
    }
}
