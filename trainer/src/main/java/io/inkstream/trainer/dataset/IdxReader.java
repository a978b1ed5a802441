package io.inkstream.trainer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads idx files: images, their labels, and the writers and support values that lie beside them. */
final class IdxReader implements SampleReader {
    /** Enough to see the orientation; the whole file would be read twice otherwise. */
    private static final int LOOKED_AT = 5000;

    private static final int SIDE = SampleSet.SIDE_PX;

    private final Path images;
    private final int[] labels;
    private final int[] writers;
    private final int[] supports;
    private final LabelMapping mapping;
    private final Orientation orientation;
    private final boolean inverted;
    private final SampleMaker maker;
    private final List<String> findings;

    private IdxReader(
            Path images,
            int[] labels,
            int[] writers,
            int[] supports,
            LabelMapping mapping,
            Orientation orientation,
            boolean inverted,
            SampleMaker maker,
            List<String> findings) {
        this.images = images;
        this.labels = labels;
        this.writers = writers;
        this.supports = supports;
        this.mapping = mapping;
        this.orientation = orientation;
        this.inverted = inverted;
        this.maker = maker;
        this.findings = List.copyOf(findings);
    }

    /**
     * Opens an images file and what lies beside it.
     *
     * @throws BadDatasetException if a file is damaged, the counts differ, the images have another size, or the mapping
     *     or the orientation cannot be found
     */
    static IdxReader open(Path images, ImportOptions options, Orientation.Judge judge) throws IOException {
        Path labelsFile = DataFiles.besideImages(images, "labels", "idx1-ubyte")
                .orElseThrow(() -> new BadDatasetException(
                        images, "no labels beside it: expected a file of the same name with labels-idx1-ubyte"));
        int[] labels = IdxFiles.readBytes(labelsFile);
        Optional<Path> writersFile = DataFiles.besideImages(images, "writers", "idx1-int");
        Optional<Path> supportsFile = DataFiles.besideImages(images, "support", "idx1-ubyte");
        int[] writers = writersFile.isPresent() ? IdxFiles.readInts(writersFile.get()) : null;
        int[] supports = supportsFile.isPresent() ? IdxFiles.readBytes(supportsFile.get()) : null;
        List<String> findings = new ArrayList<>();
        LabelMapping mapping =
                options.mapping().isPresent() ? options.mapping().get() : LabelMapping.detect(labelsFile, labels);
        findings.add(mapping.name());
        Orientation orientation;
        boolean inverted;
        try (IdxFiles.ImageStream stream = IdxFiles.openImages(images)) {
            if (stream.rows() != SIDE || stream.columns() != SIDE) {
                throw new BadDatasetException(
                        images,
                        "images of " + stream.rows() + " x " + stream.columns() + " pixels; only " + SIDE + " x " + SIDE
                                + " is imported");
            }
            if (stream.count() == 0) {
                throw new BadDatasetException(images, "no images in it");
            }
            checkCount(labelsFile, labels.length, stream.count(), "labels");
            if (writers != null) {
                checkCount(writersFile.get(), writers.length, stream.count(), "writers");
                findings.add("writers from " + DataFiles.name(writersFile.get()));
            }
            if (supports != null) {
                checkCount(supportsFile.get(), supports.length, stream.count(), "support values");
                findings.add("support from " + DataFiles.name(supportsFile.get()));
            }
            long border = 0;
            int looked = Math.min(LOOKED_AT, stream.count());
            for (int i = 0; i < looked; i++) {
                byte[] image = stream.next();
                border += borderMean(image);
                judge.look(mapping.characterOf(labels[i]), border > 128L * (i + 1) ? invert(image) : image);
            }
            inverted = border > 128L * looked;
        }
        if (inverted) {
            findings.add("inverted: paper is 255 in the file");
        }
        if (options.orientation().isPresent()) {
            orientation = options.orientation().get();
            findings.add("orientation " + orientation + " as the caller says");
        } else if (judge.isSure()) {
            orientation = judge.orientation();
            findings.add("orientation " + orientation + ": " + judge.because());
        } else {
            throw new BadDatasetException(
                    images,
                    "cannot tell whether its images are upright or transposed (" + judge.because() + "); say which");
        }
        SampleMaker maker = SampleMaker.of(images, options);
        findings.add(maker.finding());
        return new IdxReader(images, labels, writers, supports, mapping, orientation, inverted, maker, findings);
    }

    @Override
    public Path file() {
        return images;
    }

    @Override
    public List<String> findings() {
        return findings;
    }

    @Override
    public <E extends Exception> void read(SampleSink<E> samples, FaultSink faults) throws IOException, E {
        try (IdxFiles.ImageStream stream = IdxFiles.openImages(images)) {
            if (stream.count() != labels.length) {
                throw new BadDatasetException(images, "changed while it was imported");
            }
            for (int i = 0; ; i++) {
                long offset = stream.offset();
                byte[] image = stream.next();
                if (image == null) {
                    return;
                }
                if (inverted) {
                    image = invert(image);
                }
                String place = "image " + i + " at byte " + offset + " (uncompressed)";
                String character = mapping.characterOf(labels[i]);
                if (character == null) {
                    faults.fault(images, place, "label " + labels[i] + " is not in the mapping");
                } else if (isBlank(image)) {
                    faults.fault(images, place, "no ink in it");
                } else {
                    maker.make(
                            character,
                            orientation.upright(image),
                            writers == null || writers[i] < 0 ? null : Integer.toString(writers[i]),
                            supports == null ? null : supports[i],
                            samples);
                }
            }
        }
    }

    private static void checkCount(Path file, int count, int images, String what) throws BadDatasetException {
        if (count != images) {
            throw new BadDatasetException(file, count + " " + what + " for " + images + " images");
        }
    }

    static boolean isBlank(byte[] image) {
        for (byte pixel : image) {
            if ((pixel & 0xff) >= 64) {
                return false;
            }
        }
        return true;
    }

    static int borderMean(byte[] image) {
        int sum = 0;
        for (int k = 0; k < SIDE; k++) {
            sum += (image[k] & 0xff)
                    + (image[(SIDE - 1) * SIDE + k] & 0xff)
                    + (image[k * SIDE] & 0xff)
                    + (image[k * SIDE + SIDE - 1] & 0xff);
        }
        return sum / (4 * SIDE);
    }

    static byte[] invert(byte[] image) {
        byte[] inverted = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            inverted[i] = (byte) (255 - (image[i] & 0xff));
        }
        return inverted;
    }
}
