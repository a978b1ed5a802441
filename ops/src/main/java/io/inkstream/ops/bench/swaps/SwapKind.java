package io.inkstream.ops.bench.swaps;

import java.util.Locale;

/** What brings another version to serve. */
enum SwapKind {
    /** Published, with nothing promoted: it takes over by itself. */
    PUBLISHED,
    /** Published, then promoted by a policy. */
    PUBLISHED_AND_PROMOTED,
    /** An older one that is promoted. */
    PROMOTED,
    ROLLED_BACK,
    /** The newest again, after a policy named another. */
    NEWEST;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
