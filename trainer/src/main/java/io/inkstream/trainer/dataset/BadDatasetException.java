package io.inkstream.trainer.dataset;

import java.io.IOException;
import java.nio.file.Path;

/** A data set that is not imported; the message names the file, the place of the fault where there is one, and the reason. */
public class BadDatasetException extends IOException {
    private static final long serialVersionUID = 1L;

    public BadDatasetException(Path file, String reason) {
        super(file + ": " + reason);
    }

    public BadDatasetException(Path file, String place, String reason) {
        super(file + ": " + place + ": " + reason);
    }
}
