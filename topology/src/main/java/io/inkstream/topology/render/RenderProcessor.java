package io.inkstream.topology.render;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes every document all its lines, exactly once and in order, or one dead letter: hands what Kafka Streams says to the
 * {@link Rendering} of the task.
 *
 * <p>Streams initialises the same processor again when it finds the task corrupted, or makes a standby of it and an active task
 * again. Nothing in memory outlives that: the stores may have gone on elsewhere meanwhile, or gone back.
 */
public final class RenderProcessor implements Processor<byte[], byte[], byte[], Object> {
    private static final Duration PUNCTUATION = Duration.ofMillis(5);

    private final RenderParts parts;
    private Rendering rendering;

    /** For one task. */
    public RenderProcessor(RenderParts parts) {
        this.parts = parts;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        rendering = new Rendering(parts, context);
        context.schedule(PUNCTUATION, PunctuationType.WALL_CLOCK_TIME, unused -> rendering.goOn());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        rendering.take(record);
    }

    @Override
    public void close() {
        rendering.close();
    }
}
