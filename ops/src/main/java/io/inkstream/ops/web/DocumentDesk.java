package io.inkstream.ops.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes documents and keeps what comes of the latest of them, so that a browser may come late or come back. Safe for many
 * threads.
 */
final class DocumentDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DocumentDesk.class);
    private static final int DOCUMENTS_KEPT = 16;
    /** A line each. */
    private static final int SAMPLES_KEPT = 256;

    private final TextWriter writer;
    private final EventReader reader;
    private final Mailboxes documents = new Mailboxes(DOCUMENTS_KEPT);
    private final Mailboxes samples = new Mailboxes(SAMPLES_KEPT);
    private final Thread pump;
    private boolean away;

    /** @param reader of all that is written from now on; closed with this desk, as the writer is */
    DocumentDesk(TextWriter writer, EventReader reader) {
        this.writer = writer;
        this.reader = reader;
        this.pump = new Thread(this::pump, "page-events");
        pump.setDaemon(true);
        pump.start();
    }

    /**
     * Publishes a document that asks for pages; returns its id.
     *
     * @throws KafkaException if the brokers do not take it
     */
    String write(TextDocument document) {
        String id = "page-" + UUID.randomUUID();
        documents.open(id, true);
        writer.write(id, document);
        return id;
    }

    /**
     * What comes, or has come, of a document that asks for one line only; the same document is published once.
     *
     * @throws KafkaException if the brokers do not take it
     */
    Mailbox sample(TextDocument document) {
        String id = "sample-" + ModelBundle.sha256(document.toString().getBytes(UTF_8));
        Mailbox mailbox;
        synchronized (samples) {
            Optional<Mailbox> known = samples.find(id);
            if (known.isPresent()) {
                return known.get();
            }
            mailbox = samples.open(id, false);
        }
        try {
            writer.write(id, document);
        } catch (KafkaException e) {
            samples.remove(id);
            throw e;
        }
        return mailbox;
    }

    /** What has come of a document that {@link #write} has published, unless it is too long ago. */
    Optional<Mailbox> find(String document) {
        return documents.find(document);
    }

    @Override
    public void close() {
        reader.wakeup();
        try {
            pump.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
    }

    private void pump() {
        try (reader) {
            while (true) {
                try {
                    for (DocumentEvent event : reader.poll(Duration.ofSeconds(1))) {
                        documents
                                .find(event.document())
                                .or(() -> samples.find(event.document()))
                                .ifPresent(mailbox -> mailbox.put(event));
                    }
                    away = false;
                } catch (RetriableException e) {
                    // The registry, or a broker, is away: what was written meanwhile is read when it is back.
                    if (!away) {
                        LOG.warn("the page waits for the cluster", e);
                    }
                    away = true;
                    LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                }
            }
        } catch (WakeupException e) {
            // close() says so
        } catch (KafkaException e) {
            LOG.error("the page no longer receives events of its documents; restart it", e);
        }
    }
}
