package io.inkstream.modelserver.joins;

/** Where a pen that comes from the letter before enters a letter. */
public enum EntryClass {
    /** At the head of the first stroke. */
    TOP,
    /** On the stem of an ascender. */
    STEM,
    /** In the middle: the line becomes the bar of an e. */
    EYE,
    /** Over the shoulder of a bowl. */
    ROUND,
    /** It was lifted. */
    NEVER
}
