package io.inkstream.ops.pdf;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.OutputFormat;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Gathers what arrives of documents that asked for pages in SVG, and makes a PDF of each that is whole. A document that is
 * sent again begins anew, a refused one is forgotten. What it holds is bounded: of more, the document that began first is
 * given up. For one thread.
 */
public final class PdfBinder {
    private final long mostBytes;
    private final Optional<BufferedImage> background;
    private final Map<String, Gathered> documents = new LinkedHashMap<>();
    private long bytes;

    private static final class Gathered {
        private final Map<Integer, LineImage> lines = new TreeMap<>();
        private final Map<Integer, PageImage> pages = new TreeMap<>();
        private long bytes;

        boolean isWhole() {
            return !lines.isEmpty()
                    && !pages.isEmpty()
                    && lines.size() == lines.values().iterator().next().getCount()
                    && pages.size() == pages.values().iterator().next().getCount();
        }
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
        String document = event.document();
        boolean isAdded = event.match(
                line -> isBound(line.image().getProvenance()) && add(document, line.image()),
                page -> isBound(page.image().getProvenance()) && add(document, page.image()),
                refused -> forget(document));
        if (!isAdded) {
            return Optional.empty();
        }
        Gathered gathered = documents.get(document);
        if (!gathered.isWhole()) {
            makeRoom(document);
            return Optional.empty();
        }
        forget(document);
        return Optional.of(
                PagesPdf.of(List.copyOf(gathered.lines.values()), List.copyOf(gathered.pages.values()), background));
    }

    private static boolean isBound(Provenance provenance) {
        return provenance.getLayout() != null
                && provenance.getLayout().getPages()
                && OutputFormat.of(provenance) == OutputFormat.SVG;
    }

    private boolean add(String document, LineImage line) {
        if (has(document, gathered -> gathered.lines.containsKey(line.getIndex()))) {
            forget(document);
        }
        gathered(document, line.getPng().remaining()).lines.put(line.getIndex(), line);
        return true;
    }

    private boolean add(String document, PageImage page) {
        if (has(document, gathered -> gathered.pages.containsKey(page.getIndex()))) {
            forget(document);
        }
        gathered(document, page.getPng().remaining()).pages.put(page.getIndex(), page);
        return true;
    }

    private boolean has(String document, Predicate<Gathered> what) {
        return documents.containsKey(document) && what.test(documents.get(document));
    }

    private Gathered gathered(String document, int more) {
        Gathered gathered = documents.computeIfAbsent(document, id -> new Gathered());
        gathered.bytes += more;
        bytes += more;
        return gathered;
    }

    private void makeRoom(String but) {
        for (String document : List.copyOf(documents.keySet())) {
            if (bytes > mostBytes && !document.equals(but)) {
                forget(document);
            }
        }
    }

    private boolean forget(String document) {
        Gathered gathered = documents.remove(document);
        if (gathered != null) {
            bytes -= gathered.bytes;
        }
        return false;
    }
}
