package io.inkstream.topology;

import static io.inkstream.topology.flow.NodeNames.ASSEMBLE_PAGES;
import static io.inkstream.topology.flow.NodeNames.DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.LINES;
import static io.inkstream.topology.flow.NodeNames.PAGE_LINES;
import static io.inkstream.topology.flow.NodeNames.PROGRESS;
import static io.inkstream.topology.flow.NodeNames.READ_TEXTS;
import static io.inkstream.topology.flow.NodeNames.RENDER_DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.flow.NodeNames.WRITE_LINES;
import static io.inkstream.topology.flow.NodeNames.WRITE_PAGES;
import static io.inkstream.topology.flow.NodeNames.WRITE_SHADOW_REPORTS;

import io.inkstream.schemas.topics.Topics;
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
    private final Topics topics;
    private final Supplier<Processor<byte[], byte[], byte[], Object>> renderers;
    private final RecordLimits limits;
    private final boolean areMarked;

    /**
     * Wires the nodes.
     *
     * @param renderers makes the processor of one task
     * @param limits of the output topics
     * @param areMarked whether pages say that a machine drew them, and how
     */
    public InkstreamTopology(
            Topics topics,
            Supplier<Processor<byte[], byte[], byte[], Object>> renderers,
            RecordLimits limits,
            boolean areMarked) {
        this.topics = topics;
        this.renderers = renderers;
        this.limits = limits;
        this.areMarked = areMarked;
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
                        ASSEMBLE_PAGES, () -> new PageProcessor(topics.pages(), limits, areMarked), RENDER_DOCUMENTS)
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
