package io.inkstream.topology.render;

import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Version;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides what becomes of the documents of one task whose lines are not drawn: tried again, planned for another version, or
 * refused. For one thread.
 */
final class LineFailures {
    /** Versions of which is remembered how many lines they drew; more than take traffic at a time. */
    private static final int REMEMBERED_VERSIONS = 64;

    private final CandidateWatch watch;
    private final RenderConfig config;
    private final OpenDocuments open;
    private final Sender sender;
    private final Planning planning;
    private final Closing closing;
    private final InstantSource clock;
    /** Lines drawn by each version, the latest used last. */
    private final Map<String, Long> drawnBy = new LinkedHashMap<>(16, 0.75f, true);

    /** For one task. */
    LineFailures(
            RenderParts parts,
            OpenDocuments open,
            Sender sender,
            Planning planning,
            Closing closing,
            InstantSource clock) {
        this.watch = parts.watch();
        this.config = parts.config();
        this.open = open;
        this.sender = sender;
        this.planning = planning;
        this.closing = closing;
        this.clock = clock;
    }

    /** A version has drawn a line. */
    void drawn(String model) {
        drawnBy.merge(model, 1L, Long::sum);
        if (drawnBy.size() > REMEMBERED_VERSIONS) {
            drawnBy.remove(drawnBy.keySet().iterator().next());
        }
    }

    /** A server will not draw a line. */
    void refused(Drawing drawing, int line, Answer.Refused refused) {
        String message = "line " + line + ": " + refused.message();
        if (!drawing.isFaulty(line)) {
            watch.failed(drawing.assignment(), message, clock.millis());
        }
        giveUp(drawing, new Refusal(DeadLetterReason.RENDER_REJECTED, message));
    }

    /** A line was not drawn, and is sent again after a while. */
    void failed(Drawing drawing, int line, String reason, boolean isVersionsFault) {
        int failures = drawing.failed(line);
        drawing.waits().until(clock.millis() + config.backoff().millisAfter(failures), reason);
        if (isVersionsFault) {
            fault(drawing, line, reason);
        }
        if (!open.contains(drawing)) {
            return;
        }
        if (drawing.isUntouched()) {
            planning.planAnewIfItHasTo(drawing);
        } else if (!watch.get().isLost(drawing.assignment(), clock.instant())) {
            drawing.isNotLost();
        } else if (drawing.isLostFor(config.unknownModelGrace(), clock.millis())) {
            closing.refuse(
                    drawing,
                    new Refusal(
                            DeadLetterReason.UNKNOWN_MODEL,
                            "model " + drawing.assignment().model()
                                    + " was withdrawn, replaced or rejected by every live server when "
                                    + drawing.nextToEmit() + " of " + drawing.lineCount() + " lines were out"));
        }
    }

    /** The version has failed to draw a line. That is the line's own fault only if the version draws others. */
    private void fault(Drawing drawing, int line, String reason) {
        String model = drawing.assignment().model();
        long drawn = drawnBy.getOrDefault(model, 0L);
        Drawing.Faults faults = drawing.fault(line, drawn);
        if (faults.tries() == 1) {
            watch.failed(drawing.assignment(), reason, clock.millis());
        }
        if (faults.tries() < config.maxTries()) {
            return;
        }
        if (drawn > faults.drawnBefore()) {
            giveUpIfFaulty(drawing, line);
            return;
        }
        Version version = watch.get().versions().get(model);
        if (version != null) {
            sender.probe(drawing, line, version);
        }
    }

    /** The version draws other lines than one that it has failed to draw time and again. */
    void giveUpIfFaulty(Drawing drawing, int line) {
        if (drawing.isFaulty(line)) {
            giveUp(
                    drawing,
                    new Refusal(
                            DeadLetterReason.RENDER_FAILED,
                            "line " + line + ": " + drawing.assignment().model()
                                    + " failed to draw it repeatedly, but drew others: "
                                    + drawing.waits().reason().orElse("")));
        }
    }

    /** The version will not draw the document: another may, if this one was a candidate; else nobody will. */
    private void giveUp(Drawing drawing, Refusal refusal) {
        if (!planning.planForAnother(drawing)) {
            closing.refuse(drawing, refusal);
        }
    }
}
