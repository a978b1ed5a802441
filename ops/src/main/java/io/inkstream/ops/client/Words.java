package io.inkstream.ops.client;

import io.inkstream.schemas.Limits;

/** Makes what somebody else has written fit to be shown: on one line, of bounded length, and no commands to a terminal. */
public final class Words {
    private Words() {}

    /**
     * The text on one line.
     *
     * @param chars most UTF-16 units of the result
     */
    public static String onOneLine(String text, int chars) {
        String cut = Limits.cut(text, chars);
        StringBuilder line = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> line.appendCodePoint(isShown(c) ? c : c < ' ' ? ' ' : '\uFFFD'));
        return line.toString();
    }

    /** Controls, and marks that turn the direction of what follows, are not. */
    private static boolean isShown(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
