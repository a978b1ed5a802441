package io.inkstream.modelserver.repository;

import io.inkstream.schemas.avro.ModelState;

/**
 * Where a version is in one life on this server; an announcement begins a new life.
 *
 * <pre>
 * ANNOUNCED → DOWNLOADING → VERIFYING → WARMING → CANARY → READY
 *     │            ├────────────┴──────────┴─────────┴──→ FAILED → DOWNLOADING
 *     └────────────┴────────────┴──────────┴─────────┴──→ REJECTED
 * each of these ─────────────────────────────────────────→ UNLOADED
 * </pre>
 */
public enum VersionState {
    /** Its announcement has been read. */
    ANNOUNCED,
    /** Its bundle is fetched: from the local cache, from chunks or from its location. */
    DOWNLOADING,
    /** Its bundle is checked: digest, format, networks. */
    VERIFYING,
    /** Its networks run for the first time. */
    WARMING,
    /** It draws characters and a line, which are looked at and read, and then letters of the hands in use. */
    CANARY,
    /** It answers requests. */
    READY,
    /** It failed a check: a verdict about its bytes, and final. */
    REJECTED,
    /** Its bundle did not come, or could not be judged now: it is tried again. */
    FAILED,
    /** It was withdrawn, replaced or let go; nothing follows in this life. */
    UNLOADED;

    /** Whether this state may be followed by {@code next}. */
    public boolean mayBecome(VersionState next) {
        return switch (this) {
            case ANNOUNCED -> next == DOWNLOADING || isEnd(next);
            case DOWNLOADING -> next == VERIFYING || next == FAILED || isEnd(next);
            case VERIFYING -> next == WARMING || next == FAILED || isEnd(next);
            case WARMING -> next == CANARY || next == FAILED || isEnd(next);
            case CANARY -> next == READY || next == FAILED || isEnd(next);
            case FAILED -> next == DOWNLOADING || isEnd(next);
            case READY, REJECTED -> next == UNLOADED;
            case UNLOADED -> false;
        };
    }

    /** The same state in the words of topic {@code model-status}. */
    public ModelState onTopic() {
        return ModelState.valueOf(name());
    }

    private static boolean isEnd(VersionState state) {
        return state == REJECTED || state == UNLOADED;
    }
}
