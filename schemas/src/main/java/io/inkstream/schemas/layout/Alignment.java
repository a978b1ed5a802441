package io.inkstream.schemas.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import java.util.List;

/** Where the lines of a page stand. */
public enum Alignment {
    LEFT(0),
    CENTRE(.5),
    RIGHT(1);

    private final double share;

    Alignment(double share) {
        this.share = share;
    }

    /** What a document asks for. */
    public static Alignment of(LayoutOptions layout) {
        return Ids.named(values(), layout.getAlign(), "alignment");
    }

    static List<String> ids() {
        return Ids.of(values());
    }

    /** How much of the room that a line leaves is to its left, 0 to 1. */
    public double share() {
        return share;
    }
}
