package io.inkstream.topology.render;

import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.state.PendingDocument;

/** Ends the documents of one task: all their lines are out, or they become a dead letter. For one thread. */
final class Closing {
    private final OpenDocuments open;
    private final Backlog backlog;
    private final Outputs outputs;

    Closing(OpenDocuments open, Backlog backlog, Outputs outputs) {
        this.open = open;
        this.backlog = backlog;
        this.outputs = outputs;
    }

    /** Makes a document a dead letter. */
    void refuse(OpenDocument document, Refusal refusal) {
        PendingDocument kept = backlog.stored(document);
        byte[] value = document.arrived()
                .orElseGet(
                        () -> kept.getValue() == null ? null : kept.getValue().array());
        outputs.deadLetter(document.head().getKey().array(), value, kept, refusal);
        if (!document.isUntouched()) {
            outputs.toPages(document.head(), new PageInput.Abandoned(document.sequence()));
        }
        close(document);
    }

    /** Forgets a document. */
    void close(OpenDocument document) {
        if (document.arrived().isEmpty()) {
            backlog.forget(document.sequence(), document.nextToEmit(), document.lineCount());
        }
        open.remove(document);
    }
}
