package io.inkstream.modelserver.joins;

/** Where a pen leaves a letter. */
public enum ExitClass {
    /** At the foot of the last stroke. */
    LOW,
    /** Along the bottom of a bowl. */
    UNDER,
    /** At the upper right of a ring. */
    LOOP,
    /** At the tip of an arm. */
    ARM,
    /** At the upper end of the last stroke. */
    TOP,
    /** At the right end of a bar. */
    BAR,
    /** As the hand does: all its letters of the class at the bar, or all at the foot. */
    FOOT_OR_BAR,
    /** From the end of a descender. */
    TAIL,
    /** It lifts. */
    NEVER
}
