package io.inkstream.ops.hand;

import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.trainer.style.Typography;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where things are on a sheet to fill in: pages of cells for characters and a last page of lines to copy, a mark in each
 * corner. The same characters give the same sheet, so a photo of it needs to tell no more than which sheet and page it shows.
 * Lengths are millimetres from the top left corner.
 */
public final class SheetLayout {
    /** Changes with everything that moves on the paper. */
    static final int VERSION = 1;

    /** Side of a mark. */
    static final double MARK = 20;

    private static final double MARK_MARGIN = 10;
    private static final double FIELDS_LEFT = 10;
    private static final double FIELDS_TOP = 36;
    private static final int COLUMNS = 10;
    private static final double COLUMN_WIDTH = 19;
    private static final double ROW_HEIGHT = 18.8;
    private static final int MOST_CHARACTERS = 1_000;

    /** The most frequent letters of many languages in Latin script are asked for once more. */
    private static final String FREQUENT = "etaoinshr";

    /** Five sentences: common words of all lengths, and every letter. */
    private static final List<String> SENTENCES = List.of(
            "The quick brown fox jumps over",
            "the lazy dog near the river bank.",
            "We met at seven, had coffee and",
            "talked about the old blue house.",
            "Please bring my grey jacket back",
            "and the three books you took.",
            "It was a bright cold morning, so",
            "everybody walked a little faster.",
            "How many exact words make a page",
            "depends on who is writing them.");

    private final Paper paper;
    private final String id;
    private final List<List<Field>> pages;

    /**
     * Lays out a sheet.
     *
     * @param characters graphemes, each once, in the order of their cells
     * @throws IllegalArgumentException if there are none or too many, or one cannot be written
     */
    public SheetLayout(String characters, Paper paper) {
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
        this.paper = paper;
        String name = String.join("", asked) + (paper == Paper.A4 ? "" : "\n" + paper);
        id = Sha256.of(name.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 8);
        pages = new ArrayList<>();
        int perPage = COLUMNS * (int) ((markTop(2) - FIELDS_TOP) / ROW_HEIGHT);
        for (int from = 0; from < cells.size(); from += perPage) {
            List<Field> page = new ArrayList<>();
            for (int i = from; i < Math.min(cells.size(), from + perPage); i++) {
                page.add(field(cells.get(i), (i - from) % COLUMNS, (i - from) / COLUMNS, Field.Kind.CELL));
            }
            pages.add(List.copyOf(page));
        }
        List<Field> lines = new ArrayList<>();
        for (String line : SENTENCES) {
            lines.add(field(line, 0, lines.size(), Field.Kind.LINE));
        }
        pages.add(List.copyOf(lines));
    }

    /** The sheet of the characters of ASCII: small letters first, for whoever fills in one page only. */
    public static SheetLayout standard(Paper paper) {
        return new SheetLayout(
                Typography.standard().classes().keySet().stream()
                        .sorted(Comparator.comparingInt(SheetLayout::rank).thenComparing(Comparator.naturalOrder()))
                        .collect(Collectors.joining()),
                paper);
    }

    private static int rank(String character) {
        int code = character.codePointAt(0);
        return Character.isLowerCase(code) ? 0 : Character.isUpperCase(code) ? 1 : Character.isDigit(code) ? 2 : 3;
    }

    private static Field field(String text, int column, int row, Field.Kind kind) {
        double within = kind == Field.Kind.CELL ? (COLUMN_WIDTH - kind.width()) / 2 : 0;
        return new Field(
                text,
                FIELDS_LEFT + column * COLUMN_WIDTH + within,
                FIELDS_TOP + (row + 1) * ROW_HEIGHT - kind.height(),
                kind);
    }

    private static int times(String character) {
        if (FREQUENT.contains(character)) {
            return 4;
        }
        return character.length() == 1 && character.charAt(0) >= 'a' && character.charAt(0) <= 'z' ? 3 : 2;
    }

    Paper paper() {
        return paper;
    }

    /** How many pages it has; the last is the one with lines. */
    public int pages() {
        return pages.size();
    }

    /** Fields of a page, counted from 1; all of one kind. */
    List<Field> fields(int page) {
        return pages.get(page - 1);
    }

    /** What the mark in a corner says: 0 is top left, 1 top right, 2 bottom left, 3 bottom right. */
    String mark(int page, int corner) {
        return "INKHAND" + VERSION + "/" + id + "/" + page + "/" + corner;
    }

    double markLeft(int corner) {
        return corner % 2 == 0 ? MARK_MARGIN : paper.width() - MARK_MARGIN - MARK;
    }

    double markTop(int corner) {
        return corner < 2 ? MARK_MARGIN : paper.height() - MARK_MARGIN - MARK;
    }
}
