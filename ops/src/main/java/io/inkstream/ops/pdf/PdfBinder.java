package io.inkstream.ops.pdf;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Completion;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.OutputFormat;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers what arrives of documents that asked for pages in SVG, and makes a PDF of each that is whole. What it holds is
 * bounded: of more, the document that began first is given up. For one thread.
 */
public final class PdfBinder {
    private final long mostBytes;
    private final Optional<BufferedImage> background;
    private final Map<String, Gathered> documents = new LinkedHashMap<>();
    private long bytes;

    private static final class Gathered {
        private final List<LineImage> lines = new ArrayList<>();
        private final List<PageImage> pages = new ArrayList<>();
        private final Completion completion = new Completion(true);
        private long bytes;
    }

    /**
     * @param mostBytes of images that are held at a time; one document may have more
     * @param background that is under each page, in place of its paper
     */
    public PdfBinder(long mostBytes, Optional<BufferedImage> background) {
        this.mostBytes = mostBytes;
        this.background = requireNonNull(background, "background");
    }

    /**
     * Takes what arrived.
     *
     * @return the PDF, if the document is whole now and asked for pages in SVG
     * @throws IllegalArgumentException if it makes no PDF, saying why; the document is forgotten
     */
    public Optional<byte[]> take(DocumentEvent event) {
        boolean isBound = event.match(
                line -> isBound(line.image().getProvenance()),
                page -> isBound(page.image().getProvenance()),
                refused -> documents.containsKey(event.document()));
        if (!isBound) {
            return Optional.empty();
        }
        Gathered gathered = documents.computeIfAbsent(event.document(), id -> new Gathered());
        int size = event.match(
                line -> {
                    gathered.lines.add(line.image());
                    return line.image().getPng().remaining();
                },
                page -> {
                    gathered.pages.add(page.image());
                    return page.image().getPng().remaining();
                },
                refused -> 0);
        gathered.bytes += size;
        bytes += size;
        if (!gathered.completion.isCompletedBy(event)) {
            makeRoom(event.document());
            return Optional.empty();
        }
        forget(event.document());
        if (gathered.pages.isEmpty()) {
            return Optional.empty(); // it was refused
        }
        gathered.lines.sort(Comparator.comparingInt(LineImage::getIndex));
        gathered.pages.sort(Comparator.comparingInt(PageImage::getIndex));
        return Optional.of(PagesPdf.of(gathered.lines, gathered.pages, background));
    }

    private static boolean isBound(Provenance provenance) {
        return provenance.getLayout() != null
                && provenance.getLayout().getPages()
                && OutputFormat.of(provenance) == OutputFormat.SVG;
    }

    private void makeRoom(String but) {
        Iterator<String> eldest = List.copyOf(documents.keySet()).iterator();
        while (bytes > mostBytes && eldest.hasNext()) {
            String document = eldest.next();
            if (!document.equals(but)) {
                forget(document);
            }
        }
    }

    private void forget(String document) {
        bytes -= documents.remove(document).bytes;
    }
}
