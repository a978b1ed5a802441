package io.inkstream.topology.render;

import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.state.PendingDocument;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Where one unfinished document stands: what is sent, answered and emitted. What must outlive a crash is in the stores. */
final class OpenDocument {
    private static final int WAITING = -1;

    private final long sequence;
    private final PendingDocument stored;
    private final long openedAtMs;
    private final Map<Integer, RenderLineResponse> answers = new HashMap<>();
    /** Lines that were sent and have to be sent again. */
    private final TreeSet<Integer> again = new TreeSet<>();

    private TextDocument text;
    private int lines = WAITING;
    private int window;
    private int nextToSend;
    private int nextToEmit;
    private int failures;
    private long retryAtMs;

    OpenDocument(long sequence, PendingDocument stored, long nowMs) {
        this.sequence = sequence;
        this.stored = stored;
        this.openedAtMs = nowMs;
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

    long openedAtMs() {
        return openedAtMs;
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
     * @param firstLine first that is not emitted
     * @param ahead lines that may be under way or answered beyond the next to be emitted
     */
    void planned(int lineCount, int firstLine, int ahead) {
        lines = lineCount;
        nextToSend = firstLine;
        nextToEmit = firstLine;
        window = ahead;
        text = null;
        retryAtMs = 0;
    }

    boolean isPlanned() {
        return lines != WAITING;
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

    void retryAt(long ms) {
        retryAtMs = ms;
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

    void answered(int line, RenderLineResponse response) {
        answers.put(line, response);
        failures = 0;
    }

    /** A line has to be sent again; returns the failures since the last success. */
    int failed(int line) {
        again.add(line);
        return ++failures;
    }

    int nextToEmit() {
        return nextToEmit;
    }

    /** The answer to the next line, or null. */
    RenderLineResponse nextAnswer() {
        return answers.get(nextToEmit);
    }

    /** The answer to the next line is no use. */
    void takeBack() {
        answers.remove(nextToEmit);
    }

    void emitted() {
        answers.remove(nextToEmit++);
    }
}
