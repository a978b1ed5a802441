package io.inkstream.ops.formats;

import io.inkstream.ops.look.Box;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a line's boxes as tesseract's training reads them: symbol, left, bottom, right, top and page, from the lower left
 * corner; a space has a box, and a tab ends the line.
 */
final class TesseractBoxes {
    private TesseractBoxes() {}

    static byte[] of(LineTruth line) {
        StringBuilder boxes = new StringBuilder();
        List<LineTruth.Word> words = line.words();
        for (int i = 0; i < words.size(); i++) {
            LineTruth.Word word = words.get(i);
            if (i > 0) {
                // A box without a width is refused, and words of uneven hands may overlap.
                Box before = words.get(i - 1).box();
                int from = Math.min(before.right(), line.widthPx() - 1);
                int width = Math.max(1, word.box().left() - from);
                append(boxes, " ", line, new Box(from, before.top(), width, before.height()));
            }
            word.glyphs().forEach(glyph -> append(boxes, glyph.character(), line, glyph.box()));
        }
        Box last = words.get(words.size() - 1).box();
        append(boxes, "\t", line, new Box(last.right(), last.top(), 1, last.height()));
        return boxes.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder boxes, String symbol, LineTruth line, Box box) {
        boxes.append(symbol)
                .append(' ')
                .append(box.left())
                .append(' ')
                .append(line.heightPx() - box.bottom())
                .append(' ')
                .append(box.right())
                .append(' ')
                .append(line.heightPx() - box.top())
                .append(" 0\n");
    }
}
