package io.inkstream.ops.client;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import java.util.function.Function;

/** Something that the pipeline says about one document. */
public sealed interface DocumentEvent {
    /** Id of the document. */
    String document();

    /** Calls the function of this kind of event. */
    <T> T match(Function<Line, T> line, Function<Page, T> page, Function<Refused, T> refused);

    /** A line was drawn. */
    record Line(String document, LineImage image) implements DocumentEvent {
        @Override
        public <T> T match(Function<Line, T> line, Function<Page, T> page, Function<Refused, T> refused) {
            return line.apply(this);
        }
    }

    /** A page was put together. */
    record Page(String document, PageImage image) implements DocumentEvent {
        @Override
        public <T> T match(Function<Line, T> line, Function<Page, T> page, Function<Refused, T> refused) {
            return page.apply(this);
        }
    }

    /** The document is a dead letter; nothing more comes of it. */
    record Refused(String document, DeadLetter letter) implements DocumentEvent {
        @Override
        public <T> T match(Function<Line, T> line, Function<Page, T> page, Function<Refused, T> refused) {
            return refused.apply(this);
        }
    }
}
