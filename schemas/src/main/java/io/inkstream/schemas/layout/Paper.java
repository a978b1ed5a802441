package io.inkstream.schemas.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import java.util.List;

/** What pages are made of: sheets of a size, or paper that is as large as its lines ask for. */
public enum Paper {
    FIT(0, 0),
    A4(210, 297),
    A5(148, 210),
    LETTER(215.9, 279.4);

    private final double widthMm;
    private final double heightMm;

    Paper(double widthMm, double heightMm) {
        this.widthMm = widthMm;
        this.heightMm = heightMm;
    }

    /** The paper that a document asks for. */
    public static Paper of(LayoutOptions layout) {
        return Ids.named(values(), layout.getPaper(), "paper");
    }

    static List<String> ids() {
        return Ids.of(values());
    }

    /** Whether it has a size of its own. */
    public boolean isSheet() {
        return this != FIT;
    }

    /** Width of a sheet. */
    public double widthMm() {
        return widthMm;
    }

    /** Height of a sheet. */
    public double heightMm() {
        return heightMm;
    }
}
