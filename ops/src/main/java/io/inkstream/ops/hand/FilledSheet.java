package io.inkstream.ops.hand;

import io.inkstream.trainer.dataset.GlyphVariations;
import io.inkstream.trainer.dataset.StrokeWriter;
import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person wrote on the pages of sheets, read from photos or scans of them; a page may be there several times. Not
 * thread-safe.
 */
public final class FilledSheet {
    /** What samples of people's own hands are called. */
    public static final String SOURCE = GlyphVariations.SOURCE;

    private static final int MOST_SUPPORT = 255;

    private final List<SheetLayout> layouts;
    private final Typography typography = Typography.standard();
    private final InkTracer tracer = new InkTracer();
    private final Map<String, List<Read>> fields = new LinkedHashMap<>();

    /** @param layouts the sheets that pages may be of */
    public FilledSheet(List<SheetLayout> layouts) {
        this.layouts = List.copyOf(layouts);
    }

    /**
     * What is in a field.
     *
     * @param field where it was asked for
     * @param touchesRim whether ink runs out of the field
     * @param traced in x-heights above the baseline; empty if there is no ink
     * @param picture the ink that was found
     */
    record Read(Field field, boolean touchesRim, Optional<InkTracer.Traced> traced, BufferedImage picture) {
        boolean isCharacter() {
            return field.kind() == Field.Kind.CELL;
        }

        /** As a line of a file of strokes. */
        String json(String writer, boolean isTaken) {
            InkTracer.Traced ink = traced.orElseThrow();
            return isCharacter()
                    ? StrokeWriter.ofCharacter(
                            field.text(), writer, SOURCE, ink.strokes(), ink.pen(), isTaken ? MOST_SUPPORT : 0)
                    : StrokeWriter.ofText(field.text(), writer, SOURCE, ink.strokes());
        }
    }

    /**
     * Reads a page.
     *
     * @return its number, from 1
     * @throws SheetException if the picture shows none, saying why; nothing is taken from it then
     */
    public int add(BufferedImage picture) throws SheetException {
        SheetPhoto photo = SheetPhoto.of(picture, layouts);
        List<Field> asked = photo.layout().fields(photo.page());
        for (int place = 0; place < asked.size(); place++) {
            fields.computeIfAbsent(photo.layout().mark(photo.page(), 0) + "/" + place, unused -> new ArrayList<>())
                    .add(read(photo, asked.get(place)));
        }
        return photo.page();
    }

    private Read read(SheetPhoto photo, Field field) {
        FieldInk ink = FieldInk.of(photo, field);
        Optional<InkTracer.Traced> traced = Optional.empty();
        if (photo.sees(field) && !ink.isEmpty()) {
            traced = field.kind() == Field.Kind.CELL
                    ? tracer.character(ink, typography.of(field.text()))
                    : tracer.line(ink);
        }
        return new Read(field, ink.touchesRim(), traced, ReviewSheet.picture(ink));
    }

    /** All fields of all pages so far, by page and place; of each what the pictures show, in their order. */
    List<List<Read>> fields() {
        return fields.values().stream().map(List::copyOf).toList();
    }

    /** Whether nothing is written in any. */
    public boolean isEmpty() {
        return fields.values().stream().flatMap(List::stream).allMatch(read -> read.traced()
                .isEmpty());
    }
}
