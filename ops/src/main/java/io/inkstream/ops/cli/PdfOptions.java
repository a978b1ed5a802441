package io.inkstream.ops.cli;

import io.inkstream.ops.hand.Pictures;
import io.inkstream.ops.pdf.PdfBinder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of commands that make PDFs of documents. */
final class PdfOptions {
    private static final long MOST_BYTES = 256L << 20;

    @Option(
            names = "--pdf",
            description =
                    "Also make pages.pdf of documents that ask for pages in SVG: vector ink, the text selectable.")
    private boolean pdf;

    @Option(
            names = "--background",
            paramLabel = "IMAGE",
            description = "A picture of paper that a PDF has under each page, in place of what the layout prints.")
    private Path background;

    boolean isAsked() {
        return pdf;
    }

    /**
     * What makes them, if they are asked for.
     *
     * @throws CommandException if the picture cannot be read, or nobody asked for a PDF to be above it
     */
    Optional<PdfBinder> binder() {
        if (background != null && !pdf) {
            throw new CommandException(ExitCodes.WRONG_USE, "--background goes with --pdf");
        }
        return pdf
                ? Optional.of(new PdfBinder(
                        MOST_BYTES, Optional.ofNullable(background).map(PdfOptions::picture)))
                : Optional.empty();
    }

    private static BufferedImage picture(Path file) {
        List<BufferedImage> pictures = new ArrayList<>();
        try {
            Pictures.read(file.toString(), InputFiles.bytes(file), (name, picture) -> pictures.add(picture));
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
        return pictures.get(0);
    }
}
