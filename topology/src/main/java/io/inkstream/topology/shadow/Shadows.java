package io.inkstream.topology.shadow;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.client.RenderClient;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has emitted lines drawn once more by another version and reports how the two drawings differ: best effort, once, and never
 * in the way of anything else.
 *
 * <p>One for the process: its client's limit of concurrent calls is shared by all stream threads. Images are decoded and
 * reports serialised on its executor, since a stream thread must wait neither for pixels nor for a registry.
 */
public final class Shadows {
    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);

    private final Topic<String, ShadowReport> topic;
    private final RenderClient client;
    private final Executor executor;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final DistributionSummary pixelDifference;
    private final DistributionSummary readerAgreement;

    /** A finished report, as its topic takes it. */
    public record Report(byte[] key, byte[] value, long timestampMs) {}

    /**
     * Starts without calls.
     *
     * @param client limits the concurrent calls
     * @param executor compares; refuses rather than keeps what is too much
     */
    public Shadows(
            Topic<String, ShadowReport> topic,
            RenderClient client,
            Executor executor,
            InstantSource clock,
            MeterRegistry meters) {
        this.topic = topic;
        this.client = client;
        this.executor = executor;
        this.clock = clock;
        this.meters = meters;
        pixelDifference = DistributionSummary.builder("inkstream.shadow.pixel.difference")
                .scale(1)
                .register(meters);
        readerAgreement =
                DistributionSummary.builder("inkstream.shadow.reader.agreement").register(meters);
    }

    /**
     * Starts a comparison unless the limit of concurrent calls is reached; never waits.
     *
     * @param reported is given the report, perhaps on another thread; not called at all if the comparison fails
     * @return whether it was started
     */
    boolean tryCompare(ShadowedLine line, Consumer<Report> reported) {
        RenderLineRequest request;
        try {
            request = Comparability.request(line.image(), line.shadow());
        } catch (IllegalArgumentException e) {
            execute(() -> fail(line, "not_comparable", "NOT_COMPARABLE: " + e.getMessage(), 0, reported));
            return true;
        }
        return client.tryRender(
                request,
                answer -> execute(() -> answer.match(
                        drawn -> compare(line, drawn, reported),
                        refused -> fail(
                                line, "failed", "INVALID_ARGUMENT: " + refused.message(), refused.tookMs(), reported),
                        failed -> fail(line, "failed", failed.reason(), failed.tookMs(), reported))));
    }

    /** Counts a line that was not compared, as the queue was full. */
    void dropped() {
        count("dropped");
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            dropped();
        }
    }

    private void compare(ShadowedLine line, Answer.Drawn shadows, Consumer<Report> reported) {
        RenderLineResponse own = line.drawn().response();
        RenderLineResponse other = shadows.response();
        if (!other.getModelSha256().equals(line.shadow().sha256()) || other.getBoxesCount() != own.getBoxesCount()) {
            String failure = "INTERNAL: it was drawn by another version or with other boxes than asked for";
            fail(line, "failed", failure, shadows.tookMs(), reported);
            return;
        }
        Optional<Double> difference;
        try {
            difference = OutputFormat.of(line.image().getProvenance()).isVector()
                    ? Optional.empty()
                    : Optional.of(InkDifference.between(
                            own.getImage().toByteArray(),
                            own.getBaselinePx(),
                            other.getImage().toByteArray(),
                            other.getBaselinePx()));
        } catch (IOException e) {
            fail(line, "failed", "INTERNAL: " + e.getMessage(), shadows.tookMs(), reported);
            return;
        }
        List<String> asked =
                line.image().getGlyphs().stream().map(GlyphBox::getCharacter).toList();
        ShadowReport report = report(line, shadows.tookMs());
        report.setPixelDifference(difference.orElse(null));
        report.setReaderAgreement(share(own.getReadAsList(), other.getReadAsList(), String::equals));
        report.setReadCorrectly(share(asked, own.getReadAsList(), LookAlikes::areAlike));
        report.setShadowReadCorrectly(share(asked, other.getReadAsList(), LookAlikes::areAlike));
        difference.ifPresent(pixelDifference::record);
        if (report.getReaderAgreement() != null) {
            readerAgreement.record(report.getReaderAgreement());
        }
        finish(report, line, "compared", reported);
    }

    /** Share of the places in which two lists agree, or null if one of them does not have them all. */
    private static Double share(List<String> one, List<String> other, BiPredicate<String, String> agree) {
        if (one.isEmpty() || one.size() != other.size()) {
            return null;
        }
        return IntStream.range(0, one.size())
                        .filter(i -> agree.test(one.get(i), other.get(i)))
                        .count()
                / (double) one.size();
    }

    private void fail(ShadowedLine line, String outcome, String failure, double tookMs, Consumer<Report> reported) {
        ShadowReport report = report(line, tookMs);
        report.setFailure(failure);
        finish(report, line, outcome, reported);
    }

    private ShadowReport report(ShadowedLine line, double shadowTookMs) {
        LineImage image = line.image();
        Provenance provenance = image.getProvenance();
        return ShadowReport.newBuilder()
                .setIndex(image.getIndex())
                .setModel(provenance.getModel())
                .setShadow(line.shadow().id())
                .setPolicyRevision(provenance.getPolicyRevision())
                .setLatencyMs(line.drawn().tookMs())
                .setShadowLatencyMs(shadowTookMs)
                .setAt(clock.instant())
                .build();
    }

    private void finish(ShadowReport report, ShadowedLine line, String outcome, Consumer<Report> reported) {
        count(outcome);
        byte[] value;
        try {
            value = topic.value().serializer().serialize(topic.name(), report);
        } catch (RuntimeException e) {
            LOG.debug("Lost a shadow report: the registry does not answer", e);
            count("unreported");
            return;
        }
        byte[] key = topic.key().serializer().serialize(topic.name(), line.documentId());
        reported.accept(new Report(key, value, report.getAt().toEpochMilli()));
    }

    private void count(String outcome) {
        meters.counter("inkstream.shadow.lines", "outcome", outcome).increment();
    }
}
