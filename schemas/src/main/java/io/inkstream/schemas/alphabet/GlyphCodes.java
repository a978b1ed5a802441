package io.inkstream.schemas.alphabet;

/** The numbers of {@code RenderLineRequest.glyphs} that are no class of a model. */
public final class GlyphCodes {
    /** A word space. */
    public static final int WORD_SPACE = -1;

    /** A tab: what follows stands at the next of {@link io.inkstream.schemas.layout.TabStops}. */
    public static final int TAB = -Integer.MAX_VALUE;

    private static final int FIRST_COMPOSED = -2;

    private GlyphCodes() {}

    /** What stands for a composed grapheme, by its position in {@code RenderLineRequest.graphemes}. */
    public static int composed(int position) {
        return FIRST_COMPOSED - position;
    }

    /** Whether a glyph is white space, which has no ink and no box. */
    public static boolean isSpace(int glyph) {
        return glyph == WORD_SPACE || glyph == TAB;
    }

    /** Position of the composed grapheme that a glyph stands for, from 0, or -1 if it stands for none. */
    public static int position(int glyph) {
        return glyph > FIRST_COMPOSED || glyph == TAB ? -1 : FIRST_COMPOSED - glyph;
    }
}
