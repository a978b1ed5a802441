package io.inkstream.ops.hand;

/** How a person's hand is drawn. */
public enum Strength {
    /** In variations of the person's own characters; what the person did not write by the nearest hand. */
    EXEMPLARS,
    /** By the hand of the generator that is most like the person's. */
    NEAREST,
    /** By the generator after it was taught the person's characters. */
    TRAINED
}
