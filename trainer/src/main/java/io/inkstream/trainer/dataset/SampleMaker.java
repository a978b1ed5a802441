package io.inkstream.trainer.dataset;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.Split;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Makes the samples of one file: the same source, the same rule for their split. */
final class SampleMaker {
    private final String source;
    private final Optional<Split> splitOfFile;
    private final Optional<String> consent;

    private SampleMaker(String source, Optional<Split> splitOfFile, Optional<String> consent) {
        this.source = source;
        this.splitOfFile = splitOfFile;
        this.consent = consent;
    }

    static SampleMaker of(java.nio.file.Path file, ImportOptions options) {
        return new SampleMaker(
                Limits.cut(DataFiles.sourceOf(file, options), Limits.QUOTED_CHARS),
                options.split().ofFile(DataFiles.name(file)),
                options.consent());
    }

    /**
     * Makes a sample and hands it over.
     *
     * @param writer number or name of the writer within the source, or null
     * @param support 0 to 255, or null
     */
    <E extends Exception> void make(
            String character, byte[] image, String writer, Integer support, SampleReader.SampleSink<E> samples)
            throws E {
        GlyphSample sample = GlyphSample.newBuilder()
                .setCharacter(character)
                .setImage(ByteBuffer.wrap(image))
                .setWriter(writer == null ? null : source + "/" + writer)
                .setSource(source)
                .setSplit(Split.TRAIN)
                .setSupport(support)
                .setConsent(consent.orElse(null))
                .build();
        String contentId = ContentId.of(sample);
        sample.setSplit(splitOfFile.orElseGet(() -> SplitRule.ofSample(sample.getWriter(), contentId)));
        samples.accept(contentId, sample);
    }

    String finding() {
        return "source " + source + ", split "
                + splitOfFile
                        .map(split -> split + " as the file's name or the caller says")
                        .orElse("by writer where known, else by content");
    }
}
