package io.inkstream.topology.pages;

import static io.inkstream.topology.flow.NodeNames.PAGE_LINES;
import static io.inkstream.topology.flow.NodeNames.WRITE_PAGES;

import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.layout.PageGeometry;
import io.inkstream.topology.mark.ImageMark;
import io.inkstream.topology.pages.PageInput.Abandoned;
import io.inkstream.topology.pages.PageInput.PlacedLine;
import io.inkstream.topology.state.PagePlace;
import io.inkstream.topology.store.LargeValues;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the lines of a page together when its last one comes, and forgets them.
 *
 * <p>A page that its topic would not take is emitted without its image, with the reason: its lines are emitted, and whoever waits for the
 * page must know. The sender of the lines has made sure that the registry knows the schema of pages.
 */
public final class PageProcessor implements Processor<byte[], PageInput, byte[], byte[]> {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final Logger LOG = LoggerFactory.getLogger(PageProcessor.class);

    private final Topic<String, PageImage> pages;
    private final RecordLimits limits;
    private final boolean areMarked;

    private ProcessorContext<byte[], byte[]> context;
    private LargeValues images;

    /**
     * For one task.
     *
     * @param limits of the topic
     * @param areMarked whether pages say that a machine drew them, and how
     */
    public PageProcessor(Topic<String, PageImage> pages, RecordLimits limits, boolean areMarked) {
        this.pages = pages;
        this.limits = limits;
        this.areMarked = areMarked;
    }

    /** A page with nothing on it, to try whether pages can be written. */
    public static PageImage blank(Provenance provenance) {
        return new PageImage(0, 1, 0, 0, NOTHING, 0, 0, provenance, "", OutputFormat.PNG.mediaType());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> taskContext) {
        context = taskContext;
        images = new LargeValues(taskContext.getStateStore(PAGE_LINES), Long.BYTES + Integer.BYTES);
    }

    @Override
    public void process(Record<byte[], PageInput> record) {
        record.value().match(line -> add(record, line), this::forget);
    }

    private void add(Record<byte[], PageInput> record, PlacedLine line) {
        PagePlace place = line.place();
        images.put(
                key(line.document(), place.getRow()),
                BufferBytes.of(line.image().getPng()));
        if (!place.getLast()) {
            return;
        }
        Map<Integer, byte[]> rows = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> lines = all(line.document())) {
            lines.forEachRemaining(entry -> rows.put(row(entry), entry.value));
        }
        LineImage last = line.image();
        LayoutOptions layout = layout(last);
        PageComposer.Page page = PageComposer.compose(
                PageGeometry.of(layout, place), layout, last.getProvenance().getSeed(), place.getPage(), rows);
        PageImage image = new PageImage(
                place.getPage(),
                place.getPages(),
                last.getIndex() - rows.size() + 1,
                rows.size(),
                ByteBuffer.wrap(page.image()),
                page.widthPx(),
                page.heightPx(),
                last.getProvenance(),
                "",
                OutputFormat.of(last.getProvenance()).mediaType());
        if (areMarked) {
            ImageMark.put(image);
        }
        Record<byte[], byte[]> drawn = record.withValue(serialized(image));
        if (limits.fits(pages.name(), drawn)) {
            context.forward(drawn, WRITE_PAGES);
        } else {
            Record<byte[], byte[]> bare = withoutImage(record, image, drawn.value().length);
            if (limits.fits(pages.name(), bare)) {
                context.forward(bare, WRITE_PAGES);
            } else {
                LOG.error("Topic {} accepts no page at all; raise its max.message.bytes", pages.name());
            }
        }
        rows.keySet().forEach(row -> images.delete(key(line.document(), row)));
    }

    /** Lines that releases before 0.2 planned do not name it; they had no other. */
    private static LayoutOptions layout(LineImage line) {
        LayoutOptions named = line.getProvenance().getLayout();
        return named != null
                ? named
                : LayoutOptions.newBuilder().setLineHeightPx(line.getHeightPx()).build();
    }

    private Record<byte[], byte[]> withoutImage(Record<byte[], PageInput> record, PageImage image, int bytes) {
        String problem = "the page has " + bytes + " bytes, more than topic " + pages.name()
                + " accepts with its max.message.bytes of "
                + limits.maxBytes().applyAsInt(pages.name()) + "; its lines are written";
        LOG.warn("Left the image out of page {} of a document: {}", image.getIndex(), problem);
        image.setPng(NOTHING);
        image.setProblem(problem);
        return record.withValue(serialized(image));
    }

    private byte[] serialized(PageImage image) {
        return pages.value().serializer().serialize(pages.name(), image);
    }

    private void forget(Abandoned abandoned) {
        try (KeyValueIterator<Bytes, byte[]> lines = all(abandoned.document())) {
            lines.forEachRemaining(entry -> images.delete(entry.key));
        }
    }

    private KeyValueIterator<Bytes, byte[]> all(long document) {
        return images.range(key(document, 0), key(document, Integer.MAX_VALUE));
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
}
