package io.inkstream.trainer.dataset;

import io.inkstream.schemas.FileNames;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes glyphs as gzip idx files: images upright with 255 as ink, labels as ASCII codes, writers and support beside
 * them. Equal glyphs give equal bytes. A file appears under its name when it is complete.
 */
public final class DatasetExport {
    private static final int IMAGES = 0x0803;
    private static final int BYTES = 0x0801;
    private static final int INTS = 0x0C01;
    private static final int MOST_SOURCES = 1_000;

    private DatasetExport() {}

    /** Gives byte or value {@code i}, row by row. */
    private interface Values {
        void write(DataOutputStream out, int i) throws IOException;
    }

    /**
     * Writes a group of files for each source and split, such as {@code emnist-train-images-idx3-ubyte.gz}: importing the
     * folder gives the same sources and splits again.
     *
     * @throws IllegalArgumentException if a character's code is no byte, or there are more sources than anybody has
     */
    public static void writeBySourceAndSplit(SampleSet samples, Path folder) throws IOException {
        TreeSet<String> sources = new TreeSet<>();
        for (int i = 0; i < samples.size(); i++) {
            sources.add(samples.source(i));
        }
        if (sources.size() > MOST_SOURCES) {
            throw new IllegalArgumentException("the samples have " + sources.size() + " sources, and no more than "
                    + MOST_SOURCES + " groups of files are written");
        }
        for (String source : sources) {
            for (SampleSet.Split split : SampleSet.Split.values()) {
                SampleSet part = samples.where(
                        i -> samples.split(i) == split && samples.source(i).equals(source));
                if (part.size() > 0) {
                    write(
                            part,
                            folder,
                            FileNames.of(source) + "-" + split.name().toLowerCase(Locale.ROOT) + "-");
                }
            }
        }
    }

    /**
     * Writes {@code <prefix>images-idx3-ubyte.gz} and {@code <prefix>labels-idx1-ubyte.gz}; writers and support too where
     * any sample has them.
     *
     * @param prefix such as {@code train-}, or empty
     * @throws IllegalArgumentException if a character's code is no byte
     */
    public static void write(SampleSet samples, Path folder, String prefix) throws IOException {
        Files.createDirectories(folder);
        int n = samples.size();
        boolean writers = false;
        boolean supports = false;
        for (int i = 0; i < n; i++) {
            code(samples.classes(), samples.label(i));
            writers |= samples.writer(i) != SampleSet.UNKNOWN_WRITER;
            supports |= samples.support(i) != SampleSet.UNKNOWN_SUPPORT;
        }
        write(folder.resolve(prefix + "images-idx3-ubyte.gz"), IMAGES, n, (out, i) -> out.write(samples.image(i)));
        write(
                folder.resolve(prefix + "labels-idx1-ubyte.gz"),
                BYTES,
                n,
                (out, i) -> out.writeByte(code(samples.classes(), samples.label(i))));
        if (writers) {
            write(folder.resolve(prefix + "writers-idx1-int.gz"), INTS, n, (out, i) -> out.writeInt(samples.writer(i)));
        }
        if (supports) {
            write(
                    folder.resolve(prefix + "support-idx1-ubyte.gz"),
                    BYTES,
                    n,
                    (out, i) -> out.writeByte(samples.support(i)));
        }
    }

    /** Whether a character has a label in such files. */
    public static boolean isWritable(String character) {
        return character.length() == 1 && character.charAt(0) <= 255;
    }

    private static int code(CharacterClasses classes, int label) {
        String character = classes.characterAt(label);
        if (!isWritable(character)) {
            throw new IllegalArgumentException(
                    "idx labels are bytes, the codes of characters up to U+00FF; there is none for '" + character
                            + "'");
        }
        return character.charAt(0);
    }

    private static void write(Path file, int magic, int count, Values values) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new SmallGzip(Files.newOutputStream(partial)), 1 << 16))) {
            out.writeInt(magic);
            out.writeInt(count);
            if (magic == IMAGES) {
                out.writeInt(SampleSet.SIDE_PX);
                out.writeInt(SampleSet.SIDE_PX);
            }
            for (int i = 0; i < count; i++) {
                values.write(out, i);
            }
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static final class SmallGzip extends GZIPOutputStream {
        SmallGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
