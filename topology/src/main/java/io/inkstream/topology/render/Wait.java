package io.inkstream.topology.render;

import java.time.Duration;
import java.util.Optional;

/** For what a document waits, until when, and since when it has not got on. For one thread. */
final class Wait {
    private long movedAtMs;
    private Optional<Long> endsAtMs = Optional.empty();
    private Optional<String> reason = Optional.empty();
    private boolean isSaid;

    /** Nothing is waited for. */
    Wait(long nowMs) {
        movedAtMs = nowMs;
    }

    /**
     * The document cannot go on before a time.
     *
     * @param why one sentence for the operator
     */
    void until(long ms, String why) {
        endsAtMs = Optional.of(ms);
        reason = Optional.of(why);
    }

    /** The document cannot go on for now. */
    void with(String why) {
        reason = Optional.of(why);
    }

    /** The document may go on, which is not to say that it has. */
    void end() {
        endsAtMs = Optional.empty();
        reason = Optional.empty();
    }

    /** The document has got on; a time that was to be waited for still is. */
    void moved(long nowMs) {
        movedAtMs = nowMs;
        reason = Optional.empty();
        isSaid = false;
    }

    /** Whether the document may go on now. */
    boolean isOver(long nowMs) {
        return endsAtMs.isEmpty() || nowMs >= endsAtMs.get();
    }

    /** What is waited for, or was last; empty once the document got on. */
    Optional<String> reason() {
        return reason;
    }

    /** What has been waited for since the document last got on, if that is so long ago. */
    Optional<String> since(Duration patience, long nowMs) {
        return reason.filter(unused -> nowMs - movedAtMs >= patience.toMillis());
    }

    /** Returns whether it was not said before, since the document last got on. */
    boolean isToBeSaid() {
        boolean isNews = !isSaid;
        isSaid = true;
        return isNews;
    }
}
