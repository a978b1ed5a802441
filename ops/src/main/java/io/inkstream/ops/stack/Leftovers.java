package io.inkstream.ops.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What runs have left in a folder, and nothing else that lies there: what is not known to be ours is kept. */
public final class Leftovers {
    private static final String HANDS = "hands";
    private static final String IMAGE = "(line-\\d{4,10}|page-\\d{1,10})\\.(png|svg)";
    private static final String BOXES = "boxes.jsonl";

    private final Path folder;
    private final List<Path> those;
    private final List<Path> kept;

    private Leftovers(Path folder, List<Path> those, List<Path> kept) {
        this.folder = folder;
        this.those = List.copyOf(those);
        this.kept = List.copyOf(kept);
    }

    /**
     * Finds them, and deletes nothing.
     *
     * @param images whether folders of saved images count
     * @param hands whether the folder of hands that were made on the page counts
     */
    public static Leftovers in(Path folder, boolean images, boolean hands) throws IOException {
        List<Path> those = new ArrayList<>();
        List<Path> kept = new ArrayList<>();
        List<Path> entries;
        try (Stream<Path> all = Files.list(folder)) {
            entries = all.sorted().toList();
        }
        for (Path entry : entries) {
            boolean isOurs = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    && (RunDirectory.isOfDeadProcess(entry)
                            || (hands && entry.getFileName().toString().equals(HANDS))
                            || (images && holdsImagesOnly(entry)));
            (isOurs ? those : kept).add(entry);
        }
        return new Leftovers(folder, those, kept);
    }

    /** Whether it is the folder of one document, as they are saved. */
    private static boolean holdsImagesOnly(Path entry) throws IOException {
        try (Stream<Path> files = Files.list(entry)) {
            List<Path> all = files.toList();
            return !all.isEmpty()
                    && all.stream().allMatch(file -> {
                        String name = file.getFileName().toString();
                        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                                && (name.matches(IMAGE) || name.equals(BOXES));
                    });
        }
    }

    /** What would be deleted. */
    public List<Path> those() {
        return those;
    }

    /** All else in the folder. */
    public List<Path> kept() {
        return kept;
    }

    /** Of what would be deleted. */
    public long bytes() throws IOException {
        long bytes = 0;
        for (Path path : those) {
            try (Stream<Path> all = Files.walk(path)) {
                bytes += all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .mapToLong(Leftovers::size)
                        .sum();
            }
        }
        return bytes;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // removed meanwhile
        }
    }

    /** Deletes them, and the folder itself if it is empty then. */
    public void delete() throws IOException {
        for (Path path : those) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
        if (kept.isEmpty()) {
            Files.deleteIfExists(folder);
        }
    }
}
