package io.inkstream.topology.layout;

/** A glyph does not fit the measure, so the text cannot be set. */
public final class GlyphTooWideException extends Exception {
    private static final long serialVersionUID = 1;

    private final String glyph;
    private final double needed;

    GlyphTooWideException(String glyph, double needed) {
        super("glyph '" + glyph + "' needs a measure of " + needed + " x-heights");
        this.glyph = glyph;
        this.needed = needed;
    }

    /** The grapheme. */
    public String glyph() {
        return glyph;
    }

    /** The least measure that takes it, in x-heights. */
    public double needed() {
        return needed;
    }
}
