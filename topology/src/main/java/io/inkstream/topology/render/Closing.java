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

    /** Makes a document that has no lines yet a dead letter. */
    void refuse(WaitingDocument document, Refusal refusal) {
        PendingDocument kept = backlog.stored(document);
        if (document.arrived().isPresent()) {
            deadLetter(document, document.arrived().get(), kept, refusal);
        } else {
            deadLetter(document, value(kept), kept, refusal);
            backlog.forget(document.sequence(), 0, 0);
        }
        open.remove(document);
    }

    /** Makes a document that is being drawn a dead letter. */
    void refuse(Drawing drawing, Refusal refusal) {
        PendingDocument kept = backlog.document(drawing.sequence());
        deadLetter(drawing, value(kept), kept, refusal);
        if (!drawing.isUntouched()) {
            outputs.toPages(drawing.head(), new PageInput.Abandoned(drawing.sequence()));
        }
        close(drawing);
    }

    /** Forgets a document. */
    void close(Drawing drawing) {
        backlog.forget(drawing.sequence(), drawing.nextToEmit(), drawing.lineCount());
        open.remove(drawing);
    }

    private void deadLetter(OpenDocument document, byte[] value, PendingDocument kept, Refusal refusal) {
        outputs.deadLetter(document.head().getKey().array(), value, kept, refusal);
    }

    /** The value as it came; null where it is not kept. */
    private static byte[] value(PendingDocument kept) {
        return kept.getValue() == null ? null : kept.getValue().array();
    }
}
