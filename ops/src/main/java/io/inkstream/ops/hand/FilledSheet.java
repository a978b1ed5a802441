package io.inkstream.ops.hand;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a person wrote on the pages of a sheet from photos or scans of them. */
public final class FilledSheet {
    private final SheetLayout layout;
    private final Typography typography = Typography.standard();
    private final SheetGlyph tracer = new SheetGlyph();

    public FilledSheet(SheetLayout layout) {
        this.layout = layout;
    }

    /** What is in a cell. */
    public enum Content {
        WRITTEN,
        EMPTY,
        /** Ink runs out of the cell: some of the character may be lost. */
        TOUCHES_RIM
    }

    /**
     * One cell.
     *
     * @param strokes in x-heights above the baseline, each x0, y0, x1, y1, ...; none where there is no ink
     */
    public record Read(String character, Content content, List<float[]> strokes) {}

    /**
     * One page.
     *
     * @param number of it, from 1
     */
    public record Page(int number, List<Read> cells) {}

    /**
     * Reads a page.
     *
     * @throws SheetException if the picture shows none, saying why
     */
    public Page read(BufferedImage picture) throws SheetException {
        SheetPhoto photo = SheetPhoto.of(picture, layout);
        List<Read> cells = new ArrayList<>();
        for (SheetLayout.Cell cell : layout.cells(photo.page())) {
            CellInk ink = CellInk.of(photo, cell);
            ClassSpec spec = typography.of(cell.character());
            Optional<List<float[]>> strokes = ink.isEmpty() ? Optional.empty() : tracer.trace(ink, spec);
            cells.add(new Read(
                    cell.character(),
                    strokes.isEmpty() ? Content.EMPTY : ink.touchesRim() ? Content.TOUCHES_RIM : Content.WRITTEN,
                    strokes.orElse(List.of())));
        }
        return new Page(photo.page(), cells);
    }
}
