package io.inkstream.trainer.dataset;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What the importer is told and does not find out by itself.
 *
 * @param source name of the data set; empty: {@code emnist} or {@code unipen} where a file or its folder is called so,
 *     else what stands before {@code -train-} or {@code -test-} in the file's name, else the folder's name
 * @param split what the samples may be used for
 * @param orientation how images lie in idx files; empty: found from their shapes
 * @param mapping which characters the labels of idx files mean; empty: found
 * @param equalAspect whether strokes of UNIPEN's source {@code aga}, whose tablet had two resolutions, get their true
 *     shape
 * @param consent what the writers agreed to, in words; noted with each sample
 * @param mostFaulty share of samples, 0 to 1, that may be unusable before the whole is refused
 * @param scale what becomes of images of other sizes in folders of images
 */
public record ImportOptions(
        Optional<String> source,
        SplitRule split,
        Optional<Orientation> orientation,
        Optional<LabelMapping> mapping,
        boolean equalAspect,
        Optional<String> consent,
        double mostFaulty,
        PictureScale scale) {
    private static final int LONGEST_CONSENT = 1_000;

    public static final ImportOptions DEFAULTS = new ImportOptions(
            Optional.empty(),
            SplitRule.AUTO,
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            0.1,
            PictureScale.NONE);

    public ImportOptions {
        requireNonNull(source, "source");
        requireNonNull(split, "split");
        requireNonNull(orientation, "orientation");
        requireNonNull(mapping, "mapping");
        requireNonNull(scale, "scale");
        if (consent.isPresent() && (consent.get().isBlank() || consent.get().length() > LONGEST_CONSENT)) {
            throw new IllegalArgumentException("consent is noted in 1 to " + LONGEST_CONSENT + " characters");
        }
        if (!(mostFaulty >= 0 && mostFaulty <= 1)) {
            throw new IllegalArgumentException("mostFaulty is a share, 0 to 1, got " + mostFaulty);
        }
    }

    public ImportOptions withSource(String name) {
        return new ImportOptions(
                Optional.of(name), split, orientation, mapping, equalAspect, consent, mostFaulty, scale);
    }

    public ImportOptions withSplit(SplitRule rule) {
        return new ImportOptions(source, rule, orientation, mapping, equalAspect, consent, mostFaulty, scale);
    }

    public ImportOptions withOrientation(Orientation known) {
        return new ImportOptions(source, split, Optional.of(known), mapping, equalAspect, consent, mostFaulty, scale);
    }

    public ImportOptions withMapping(LabelMapping known) {
        return new ImportOptions(
                source, split, orientation, Optional.of(known), equalAspect, consent, mostFaulty, scale);
    }

    public ImportOptions withConsent(String agreed) {
        return new ImportOptions(
                source, split, orientation, mapping, equalAspect, Optional.of(agreed), mostFaulty, scale);
    }

    public ImportOptions withMostFaulty(double share) {
        return new ImportOptions(source, split, orientation, mapping, equalAspect, consent, share, scale);
    }

    public ImportOptions withScale(PictureScale other) {
        return new ImportOptions(source, split, orientation, mapping, equalAspect, consent, mostFaulty, other);
    }
}
