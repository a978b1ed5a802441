package io.inkstream.ops.hand;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Reads photos and scans, one picture at a time: they are large. */
public final class Pictures {
    /** No camera makes more, and each takes four bytes. */
    private static final long MOST_PIXELS = 120_000_000;

    private static final int MOST_PAGES = 100;
    private static final int SCAN_DPI = 300;
    private static final int POINTS_PER_INCH = 72;
    private static final String PDF = "%PDF-";

    private Pictures() {}

    /** Takes a picture. */
    @FunctionalInterface
    public interface Sink<E extends Exception> {
        /** @param name of the file, and the page where it has several */
        void accept(String name, BufferedImage picture) throws E;
    }

    /**
     * Reads the picture of a JPEG or PNG, or all pages of a PDF.
     *
     * @param name of the file, for messages
     * @throws IOException if there is none, or it is larger than any camera's; the message names the file
     */
    public static <E extends Exception> void read(String name, byte[] bytes, Sink<E> sink) throws IOException, E {
        if (new String(bytes, 0, Math.min(bytes.length, PDF.length()), StandardCharsets.US_ASCII).equals(PDF)) {
            readPages(name, bytes, sink);
        } else {
            sink.accept(name, picture(name, bytes));
        }
    }

    private static BufferedImage picture(String name, byte[] bytes) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException(name + " is no picture that can be read: take a JPEG, a PNG or a PDF");
            }
            ImageReader reader = readers.next();
            reader.setInput(in, true, true);
            try {
                long pixels = guarded(name, () -> (long) reader.getWidth(0) * reader.getHeight(0));
                check(name, pixels);
                return guarded(name, () -> reader.read(0));
            } finally {
                reader.dispose();
            }
        }
    }

    private static <E extends Exception> void readPages(String name, byte[] bytes, Sink<E> sink) throws IOException, E {
        try (PDDocument document = guarded(name, () -> Loader.loadPDF(bytes))) {
            int pages = document.getNumberOfPages();
            if (pages > MOST_PAGES) {
                throw new IOException(name + " has " + pages + " pages, more than " + MOST_PAGES);
            }
            PDFRenderer renderer = new PDFRenderer(document);
            for (int page = 0; page < pages; page++) {
                String ofPage = name + ", page " + (page + 1);
                int index = page;
                PDRectangle box = document.getPage(page).getCropBox();
                double perPoint = (double) SCAN_DPI / POINTS_PER_INCH;
                check(ofPage, (long) (perPoint * box.getWidth() * perPoint * box.getHeight()));
                sink.accept(ofPage, guarded(ofPage, () -> renderer.renderImageWithDPI(index, SCAN_DPI, ImageType.RGB)));
            }
        }
    }

    /** Decoders meet damaged files with exceptions of every kind. */
    private static <T> T guarded(String name, Callable<T> decoder) throws IOException {
        try {
            return decoder.call();
        } catch (Exception e) {
            throw new IOException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void check(String name, long pixels) throws IOException {
        if (pixels > MOST_PIXELS) {
            throw new IOException(name + " has more than " + MOST_PIXELS + " pixels: make it smaller");
        }
    }
}
