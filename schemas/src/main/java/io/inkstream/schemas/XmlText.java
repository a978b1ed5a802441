package io.inkstream.schemas;

/** Writes text so that it can stand in XML, between tags and in quoted attributes. */
public final class XmlText {
    private XmlText() {}

    /** The text with its signs of XML escaped; what XML 1.0 cannot say, such as control characters, becomes U+FFFD. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(code -> {
            switch (code) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\t', '\n', '\r' -> escaped.append("&#").append(code).append(';');
                default -> escaped.appendCodePoint(isSayable(code) ? code : 0xfffd);
            }
        });
        return escaped.toString();
    }

    private static boolean isSayable(int code) {
        return code >= 0x20 && code < 0xd800 || code > 0xdfff && code != 0xfffe && code != 0xffff;
    }
}
