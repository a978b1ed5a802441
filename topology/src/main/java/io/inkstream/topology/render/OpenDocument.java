package io.inkstream.topology.render;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.routing.Assignment;
import io.inkstream.topology.state.PendingDocument;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where one unfinished document stands: what is sent, answered and emitted. What must outlive a crash is in the stores. */
final class OpenDocument {
    private static final int WAITING = -1;

    private final long sequence;
    private final PendingDocument stored;
    private final long openedAtMs;
    private final Optional<Assignment> refusedBy;
    private final Map<Integer, Answer.Drawn> answers = new HashMap<>();
    /** Lines that were sent and have to be sent again. */
    private final TreeSet<Integer> again = new TreeSet<>();
    /** Lines of which the version has failed to draw one before. */
    private final Set<Integer> faulty = new HashSet<>();

    private TextDocument text;
    private Assignment assignment;
    private int lines = WAITING;
    private int window;
    private int nextToSend;
    private int nextToEmit;
    private int failures;
    private long retryAtMs;
    private Optional<Long> lostSinceMs = Optional.empty();
    private long movedAtMs;
    private String waitsFor = "";
    private boolean isSaidToWait;

    OpenDocument(long sequence, PendingDocument stored, long nowMs) {
        this(sequence, stored, nowMs, Optional.empty());
    }

    private OpenDocument(long sequence, PendingDocument stored, long nowMs, Optional<Assignment> refusedBy) {
        this.sequence = sequence;
        this.stored = stored;
        this.openedAtMs = nowMs;
        this.refusedBy = refusedBy;
        this.movedAtMs = nowMs;
    }

    /** Whether the key of a record can be a document's id. */
    static boolean isId(byte[] key) {
        if (key == null || key.length == 0) {
            return false;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /**
     * The same document as if nothing had been planned; what is still answered for the old plan belongs to nobody.
     *
     * @param refused the candidate that the document must not be given to again, if that is why
     */
    OpenDocument anew(Optional<Assignment> refused) {
        return new OpenDocument(sequence, stored, openedAtMs, refused);
    }

    long sequence() {
        return sequence;
    }

    PendingDocument stored() {
        return stored;
    }

    ByteBuffer key() {
        return stored.getKey();
    }

    String id() {
        return StandardCharsets.UTF_8.decode(key().duplicate()).toString();
    }

    long openedAtMs() {
        return openedAtMs;
    }

    /** The candidate that has refused to draw the document. */
    Optional<Assignment> refusedBy() {
        return refusedBy;
    }

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
     * @param firstLine first that is not emitted
     * @param ahead lines that may be under way or answered beyond the next to be emitted
     */
    void planned(Assignment by, int lineCount, int firstLine, int ahead) {
        assignment = by;
        lines = lineCount;
        nextToSend = firstLine;
        nextToEmit = firstLine;
        window = ahead;
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

    /** Whether a line may be sent now. */
    boolean hasLineToSend(long nowMs) {
        return isPlanned()
                && isDue(nowMs)
                && (!again.isEmpty() || (nextToSend < lines && nextToSend < nextToEmit + window));
    }

    /** Index of the line to send next. */
    int lineToSend() {
        return again.isEmpty() ? nextToSend : again.first();
    }

    void sent(int line) {
        if (!again.remove(line)) {
            nextToSend = line + 1;
        }
    }

    void answered(int line, Answer.Drawn drawn, long nowMs) {
        answers.put(line, drawn);
        failures = 0;
        lostSinceMs = Optional.empty();
        movedAtMs = nowMs;
        waitsFor = "";
        isSaidToWait = false;
    }

    /** A line has to be sent again; returns the failures since the last success. */
    int failed(int line) {
        again.add(line);
        return ++failures;
    }

    /** The version has failed to draw a line; returns whether for the first time. */
    boolean isFirstFault(int line) {
        return faulty.add(line);
    }

    boolean isFaulty(int line) {
        return faulty.contains(line);
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

    int nextToEmit() {
        return nextToEmit;
    }

    /** The answer to the next line, or null. */
    Answer.Drawn nextAnswer() {
        return answers.get(nextToEmit);
    }

    void emitted() {
        faulty.remove(nextToEmit);
        answers.remove(nextToEmit++);
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
}
