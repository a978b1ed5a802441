package io.inkstream.topology.render;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The unfinished documents of one task in the order in which they came. For one thread. */
final class OpenDocuments {
    private final TreeMap<Long, OpenDocument> bySequence = new TreeMap<>();

    /** Takes a document in, or in the place of the one with the same sequence number. */
    void put(OpenDocument document) {
        bySequence.put(document.sequence(), document);
    }

    void remove(OpenDocument document) {
        bySequence.remove(document.sequence());
    }

    /** Whether it is this one, and not another in its place or none. */
    boolean contains(OpenDocument document) {
        return bySequence.get(document.sequence()) == document;
    }

    int size() {
        return bySequence.size();
    }

    /** Lines of all that are not emitted. */
    long linesLeft() {
        return bySequence.values().stream().mapToLong(OpenDocument::linesLeft).sum();
    }

    /** Memory that all take, about. */
    long bytes() {
        return bySequence.values().stream().mapToLong(OpenDocument::bytes).sum();
    }

    /** Answers of all that are held in memory. */
    long heldBytes() {
        return bySequence.values().stream()
                .filter(Drawing.class::isInstance)
                .mapToLong(document -> ((Drawing) document).held().bytes())
                .sum();
    }

    /** All; a copy, since going through them may change them. */
    List<OpenDocument> all() {
        return List.copyOf(bySequence.values());
    }

    /** Those that are being drawn and whose turn it is: of the documents with the same id, the first. */
    List<Drawing> leaders() {
        Set<ByteBuffer> ids = new HashSet<>();
        List<Drawing> leaders = new ArrayList<>(bySequence.size());
        for (OpenDocument document : bySequence.values()) {
            if (ids.add(document.head().getKey()) && document instanceof Drawing drawing) {
                leaders.add(drawing);
            }
        }
        return leaders;
    }
}
