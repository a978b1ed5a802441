package io.inkstream.ops.hand;

import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.alphabet.Graphemes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where things are on a sheet to fill in: A4 pages of cells, a mark in each corner. The same characters give the same sheet, so
 * a photo of it needs to tell no more than which sheet and page it shows. Lengths are millimetres from the top left corner.
 */
public final class SheetLayout {
    /** Changes with everything that moves on the paper. */
    static final int VERSION = 1;

    static final double PAGE_WIDTH = 210;
    static final double PAGE_HEIGHT = 297;

    /** Side of a mark. */
    static final double MARK = 20;

    private static final double MARK_MARGIN = 10;
    private static final double CELLS_LEFT = 10;
    private static final double CELLS_TOP = 36;
    private static final int COLUMNS = 10;
    private static final int ROWS = 12;
    private static final double CELL_WIDTH = 19;
    private static final double CELL_HEIGHT = 18.8;
    private static final int MOST_CHARACTERS = 1_000;

    /** The most frequent letters of many languages in Latin script are asked for once more. */
    private static final String FREQUENT = "etaoinshr";

    private final String id;
    private final List<List<Cell>> pages;

    /**
     * A place to write one character.
     *
     * @param left of the room to write in
     * @param top of it; above it stands the character
     */
    record Cell(String character, double left, double top) {
        static final double WIDTH = 17;
        static final double HEIGHT = 15;
        /** Below the top of the cell. */
        static final double BASELINE = 8.8;

        static final double X_HEIGHT = 3.8;
        static final double ASCENDER = 1.9 * X_HEIGHT;
        static final double DESCENDER = 1.1 * X_HEIGHT;
    }

    /**
     * Lays out a sheet.
     *
     * @param characters graphemes, each once, in the order of their cells
     * @throws IllegalArgumentException if there are none or too many, or one cannot be written
     */
    public SheetLayout(String characters) {
        List<String> asked = Graphemes.split(Graphemes.normal(characters)).stream()
                .filter(character -> !character.isBlank())
                .distinct()
                .toList();
        if (asked.isEmpty() || asked.size() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a sheet has 1 to " + MOST_CHARACTERS + " characters, not " + asked.size());
        }
        List<String> cells = new ArrayList<>();
        for (String character : asked) {
            if (!Graphemes.isClass(character)) {
                throw new IllegalArgumentException("'" + character + "' is not a character that can be written alone");
            }
            cells.addAll(Collections.nCopies(times(character), character));
        }
        id = Sha256.of(String.join("", asked).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 8);
        pages = new ArrayList<>();
        int perPage = COLUMNS * ROWS;
        for (int from = 0; from < cells.size(); from += perPage) {
            List<Cell> page = new ArrayList<>();
            for (int i = from; i < Math.min(cells.size(), from + perPage); i++) {
                int place = i - from;
                page.add(new Cell(
                        cells.get(i),
                        CELLS_LEFT + place % COLUMNS * CELL_WIDTH + (CELL_WIDTH - Cell.WIDTH) / 2,
                        CELLS_TOP + place / COLUMNS * CELL_HEIGHT + CELL_HEIGHT - Cell.HEIGHT));
            }
            pages.add(List.copyOf(page));
        }
    }

    private static int times(String character) {
        if (FREQUENT.contains(character)) {
            return 4;
        }
        return character.length() == 1 && character.charAt(0) >= 'a' && character.charAt(0) <= 'z' ? 3 : 2;
    }

    int pages() {
        return pages.size();
    }

    /** Cells of a page, counted from 1. */
    List<Cell> cells(int page) {
        return pages.get(page - 1);
    }

    /** What the mark in a corner says: 0 is top left, 1 top right, 2 bottom left, 3 bottom right. */
    String mark(int page, int corner) {
        return "INKHAND" + VERSION + "/" + id + "/" + page + "/" + corner;
    }

    static double markLeft(int corner) {
        return corner % 2 == 0 ? MARK_MARGIN : PAGE_WIDTH - MARK_MARGIN - MARK;
    }

    static double markTop(int corner) {
        return corner < 2 ? MARK_MARGIN : PAGE_HEIGHT - MARK_MARGIN - MARK;
    }
}
