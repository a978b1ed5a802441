package io.inkstream.topology.render;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.client.Answer;
import io.inkstream.topology.routing.Assignment;
import io.inkstream.topology.state.PendingDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where one unfinished document stands: what is sent, drawn and emitted. What must outlive a crash is in the stores.
 *
 * <p>Nothing of a document is emitted before all its lines are drawn. Until then the answers of a short one are held here, and
 * those of a long one in the store.
 */
final class OpenDocument {
    private static final int WAITING = -1;

    private final long sequence;
    private final PendingDocument head;
    private final long openedAtMs;
    private final Optional<Assignment> refusedBy;
    private final BitSet drawn = new BitSet();
    private final Map<Integer, Answer.Drawn> held = new HashMap<>();
    /** Lines that were sent and have to be sent again. */
    private final TreeSet<Integer> again = new TreeSet<>();
    /** Lines that the version has failed to draw, and how. */
    private final Map<Integer, Faults> faults = new HashMap<>();

    private byte[] arrived;
    private TextDocument text;
    private Assignment assignment;
    private int lines = WAITING;
    private int window;
    private int inFlight;
    private int nextToSend;
    private int nextToEmit;
    private int failures;
    private boolean hasPages;
    private boolean isSpilled;
    private boolean isAdmitted;
    private long heldBytes;
    private long largestLine;
    private long retryAtMs;
    private Optional<Long> lostSinceMs = Optional.empty();
    private long movedAtMs;
    private String waitsFor = "";
    private boolean isSaidToWait;

    /**
     * How a line failed.
     *
     * @param tries that failed
     * @param drawnBefore lines of whatever document that had been drawn when the first failed
     */
    record Faults(int tries, long drawnBefore) {}

    /** @param head what the stores keep of it, but its value */
    OpenDocument(long sequence, PendingDocument head, long nowMs) {
        this(sequence, head, nowMs, Optional.empty());
    }

    private OpenDocument(long sequence, PendingDocument head, long nowMs, Optional<Assignment> refusedBy) {
        this.sequence = sequence;
        this.head = head;
        this.openedAtMs = nowMs;
        this.refusedBy = refusedBy;
        this.movedAtMs = nowMs;
    }

    /**
     * The same document as if nothing had been planned; what is still answered for the old plan belongs to nobody.
     *
     * @param refused the candidate that the document must not be given to again, if that is why
     */
    OpenDocument anew(Optional<Assignment> refused) {
        return new OpenDocument(sequence, head, openedAtMs, refused);
    }

    long sequence() {
        return sequence;
    }

    /** What is known of the record that it came in, but for its value. */
    PendingDocument head() {
        return head;
    }

    String id() {
        return StandardCharsets.UTF_8.decode(head.getKey().duplicate()).toString();
    }

    long openedAtMs() {
        return openedAtMs;
    }

    /** The candidate that has refused to draw the document. */
    Optional<Assignment> refusedBy() {
        return refusedBy;
    }

    // The value as it came, until it is in a store

    void arrived(byte[] value) {
        arrived = value;
    }

    Optional<byte[]> arrived() {
        return Optional.ofNullable(arrived);
    }

    void isKept() {
        arrived = null;
    }

    // Waiting to be planned

    /** The decoded document while it waits to be planned, or null. */
    TextDocument text() {
        return text;
    }

    void decoded(TextDocument document) {
        text = document;
    }

    /**
     * The document has its lines.
     *
     * @param by the version that draws them all
     * @param firstLine first that is not out
     * @param answered lines whose answer is in the store
     * @param ahead upper limit of concurrent line requests
     * @param isLong whether answers go to the store
     * @param onPages whether its lines are put on pages too
     */
    void planned(
            Assignment by, int lineCount, int firstLine, BitSet answered, int ahead, boolean isLong, boolean onPages) {
        assignment = by;
        hasPages = onPages;
        lines = lineCount;
        nextToSend = firstLine;
        nextToEmit = firstLine;
        drawn.set(0, firstLine);
        drawn.or(answered);
        window = ahead;
        isSpilled = isLong || !answered.isEmpty();
        // What an earlier process has put in the store was not measured here.
        largestLine = answered.isEmpty() ? 0 : Long.MAX_VALUE;
        text = null;
        retryAtMs = 0;
        waitsFor = "";
    }

    boolean isPlanned() {
        return lines != WAITING;
    }

    /** Whether nothing of it is out, so that any version may still draw it. */
    boolean isUntouched() {
        return nextToEmit == 0;
    }

    /** The version that draws a planned document. */
    Assignment assignment() {
        return assignment;
    }

    boolean isFinished() {
        return isPlanned() && nextToEmit == lines;
    }

    /** Lines of the document, 0 while it waits to be planned. */
    int lineCount() {
        return Math.max(0, lines);
    }

    int linesLeft() {
        return lineCount() - nextToEmit;
    }

    /** Memory that it takes, about. */
    long bytes() {
        long own = head.getKey().remaining() + (arrived == null ? 0L : arrived.length);
        return own + heldBytes + (text == null ? 0L : 2L * text.getText().length());
    }

    boolean isDue(long nowMs) {
        return nowMs >= retryAtMs;
    }

    /**
     * The document cannot go on before a time.
     *
     * @param reason one sentence for the operator
     */
    void retryAt(long ms, String reason) {
        retryAtMs = ms;
        waitsFor = reason;
    }

    /** The document cannot go on for now. */
    void waitsFor(String reason) {
        waitsFor = reason;
    }

    /** What it waits for, or waited for last; empty if it does not. */
    String waitsFor() {
        return waitsFor;
    }

    // Having lines drawn

    /** Whether a line may be sent now. */
    boolean hasLineToSend(long nowMs) {
        return isPlanned() && isDue(nowMs) && inFlight < window && (!again.isEmpty() || nextUndrawn() < lines);
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
        if (!isSpilled) {
            held.put(line, answer);
            heldBytes += bytes;
        }
        failures = 0;
        lostSinceMs = Optional.empty();
        movedAtMs = nowMs;
        waitsFor = "";
        isSaidToWait = false;
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

    /** Whether answers go to the store rather than be held. */
    boolean isSpilled() {
        return isSpilled;
    }

    /** From now on answers go to the store; returns those that were held. */
    Map<Integer, Answer.Drawn> spill() {
        isSpilled = true;
        Map<Integer, Answer.Drawn> taken = Map.copyOf(held);
        held.clear();
        heldBytes = 0;
        return taken;
    }

    long heldBytes() {
        return heldBytes;
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
        return isPlanned() && !isFinished() && drawn.cardinality() == lines;
    }

    /** Whether its lines are put on pages too. */
    boolean hasPages() {
        return hasPages;
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

    /** The answer to a line, if it is held here. */
    Optional<Answer.Drawn> held(int line) {
        return Optional.ofNullable(held.get(line));
    }

    void emitted() {
        held.remove(nextToEmit++);
    }

    /** What the document has waited for since it last got on, if it has waited for so long. */
    Optional<String> waitsSince(Duration patience, long nowMs) {
        return waitsFor.isEmpty() || nowMs - movedAtMs < patience.toMillis() ? Optional.empty() : Optional.of(waitsFor);
    }

    /** Returns whether it was not said before, since the document last got on. */
    boolean isToBeSaid() {
        boolean isNews = !isSaidToWait;
        isSaidToWait = true;
        return isNews;
    }

    private int nextUndrawn() {
        return drawn.nextClearBit(nextToSend);
    }
}
