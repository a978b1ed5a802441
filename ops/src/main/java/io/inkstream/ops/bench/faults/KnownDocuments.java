package io.inkstream.ops.bench.faults;

import io.inkstream.ops.bench.Documents;
import io.inkstream.ops.bench.Workload;
import io.inkstream.schemas.avro.TextDocument;

/**
 * Documents of which it is known what must come: a bounded number of texts under ever new ids, now and then with pages, sent
 * twice, or with a style that nobody has.
 */
final class KnownDocuments implements Documents {
    /** Different ones; after them the same again, so that what comes can be compared with what came. */
    static final int DISTINCT = 160;

    private static final int WITH_PAGES_EVERY = 10;
    private static final int TWICE_EVERY = 16;
    private static final int UNUSABLE_EVERY = 25;
    private static final String NO_STYLE = "no-such-style";

    private final Workload workload;

    KnownDocuments(int hands) {
        workload = Workload.hands(hands);
    }

    /** Which of the distinct ones the i-th is. */
    static int content(int i) {
        return i % DISTINCT;
    }

    /** Whether the i-th can only be refused. */
    boolean isUnusable(int i) {
        return content(i) % UNUSABLE_EVERY == UNUSABLE_EVERY - 1;
    }

    @Override
    public boolean hasPages(int i) {
        return content(i) % WITH_PAGES_EVERY == 0;
    }

    @Override
    public int copies(int i) {
        return i % TWICE_EVERY == TWICE_EVERY - 1 ? 2 : 1;
    }

    @Override
    public int lines(int i) {
        return isUnusable(i) ? 0 : workload.linesEach();
    }

    @Override
    public TextDocument document(int i) {
        TextDocument document = workload.document(content(i));
        if (isUnusable(i)) {
            document.setStyle(NO_STYLE);
        }
        document.getLayout().setPages(hasPages(i));
        return document;
    }

    /** The text of one of its lines. */
    String text(int i, int line) {
        return workload.document(content(i)).getText().split("\n")[line];
    }
}
