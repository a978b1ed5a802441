package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.GlyphSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reads the samples of one file or folder, the same ones in the same order each time. */
interface SampleReader {
    /** Takes usable samples. */
    @FunctionalInterface
    interface SampleSink<E extends Exception> {
        void accept(String contentId, GlyphSample sample) throws E;
    }

    /** Takes what is wrong with a sample that is left out. */
    @FunctionalInterface
    interface FaultSink {
        void fault(Path file, String place, String reason);
    }

    /** What was read. */
    Path file();

    /** What was found out about the file, for people. */
    List<String> findings();

    /**
     * Hands over every sample.
     *
     * @throws BadDatasetException if the file as a whole cannot be used
     */
    <E extends Exception> void read(SampleSink<E> samples, FaultSink faults) throws IOException, E;
}
