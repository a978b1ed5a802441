package io.inkstream.ops.cli;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import picocli.CommandLine.Option;

/** Flags that say how a document is to look. */
final class DocumentOptions {
    @Option(
            names = "--style",
            paramLabel = "NAME",
            description =
                    "Style of the model (default: ${DEFAULT-VALUE}); an unknown style is refused with the list of styles.",
            defaultValue = "natural")
    private String style;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Chooses the writer within the style; the same text, style, seed and model give the same bytes.")
    private Long seed;

    @Option(names = "--model", paramLabel = "NAME:VERSION", description = "Pins the document to one model version.")
    private String model;

    @Option(
            names = "--line-height",
            paramLabel = "PX",
            description = "Height of the line images in pixels, 16 to 256 (default: ${DEFAULT-VALUE}).",
            defaultValue = "64")
    private int lineHeight;

    @Option(
            names = "--line-width",
            paramLabel = "PX",
            description = "Maximum width of a line image in pixels (default: ${DEFAULT-VALUE}).",
            defaultValue = "1024")
    private int lineWidth;

    @Option(
            names = "--overlap",
            paramLabel = "SHARE",
            description =
                    "How far neighbouring glyphs may overlap, as a share of the narrower one, 0 to 1/3 (default: 1/3).")
    private double overlap = 1.0 / 3;

    @Option(
            names = "--fresh",
            description =
                    "Draw every occurrence of a letter afresh instead of from the cached variants of the hand; slower.")
    private boolean fresh;

    @Option(
            names = "--lines-per-page",
            paramLabel = "N",
            description = "Lines on one page image, 1 to 200 (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int linesPerPage;

    /** The document; limits are the pipeline's to check, so that every client gets the same answers. */
    TextDocument document(String text, boolean pages) {
        return TextDocument.newBuilder()
                .setText(text)
                .setStyle(style)
                .setSeed(seed)
                .setModel(model)
                .setLayout(LayoutOptions.newBuilder()
                        .setLineHeightPx(lineHeight)
                        .setLineWidthPx(lineWidth)
                        .setMaxOverlap(overlap)
                        .setVariation(fresh ? Variation.FRESH : Variation.HAND)
                        .setPages(pages)
                        .setLinesPerPage(linesPerPage)
                        .build())
                .build();
    }
}
