package io.inkstream.ops.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.pdf.PdfBinder;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.layout.OutputFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What may be saved of a document: the list that the page shows. */
final class Downloads {
    /** The files of equal documents are equal. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final List<Download> ALL = Stream.concat(
                    Arrays.stream(OutputFormat.values()).map(Downloads::pictures),
                    Stream.of(
                            new Download(
                                    "pdf",
                                    "PDF",
                                    "the pages as a PDF: vector ink, the text underneath to be selected",
                                    Optional.of(OutputFormat.SVG),
                                    Downloads::pdf),
                            new Download(
                                    "boxes",
                                    "Ground truth",
                                    "boxes.jsonl: text, ink boxes and provenance, a JSON object each line",
                                    Optional.empty(),
                                    Downloads::boxes)))
            .toList();

    /** Makes a file of all that has come of a document. */
    @FunctionalInterface
    interface Maker {
        /** @throws IOException if one cannot be made of it */
        Saved of(String document, List<DocumentEvent> events) throws IOException;
    }

    /**
     * One kind of file.
     *
     * @param id in the address
     * @param doc what is in it, in half a sentence
     * @param format that the document has to be drawn in; nothing where any will do
     */
    record Download(String id, String label, String doc, Optional<OutputFormat> format, Maker maker) {}

    /** A file. */
    record Saved(String name, String mediaType, ByteBuffer bytes) {}

    private Downloads() {}

    static List<Download> all() {
        return ALL;
    }

    static Optional<Download> named(String id) {
        return ALL.stream().filter(download -> download.id().equals(id)).findFirst();
    }

    private static Download pictures(OutputFormat format) {
        return new Download(format.id(), label(format), format.doc(), Optional.of(format), Downloads::pictures);
    }

    private static String label(OutputFormat format) {
        String id = format.id();
        if (format == OutputFormat.SVG_PLOT) {
            return "SVG for a plotter";
        }
        return id.endsWith("-alpha")
                ? "Transparent " + id.substring(0, id.indexOf('-')).toUpperCase(Locale.ROOT)
                : id.toUpperCase(Locale.ROOT).replace('-', ' ');
    }

    /** The pages, or the lines where there are no pages; packed if there are several. */
    private static Saved pictures(String document, List<DocumentEvent> events) throws IOException {
        List<Saved> pages = new ArrayList<>();
        List<Saved> lines = new ArrayList<>();
        for (DocumentEvent event : events) {
            event.match(
                    line -> lines.add(saved(line.image())),
                    page -> page.image().getProblem().isEmpty() && pages.add(saved(page.image())),
                    refused -> false);
        }
        List<Saved> pictures = pages.isEmpty() ? lines : pages;
        if (pictures.size() == 1) {
            return pictures.get(0);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Saved picture : pictures) {
                ZipEntry entry = new ZipEntry(picture.name());
                entry.setTimeLocal(NO_TIME);
                zip.putNextEntry(entry);
                byte[] content = BufferBytes.of(picture.bytes());
                zip.write(content);
            }
        }
        return new Saved(
                pages.isEmpty() ? "lines.zip" : "pages.zip", "application/zip", ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static Saved pdf(String document, List<DocumentEvent> events) throws IOException {
        PdfBinder binder = new PdfBinder(Long.MAX_VALUE, Optional.empty());
        Optional<byte[]> pdf = Optional.empty();
        try {
            for (DocumentEvent event : events) {
                Optional<byte[]> whole = binder.take(event);
                pdf = whole.isPresent() ? whole : pdf;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        return new Saved(
                "pages.pdf",
                "application/pdf",
                ByteBuffer.wrap(pdf.orElseThrow(() -> new IOException("the document is not whole"))));
    }

    private static Saved saved(LineImage line) {
        return new Saved(ImageFiles.name(line), mediaType(line.getMediaType()), line.getPng());
    }

    private static Saved saved(PageImage page) {
        return new Saved(ImageFiles.name(page), mediaType(page.getMediaType()), page.getPng());
    }

    private static String mediaType(String said) {
        return OutputFormat.known(said).orElse("application/octet-stream");
    }

    private static Saved boxes(String document, List<DocumentEvent> events) throws JsonProcessingException {
        StringBuilder boxes = new StringBuilder();
        for (DocumentEvent event : events) {
            Optional<LineImage> line =
                    event.match(one -> Optional.of(one.image()), page -> Optional.empty(), refused -> Optional.empty());
            if (line.isPresent()) {
                boxes.append(ImageFiles.boxesOf(document, line.get())).append('\n');
            }
        }
        return new Saved(
                "boxes.jsonl",
                "application/x-ndjson",
                ByteBuffer.wrap(boxes.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
