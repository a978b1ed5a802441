package io.inkstream.modelserver.hand;

/** How the occurrences of one letter differ. */
public enum Variation {
    /** From the variants of the hand, each slightly warped. */
    HAND,
    /** Every occurrence is drawn anew. */
    FRESH
}
