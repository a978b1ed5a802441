package io.inkstream.topology.pages;

import static io.inkstream.topology.InkstreamTopology.PAGE_LINES;
import static io.inkstream.topology.InkstreamTopology.WRITE_PAGES;

import io.inkstream.schemas.Topic;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.topology.pages.PageInput.Abandoned;
import io.inkstream.topology.pages.PageInput.PlacedLine;
import io.inkstream.topology.state.PagePlace;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the lines of a page together when its last one comes, and forgets them.
 *
 * <p>If the registry is gone at that moment, the exception ends the thread; the transaction that emitted the line is undone
 * with it, and the thread that takes its place does both again.
 */
public final class PageProcessor implements Processor<byte[], PageInput, byte[], byte[]> {
    /** What Kafka adds to key and value of a record that is alone in its batch, and a little. */
    private static final int RECORD_OVERHEAD = 512;

    private static final Logger LOG = LoggerFactory.getLogger(PageProcessor.class);

    private final Topic<String, PageImage> pages;
    private final IntSupplier maxBytes;

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<Bytes, byte[]> pngs;

    /**
     * For one task.
     *
     * @param maxBytes largest record that the topic takes
     */
    public PageProcessor(Topic<String, PageImage> pages, IntSupplier maxBytes) {
        this.pages = pages;
        this.maxBytes = maxBytes;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> taskContext) {
        context = taskContext;
        pngs = taskContext.getStateStore(PAGE_LINES);
    }

    @Override
    public void process(Record<byte[], PageInput> record) {
        record.value().match(line -> add(record, line), this::forget);
    }

    private void add(Record<byte[], PageInput> record, PlacedLine line) {
        PagePlace place = line.place();
        pngs.put(key(line.document(), place.getRow()), bytes(line.image().getPng()));
        if (!place.getLast()) {
            return;
        }
        Map<Integer, byte[]> rows = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> lines = all(line.document())) {
            lines.forEachRemaining(entry -> rows.put(row(entry), entry.value));
        }
        LineImage last = line.image();
        PageComposer.Page page = PageComposer.compose(
                PageGeometry.of(last.getHeightPx(), place), last.getProvenance().getSeed(), place.getPage(), rows);
        PageImage image = new PageImage(
                place.getPage(),
                place.getPages(),
                last.getIndex() - rows.size() + 1,
                rows.size(),
                ByteBuffer.wrap(page.png()),
                page.widthPx(),
                page.heightPx(),
                last.getProvenance(),
                "");
        byte[] bytes = pages.value().serializer().serialize(pages.name(), image);
        if (bytes.length + record.key().length + RECORD_OVERHEAD <= maxBytes.getAsInt()) {
            context.forward(record.withValue(bytes), WRITE_PAGES);
        } else {
            // The broker's refusal would undo the transaction, and the next would meet it again, for ever.
            LOG.error(
                    "Left out page {} of a document: its {} bytes are more than topic {} takes; raise its max.message.bytes",
                    place.getPage(),
                    bytes.length,
                    pages.name());
        }
        rows.keySet().forEach(row -> pngs.delete(key(line.document(), row)));
    }

    private void forget(Abandoned abandoned) {
        try (KeyValueIterator<Bytes, byte[]> lines = all(abandoned.document())) {
            lines.forEachRemaining(entry -> pngs.delete(entry.key));
        }
    }

    private KeyValueIterator<Bytes, byte[]> all(long document) {
        return pngs.range(key(document, 0), key(document, Integer.MAX_VALUE));
    }

    private static Bytes key(long document, int row) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(document)
                .putInt(row)
                .array());
    }

    private static int row(KeyValue<Bytes, byte[]> entry) {
        return ByteBuffer.wrap(entry.key.get()).getInt(Long.BYTES);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
