package io.inkstream.trainer.dataset;

import io.inkstream.schemas.bundle.ClassSpec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Opens handwriting in the forms that people have it in, and refuses, naming file, place and reason, what it cannot use:
 * idx files (EMNIST's and MNIST's, official and upright), pen strokes as JSON lines, folders of images.
 */
public final class DatasetImporter {
    /** What it takes, in words. */
    public static final String FORMS =
            "idx files (EMNIST's and MNIST's, official and upright), UNIPEN strokes as JSON lines, folders of images";

    private final Map<String, ClassSpec> shapes;

    /** @param shapes how tall and wide characters are, to tell which way images lie */
    public DatasetImporter(Map<String, ClassSpec> shapes) {
        this.shapes = Map.copyOf(shapes);
    }

    /**
     * Opens files and folders and reads them from end to end, so that nothing is imported of what is damaged.
     *
     * @param paths images files ({@code *-images-idx3-ubyte}, labels beside them), strokes files ({@code *.jsonl}), each
     *     plain or gzip; folders of such files; folders of images
     * @throws BadDatasetException naming the file, the place and the reason
     */
    public Dataset open(List<Path> paths, ImportOptions options) throws IOException {
        List<SampleReader> readers = new ArrayList<>();
        for (Path path : paths) {
            readers.addAll(readersOf(path, options, true));
        }
        if (readers.isEmpty()) {
            throw new IllegalArgumentException("no file to import");
        }
        return Dataset.validated(readers, options.mostFaulty());
    }

    private List<SampleReader> readersOf(Path path, ImportOptions options, boolean mayDescend) throws IOException {
        if (!Files.exists(path)) {
            throw new BadDatasetException(path, "there is no such file");
        }
        if (Files.isDirectory(path)) {
            return readersOfFolder(path, options, mayDescend);
        }
        try {
            if (DataFiles.isIdxImages(path)) {
                return List.of(IdxReader.open(path, options, new Orientation.Judge(shapes)));
            }
            if (DataFiles.isStrokes(path)) {
                return List.of(StrokeReader.open(path, options));
            }
        } catch (EOFException | ZipException e) {
            throw new BadDatasetException(path, "the file breaks off or is damaged: " + e.getMessage());
        }
        throw new BadDatasetException(
                path,
                "not a name that is known here: expected ...images-idx3-ubyte, ...jsonl (each plain or .gz) or a folder");
    }

    private List<SampleReader> readersOfFolder(Path folder, ImportOptions options, boolean mayDescend)
            throws IOException {
        List<Path> images = new ArrayList<>();
        List<Path> strokes = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (Files.isDirectory(child)) {
                    folders.add(child);
                } else if (DataFiles.isIdxImages(child)) {
                    images.add(child);
                } else if (DataFiles.isStrokes(child)) {
                    strokes.add(child);
                }
            }
        }
        List<SampleReader> readers = new ArrayList<>();
        // Strokes beside images are the same characters once more: UNIPEN's folder has both.
        for (Path file : sorted(images.isEmpty() ? strokes : images)) {
            readers.addAll(readersOf(file, options, false));
        }
        if (!readers.isEmpty()) {
            return readers;
        }
        if (ImageFolderReader.isOne(folder)) {
            return List.of(ImageFolderReader.open(folder, options));
        }
        for (Path child : mayDescend ? sorted(folders) : List.<Path>of()) {
            readers.addAll(readersOfFolder(child, options, false));
        }
        if (readers.isEmpty() && mayDescend) {
            throw new BadDatasetException(
                    folder,
                    "nothing to import in it: no ...images-idx3-ubyte, no ...jsonl, no folders named by characters");
        }
        return readers;
    }

    private static List<Path> sorted(List<Path> paths) {
        List<Path> sorted = new ArrayList<>(paths);
        Collections.sort(sorted);
        return sorted;
    }
}
