package io.inkstream.topology.layout;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Token;
import io.inkstream.topology.tokenise.TokenisedText;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.BitSet;
import java.util.Set;

/**
 * The glyphs, white space and line ends of a text, one after the other, and how well a line may end before each.
 *
 * @see <a href="https://www.unicode.org/reports/tr14/">Unicode Standard Annex 14, Unicode Line Breaking Algorithm</a>
 */
final class Places {
    /** How well a line may end before a place, from worst to best; the last two are equally good. */
    enum Break {
        /** Within a grapheme, or before white space. */
        WITHIN,
        /** A closing mark would begin the next line, or an opening one end this. */
        MARK,
        /** Between two graphemes of a word. */
        GRAPHEME,
        /** After a hyphen, a slash or white space. */
        SIGN,
        /** Where Unicode's rules allow it. */
        UNICODE,
        /** Where they do because of a soft hyphen, which is then to be drawn. */
        SOFT_HYPHEN
    }

    private static final Set<Integer> CLOSING = Set.of(
            UCharacter.LineBreak.CLOSE_PUNCTUATION,
            UCharacter.LineBreak.CLOSE_PARENTHESIS,
            UCharacter.LineBreak.EXCLAMATION,
            UCharacter.LineBreak.INFIX_NUMERIC,
            UCharacter.LineBreak.POSTFIX_NUMERIC,
            UCharacter.LineBreak.BREAK_SYMBOLS,
            UCharacter.LineBreak.NONSTARTER,
            UCharacter.LineBreak.CONDITIONAL_JAPANESE_STARTER,
            UCharacter.LineBreak.QUOTATION,
            UCharacter.LineBreak.HYPHEN,
            UCharacter.LineBreak.UNAMBIGUOUS_HYPHEN,
            UCharacter.LineBreak.BREAK_AFTER,
            UCharacter.LineBreak.INSEPARABLE);

    private final String text;
    private final Advances advances;
    private final BitSet opportunities;
    private final Glyph[] glyphs;
    private final int[] offsets;
    private final double[] widths;
    private final Break[] breaks;
    private int size;

    /** @param keepsTabs whether tabs are tabs, not word spaces */
    Places(TokenisedText tokenised, Advances advances, boolean keepsTabs) {
        this.text = tokenised.text();
        this.advances = advances;
        opportunities = opportunities(text);
        int all = tokenised.tokens().stream()
                .mapToInt(token ->
                        token instanceof Token.Drawn drawn ? drawn.glyphs().size() : 1)
                .sum();
        glyphs = new Glyph[all];
        offsets = new int[all];
        widths = new double[all];
        breaks = new Break[all];
        for (Token token : tokenised.tokens()) {
            Break before = before(token);
            if (token instanceof Token.Drawn drawn) {
                for (Glyph glyph : drawn.glyphs()) {
                    add(glyph, token.offset(), advances.of(glyph), before);
                    before = Break.WITHIN;
                }
            } else if (token instanceof Token.Newline) {
                add(null, token.offset(), 0, before);
            } else {
                boolean isTab = keepsTabs && text.charAt(token.offset()) == '\t';
                add(isTab ? Glyph.TAB : Glyph.WORD_SPACE, token.offset(), 0, before);
            }
        }
    }

    int size() {
        return size;
    }

    boolean isLineEnd(int place) {
        return glyphs[place] == null;
    }

    boolean isPageEnd(int place) {
        return isLineEnd(place) && text.charAt(offsets[place]) == '\f';
    }

    boolean isSpace(int place) {
        return !isLineEnd(place) && glyphs[place].isSpace();
    }

    /** What stands there; not for line ends. */
    Glyph glyph(int place) {
        return glyphs[place];
    }

    /** UTF-16 offset in the text. */
    int offset(int place) {
        return offsets[place];
    }

    /** Ink width, in x-heights; 0 for white space. */
    double width(int place) {
        return widths[place];
    }

    /** How well a line may end before a place; says nothing of the first of a line. */
    Break before(int place) {
        return breaks[place];
    }

    private void add(Glyph glyph, int offset, double width, Break before) {
        glyphs[size] = glyph;
        offsets[size] = offset;
        widths[size] = width;
        breaks[size] = before;
        size++;
    }

    private Break before(Token token) {
        int offset = token.offset();
        boolean followsSpace = size > 0 && isSpace(size - 1);
        if (size > 0 && offsets[size - 1] == offset) {
            // Several words stand for one grapheme.
            return followsSpace ? Break.UNICODE : Break.WITHIN;
        }
        if (opportunities.get(offset)) {
            return isDividedWord(offset) && !followsSpace ? Break.SOFT_HYPHEN : Break.UNICODE;
        }
        if (size == 0 || !(token instanceof Token.Drawn)) {
            return Break.WITHIN;
        }
        if (CLOSING.contains(lineBreak(text.codePointAt(offset)))
                || lineBreak(text.codePointBefore(offset)) == UCharacter.LineBreak.OPEN_PUNCTUATION) {
            return Break.MARK;
        }
        return followsSpace || isHyphen(text.charAt(offset - 1)) || text.charAt(offset - 1) == '/'
                ? Break.SIGN
                : Break.GRAPHEME;
    }

    /** Whether a soft hyphen is before it, and none that is drawn anyway. */
    private boolean isDividedWord(int offset) {
        return text.charAt(offset - 1) == Tokeniser.SOFT_HYPHEN && offset > 1 && !isHyphen(text.charAt(offset - 2));
    }

    private static boolean isHyphen(char c) {
        return c == '-' || c == '\u2010';
    }

    private static int lineBreak(int codePoint) {
        return UCharacter.getIntPropertyValue(codePoint, UProperty.LINE_BREAK);
    }

    private static BitSet opportunities(String text) {
        BitSet opportunities = new BitSet(text.length() + 1);
        BreakIterator lines = BreakIterator.getLineInstance(ULocale.ROOT);
        lines.setText(text);
        for (int end = lines.next(); end != BreakIterator.DONE; end = lines.next()) {
            opportunities.set(end);
        }
        return opportunities;
    }
}
