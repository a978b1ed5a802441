package io.inkstream.trainer.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.reading.LineView;

/**
 * A line and what it says.
 *
 * @param writer who wrote it, or null
 */
public record LineSample(String text, String writer, LineView view) {
    public LineSample {
        requireNonNull(text, "text");
        requireNonNull(view, "view");
    }
}
