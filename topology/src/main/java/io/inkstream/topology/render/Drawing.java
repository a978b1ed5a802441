package io.inkstream.topology.render;

import io.inkstream.topology.client.Answer;
import io.inkstream.topology.routing.Assignment;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A document that has its lines and the version that draws them all: which are sent, drawn and put out.
 *
 * <p>Nothing of a document is emitted before all its lines are drawn. Until then the answers of a short one are held here, and
 * those of a long one in the store. For one thread.
 */
final class Drawing extends OpenDocument {
    private final Lines lines;
    private final HeldAnswers held;
    private final BitSet drawn = new BitSet();
    /** Lines that were sent and have to be sent again. */
    private final TreeSet<Integer> again = new TreeSet<>();
    /** Lines that the version has failed to draw, and how. */
    private final Map<Integer, Faults> faults = new HashMap<>();

    private int inFlight;
    private int nextToSend;
    private int nextToEmit;
    private int failures;
    private long largestLine;
    private boolean isAdmitted;
    private Optional<Long> lostSinceMs = Optional.empty();

    /**
     * What a document was planned to be.
     *
     * @param by the version that draws all lines
     * @param count of lines
     * @param window upper limit of concurrent line requests
     * @param areMany whether answers go to the store
     * @param onPages whether the lines are put on pages too
     */
    record Lines(Assignment by, int count, int window, boolean areMany, boolean onPages) {}

    /**
     * How a line failed.
     *
     * @param tries that failed
     * @param drawnBefore lines of whatever document that had been drawn when the first failed
     */
    record Faults(int tries, long drawnBefore) {}

    /**
     * A document has its lines.
     *
     * @param before waits no longer
     * @param firstLine first that is not out
     * @param answered lines whose answer is in the store
     */
    Drawing(WaitingDocument before, Lines lines, int firstLine, BitSet answered) {
        super(before);
        this.lines = lines;
        held = new HeldAnswers(lines.areMany() || !answered.isEmpty());
        nextToSend = firstLine;
        nextToEmit = firstLine;
        drawn.set(0, firstLine);
        drawn.or(answered);
        // What an earlier process has put in the store was not measured here.
        largestLine = answered.isEmpty() ? 0 : Long.MAX_VALUE;
        waits().end();
    }

    @Override
    int linesLeft() {
        return lines.count() - nextToEmit;
    }

    @Override
    long bytes() {
        return super.bytes() + held.bytes();
    }

    /** The version that draws it. */
    Assignment assignment() {
        return lines.by();
    }

    int lineCount() {
        return lines.count();
    }

    /** Whether its lines are put on pages too. */
    boolean hasPages() {
        return lines.onPages();
    }

    /** The answers that are held. */
    HeldAnswers held() {
        return held;
    }

    /** Whether nothing of it is out, so that any version may still draw it. */
    boolean isUntouched() {
        return nextToEmit == 0;
    }

    boolean isFinished() {
        return nextToEmit == lines.count();
    }

    // Having lines drawn

    /** Whether a line may be sent now. */
    boolean hasLineToSend(long nowMs) {
        return waits().isOver(nowMs)
                && inFlight < lines.window()
                && (!again.isEmpty() || nextUndrawn() < lines.count());
    }

    /** Index of the line to send next. */
    int lineToSend() {
        return again.isEmpty() ? nextUndrawn() : again.first();
    }

    void sent(int line) {
        inFlight++;
        if (!again.remove(line)) {
            nextToSend = line + 1;
        }
    }

    /**
     * A line is drawn.
     *
     * @param bytes that its record will have at most
     */
    void drawn(int line, Answer.Drawn answer, long bytes, long nowMs) {
        inFlight--;
        drawn.set(line);
        faults.remove(line);
        largestLine = Math.max(largestLine, bytes);
        held.add(line, answer, bytes);
        failures = 0;
        lostSinceMs = Optional.empty();
        waits().moved(nowMs);
    }

    /** A line has to be sent again; returns the failures since the last success. */
    int failed(int line) {
        inFlight--;
        again.add(line);
        return ++failures;
    }

    /** The version has failed to draw a line; returns how often it has by now. */
    Faults fault(int line, long drawnUntilNow) {
        return faults.merge(
                line,
                new Faults(1, drawnUntilNow),
                (before, unused) -> new Faults(before.tries() + 1, before.drawnBefore()));
    }

    boolean isFaulty(int line) {
        return faults.containsKey(line);
    }

    /** Nobody draws by the version now; returns whether that has been so for long enough to give up. */
    boolean isLostFor(Duration patience, long nowMs) {
        if (lostSinceMs.isEmpty()) {
            lostSinceMs = Optional.of(nowMs);
        }
        return nowMs - lostSinceMs.get() >= patience.toMillis();
    }

    /** The version may be drawn by (again). */
    void isNotLost() {
        lostSinceMs = Optional.empty();
    }

    // Putting lines out

    /** Whether all lines are drawn, and not all are out. */
    boolean isDrawn() {
        return !isFinished() && drawn.cardinality() == lines.count();
    }

    /** Bytes that the record of its largest line has at most. */
    long largestLine() {
        return largestLine;
    }

    /** Whether it has been found that its topics take all its lines. */
    boolean isAdmitted() {
        return isAdmitted;
    }

    void admitted() {
        isAdmitted = true;
    }

    int nextToEmit() {
        return nextToEmit;
    }

    void emitted() {
        held.remove(nextToEmit++);
    }

    private int nextUndrawn() {
        return drawn.nextClearBit(nextToSend);
    }
}
