package io.inkstream.topology;

import io.inkstream.schemas.Topics;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.pages.PageProcessor;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Text documents in; lines, pages and dead letters out.
 *
 * <p>Every node reads and writes bytes: what cannot be decoded must reach the dead letters as it came, and a registry that is
 * down must find the processor, which can wait, and not the serdes of a source or sink, which can only fail.
 */
public final class InkstreamTopology implements Supplier<Topology> {
    /** Source of text documents. */
    public static final String READ_TEXTS = "read-texts";
    /** Plans documents and has their lines drawn. */
    public static final String RENDER_DOCUMENTS = "render-documents";
    /** Sink of line images. */
    public static final String WRITE_LINES = "write-lines";
    /** Puts the lines of a page together. */
    public static final String ASSEMBLE_PAGES = "assemble-pages";
    /** Sink of page images. */
    public static final String WRITE_PAGES = "write-pages";
    /** Sink of what shadow versions made of lines. */
    public static final String WRITE_SHADOW_REPORTS = "write-shadow-reports";
    /** Sink of unusable input. */
    public static final String WRITE_DEAD_LETTERS = "write-dead-letters";

    /** Unfinished documents as they came: persistent, since documents may wait for long; logged, being the only copy. */
    public static final String DOCUMENTS = "documents";
    /** Lines that are planned and not emitted: persistent and logged, so that a restart sends them again. */
    public static final String LINES = "lines";
    /** Images of the lines of unfinished pages: persistent, since pages are large; logged, their lines being emitted. */
    public static final String PAGE_LINES = "page-lines";

    /** Which texts were taken: persistent and logged, being what is known when the group's offsets are forgotten. */
    public static final String PROGRESS = "progress";

    private final Topics topics;
    private final Supplier<Processor<byte[], byte[], byte[], Object>> renderers;
    private final RecordLimits limits;

    /**
     * Wires the nodes.
     *
     * @param renderers makes the processor of one task
     * @param limits of the output topics
     */
    public InkstreamTopology(
            Topics topics, Supplier<Processor<byte[], byte[], byte[], Object>> renderers, RecordLimits limits) {
        this.topics = topics;
        this.renderers = renderers;
        this.limits = limits;
    }

    @Override
    public Topology get() {
        ByteArraySerializer bytes = new ByteArraySerializer();
        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        READ_TEXTS,
                        // A text may have an old timestamp, or none, which would end the thread.
                        new WallclockTimestampExtractor(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        topics.texts().name())
                .addProcessor(RENDER_DOCUMENTS, renderers::get, READ_TEXTS)
                .addStateStore(store(DOCUMENTS), RENDER_DOCUMENTS)
                .addStateStore(store(LINES), RENDER_DOCUMENTS)
                .addStateStore(store(PROGRESS), RENDER_DOCUMENTS)
                .<byte[], PageInput, byte[], byte[]>addProcessor(
                        ASSEMBLE_PAGES, () -> new PageProcessor(topics.pages(), limits), RENDER_DOCUMENTS)
                .addStateStore(store(PAGE_LINES), ASSEMBLE_PAGES)
                .addSink(WRITE_LINES, topics.lines().name(), bytes, bytes, RENDER_DOCUMENTS)
                .addSink(WRITE_PAGES, topics.pages().name(), bytes, bytes, ASSEMBLE_PAGES)
                .addSink(WRITE_SHADOW_REPORTS, topics.shadowReports().name(), bytes, bytes, RENDER_DOCUMENTS)
                .addSink(WRITE_DEAD_LETTERS, topics.deadLetters().name(), bytes, bytes, RENDER_DOCUMENTS);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                // No settings here: they would win over those of the operator, see StreamsSettings.
                .withLoggingEnabled(Map.of())
                .withCachingDisabled();
    }
}
