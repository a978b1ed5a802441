package io.inkstream.schemas.alphabet;

/** The numbers of {@code RenderLineRequest.glyphs} that are no class of a model. */
public final class GlyphCodes {
    /** A word space. */
    public static final int WORD_SPACE = -1;

    private static final int FIRST_COMPOSED = -2;

    private GlyphCodes() {}

    /** What stands for a composed grapheme, by its position in {@code RenderLineRequest.graphemes}. */
    public static int composed(int position) {
        return FIRST_COMPOSED - position;
    }

    /** Position of the composed grapheme that a glyph stands for, from 0, or -1 if it stands for none. */
    public static int position(int glyph) {
        return glyph > FIRST_COMPOSED ? -1 : FIRST_COMPOSED - glyph;
    }
}
