package io.inkstream.trainer.images;

import io.inkstream.schemas.Sha256;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.dataset.PictureFile;
import io.inkstream.trainer.dataset.PictureScale;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The images below a folder, all looked at once: what cannot be read is named and left out. It holds their names only.
 *
 * @param files that can be read, in the order of their names
 * @param faulty those that cannot, with the reason; the first {@link #MOST_NAMED}
 * @param faults how many these are
 * @param digest of the images as they are learnt
 */
public record ImageFolder(List<Path> files, List<String> faulty, int faults, Sha256 digest) {
    /** Fewer teach nothing. */
    public static final int FEWEST = 10;

    public static final int MOST_NAMED = 20;
    private static final int MOST_FILES = 5_000_000;

    public ImageFolder {
        files = List.copyOf(files);
        faulty = List.copyOf(faulty);
    }

    /**
     * Looks at every image of a folder and its folders. Hidden files are none.
     *
     * @throws TrainingException if there are fewer than {@link #FEWEST} that can be read
     * @throws IOException if there is no such folder
     */
    public static ImageFolder read(Path folder, PictureScale scale) throws IOException, TrainingException {
        List<Path> good = new ArrayList<>();
        List<String> faulty = new ArrayList<>();
        int faults = 0;
        MessageDigest digest = Sha256.digest();
        for (Path file : filesOf(folder)) {
            try {
                byte[] image = PictureFile.read(file, scale);
                digest.update(folder.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(image);
                good.add(file);
            } catch (IOException e) {
                faults++;
                if (faulty.size() < MOST_NAMED) {
                    faulty.add(file + ": " + e.getMessage());
                }
            }
        }
        if (good.size() < FEWEST) {
            throw new TrainingException(folder + " has " + good.size() + " images that can be read and " + faults
                    + " other files; at least " + FEWEST + " are needed"
                    + (faulty.isEmpty() ? "" : ", and the first that cannot is " + faulty.get(0)));
        }
        return new ImageFolder(good, faulty, faults, Sha256.of(digest));
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> files = found.filter(file -> Files.isRegularFile(file)
                            && !file.getFileName().toString().startsWith("."))
                    .limit(MOST_FILES + 1L)
                    .sorted()
                    .toList();
            if (files.size() > MOST_FILES) {
                throw new IOException(folder + " has more than " + MOST_FILES + " files");
            }
            return files;
        }
    }
}
