package io.inkstream.schemas.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import java.util.List;

/** What is printed on paper. */
public enum Ruling {
    PLAIN(0xffffff, 0xffffff, 0),
    RULED(0xffffff, 0xb4cbe2, 1),
    SQUARED(0xffffff, 0xc9dae9, 2),
    LEGAL(0xfff8c6, 0xa3c0d6, 1);

    private final int paper;
    private final int lines;
    private final int linesOfPitch;

    Ruling(int paper, int lines, int linesOfPitch) {
        this.paper = paper;
        this.lines = lines;
        this.linesOfPitch = linesOfPitch;
    }

    /** The ruling that a document asks for. */
    public static Ruling of(LayoutOptions layout) {
        return Ids.named(values(), layout.getRuling(), "ruling");
    }

    static List<String> ids() {
        return Ids.of(values());
    }

    /** Colour of the paper, 0xRRGGBB. */
    public int paper() {
        return paper;
    }

    /** Colour of its lines. */
    public int lines() {
        return lines;
    }

    /** How many lines come before the next line of writing; 0 for a paper without lines. */
    public int linesOfPitch() {
        return linesOfPitch;
    }

    /** Whether lines run from top to bottom, too, as far apart. */
    public boolean isSquared() {
        return this == SQUARED;
    }

    /** Whether a red line marks the left margin. */
    public boolean hasMarginLine() {
        return this == LEGAL;
    }
}
