package io.inkstream.topology.pages;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.topology.state.PagePlace;
import java.util.function.Consumer;

/** What page assembly receives of a document. */
public sealed interface PageInput {

    void match(Consumer<PlacedLine> line, Consumer<Abandoned> abandoned);

    /**
     * A line that stands on a page.
     *
     * @param document number of the document within its task, unique among the unfinished ones
     */
    record PlacedLine(long document, PagePlace place, LineImage image) implements PageInput {
        @Override
        public void match(Consumer<PlacedLine> line, Consumer<Abandoned> abandoned) {
            line.accept(this);
        }
    }

    /** The document will have no more lines. */
    record Abandoned(long document) implements PageInput {
        @Override
        public void match(Consumer<PlacedLine> line, Consumer<Abandoned> abandoned) {
            abandoned.accept(this);
        }
    }
}
