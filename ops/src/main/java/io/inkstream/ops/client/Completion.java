package io.inkstream.ops.client;

/** Knows when everything of one document has arrived: all lines, all pages if it asked for pages, or a dead letter. */
public final class Completion {
    private final boolean pages;
    private int linesLeft = -1;
    private int pagesLeft = -1;
    private boolean refused;

    /** @param pages whether the document asked for pages */
    public Completion(boolean pages) {
        this.pages = pages;
    }

    /** Takes the next event of the document and returns whether it was the last. */
    public boolean isCompletedBy(DocumentEvent event) {
        event.match(
                line -> linesLeft = (linesLeft < 0 ? line.image().getCount() : linesLeft) - 1,
                page -> pagesLeft = (pagesLeft < 0 ? page.image().getCount() : pagesLeft) - 1,
                letter -> {
                    refused = true;
                    return 0;
                });
        return refused || (linesLeft == 0 && (!pages || pagesLeft == 0));
    }
}
