package io.inkstream.ops.bench;

import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * Counts what comes of documents against what must: each line once, in its turn, of one version; of what cannot be used one
 * dead letter and nothing else. Any thread may send and ask what is open; one takes what comes.
 */
final class Ledger {
    private static final int MOST_PROBLEMS = 20;

    private final Documents documents;
    private final Supplier<String> goingOn;
    private final NavigableMap<Integer, Sent> open = new ConcurrentSkipListMap<>();

    // Of the one that takes alone:
    private final Map<Integer, Sent> done = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long lines;
    private long pages;
    private long letters;
    private long lost;
    private long doubled;
    private long reordered;
    private long mixed;
    private long both;

    /** @param goingOn what to blame for what is seen now */
    Ledger(Documents documents, Supplier<String> goingOn) {
        this.documents = documents;
        this.goingOn = goingOn;
    }

    /** From now on what must come of the document is waited for. */
    void send(int number, long dueNanos) {
        open.put(number, new Sent(number, dueNanos));
    }

    /** A document that was sent; for the thread that takes. */
    Sent sent(int number) {
        Sent document = open.get(number);
        return document == null ? done.get(number) : document;
    }

    /** The oldest document of which something must still come. */
    Optional<Sent> oldest() {
        return Optional.ofNullable(open.firstEntry()).map(Map.Entry::getValue);
    }

    /** Documents of which something must still come. */
    int open() {
        return open.size();
    }

    /** Counts what came of a document. */
    void take(Sent document, DocumentEvent event) {
        event.match(
                line -> take(document, line.image()),
                page -> take(document, page.image()),
                refused -> take(document, refused.letter()));
        if (document.isDrawn && document.letters > 0 && !document.isBoth) {
            document.isBoth = true;
            both++;
            problem("document " + document.number() + " has lines and a dead letter");
        }
        if (document.ended() >= documents.copies(document.number())
                && document.pages >= (documents.hasPages(document.number()) ? document.whole : 0)
                && open.remove(document.number()) != null) {
            done.put(document.number(), document);
        }
    }

    /** Nothing more comes: what is open is lost. */
    Tally close() {
        open.forEach((number, document) -> {
            int copies = documents.copies(number) - document.ended();
            lost += Math.max(1, copies * Math.max(1, documents.lines(number)) - document.lines());
            problem(document + " waits for more");
        });
        return new Tally(
                open.size() + done.size(), lines, pages, letters, lost, doubled, reordered, mixed, both, problems);
    }

    /** Notes what should not have been seen. */
    void problem(String what) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(what + " (" + goingOn.get() + ")");
        }
    }

    private Sent take(Sent document, LineImage line) {
        int number = document.number();
        int due = document.lines();
        long bit = 1L << line.getIndex();
        lines++;
        document.isDrawn = true;
        if (document.ended() >= documents.copies(number)
                || line.getIndex() >= documents.lines(number)
                || (document.seen & bit) != 0) {
            doubled++;
            problem("line " + line.getIndex() + " of document " + number + " came again");
        } else {
            if (line.getIndex() != due) {
                reordered++;
                problem("line " + line.getIndex() + " of document " + number + " came in place of line " + due);
            }
            document.seen |= bit;
        }
        String model = modelOf(line);
        if (due > 0 && !document.model.equals(model) && !document.isMixed) {
            document.isMixed = true;
            mixed++;
            problem("document " + number + " is of " + document.model + " and of " + model);
        }
        document.model = model;
        if (document.lines() == documents.lines(number)) {
            document.seen = 0;
            document.whole++;
        }
        return document;
    }

    private Sent take(Sent document, PageImage page) {
        int number = document.number();
        pages++;
        document.pages++;
        if (!documents.hasPages(number) || document.pages > documents.copies(number)) {
            doubled++;
            problem("page " + page.getIndex() + " of document " + number + " came again");
        }
        return document;
    }

    private Sent take(Sent document, DeadLetter letter) {
        int number = document.number();
        letters++;
        document.letters++;
        if (documents.lines(number) > 0) {
            lost += documents.lines(number) - document.lines();
            document.seen = 0;
            problem("document " + number + " was refused: " + letter);
        } else if (document.letters > documents.copies(number)) {
            doubled++;
            problem("document " + number + " was refused again");
        }
        return document;
    }

    /** The version that a line names, and its bytes. */
    static String modelOf(LineImage line) {
        return line.getProvenance().getModel() + " " + line.getProvenance().getModelSha256();
    }
}
