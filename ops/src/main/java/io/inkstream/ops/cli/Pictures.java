package io.inkstream.ops.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Reads photos and scans that people name on a command line, one picture at a time: they are large. */
final class Pictures {
    /** No camera makes more, and each takes four bytes. */
    private static final long MOST_PIXELS = 120_000_000;

    private static final int MOST_PAGES = 100;
    private static final int SCAN_DPI = 300;
    private static final int POINTS_PER_INCH = 72;
    private static final String PDF = "%PDF-";

    private Pictures() {}

    /** Takes a picture. */
    @FunctionalInterface
    interface Sink {
        /** @param name of the file, and the page where it has several */
        void accept(String name, BufferedImage picture);
    }

    /**
     * Reads the picture of a JPEG or PNG, or all pages of a PDF.
     *
     * @throws CommandException if there is none, or it is larger than any camera's
     */
    static void read(Path file, Sink sink) {
        byte[] bytes = InputFiles.bytes(file);
        try {
            if (new String(bytes, 0, Math.min(bytes.length, PDF.length()), StandardCharsets.US_ASCII).equals(PDF)) {
                readPages(file, bytes, sink);
            } else {
                sink.accept(file.toString(), picture(file, bytes));
            }
        } catch (IOException e) {
            throw new CommandException(ExitCodes.WRONG_USE, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static BufferedImage picture(Path file, byte[] bytes) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new CommandException(
                        ExitCodes.WRONG_USE, file + " is no picture that can be read: take a JPEG, a PNG or a PDF");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                check(file.toString(), (long) reader.getWidth(0) * reader.getHeight(0));
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static void readPages(Path file, byte[] bytes, Sink sink) throws IOException {
        try (PDDocument document = Loader.loadPDF(bytes)) {
            int pages = document.getNumberOfPages();
            if (pages > MOST_PAGES) {
                throw new CommandException(
                        ExitCodes.WRONG_USE, file + " has " + pages + " pages, more than " + MOST_PAGES);
            }
            PDFRenderer renderer = new PDFRenderer(document);
            for (int page = 0; page < pages; page++) {
                String name = file + ", page " + (page + 1);
                PDRectangle box = document.getPage(page).getCropBox();
                double perPoint = (double) SCAN_DPI / POINTS_PER_INCH;
                check(name, (long) (perPoint * box.getWidth() * perPoint * box.getHeight()));
                sink.accept(name, renderer.renderImageWithDPI(page, SCAN_DPI, ImageType.RGB));
            }
        }
    }

    private static void check(String name, long pixels) {
        if (pixels > MOST_PIXELS) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, name + " has more than " + MOST_PIXELS + " pixels: make it smaller");
        }
    }
}
