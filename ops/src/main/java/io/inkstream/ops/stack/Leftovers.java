package io.inkstream.ops.stack;

import io.inkstream.ops.client.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What runs have left in a folder, and nothing else that lies there: what is not known to be ours is kept. */
public final class Leftovers {
    private static final String HANDS = "hands";
    private static final String IMAGE = "(line-\\d{4,10}|page-\\d{1,10})\\.(png|svg)|pages\\.pdf|boxes\\.jsonl";
    private static final String HAND = "[a-z0-9][a-z0-9-]{0,39}";
    /** Strokes, bundles as they are made, and the log of making one. */
    private static final String FILE_OF_HANDS =
            HAND + "\\.jsonl|base\\.zip|" + HAND + "-\\d{1,18}\\.zip(\\.log|\\.part)?";

    private static final String TRAINING = "training-" + HAND + "-[0-9a-f]{12}";

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
                    && (RunDirectory.isOfEndedRun(entry)
                            || (hands
                                    && entry.getFileName().toString().equals(HANDS)
                                    && holdsOnly(entry, FILE_OF_HANDS, TRAINING))
                            || (images && holdsOnly(entry, IMAGE, "")));
            (isOurs ? those : kept).add(entry);
        }
        return new Leftovers(folder, those, kept);
    }

    /** Whether there is something in a folder, and nothing but files and folders of such names. */
    private static boolean holdsOnly(Path entry, String files, String folders) throws IOException {
        try (Stream<Path> content = Files.list(entry)) {
            List<Path> all = content.toList();
            return !all.isEmpty()
                    && all.stream().allMatch(each -> {
                        String name = each.getFileName().toString();
                        return Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                                ? name.matches(folders)
                                : Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS) && name.matches(files);
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
            FileTree.delete(path);
        }
        if (kept.isEmpty()) {
            Files.deleteIfExists(folder);
        }
    }
}
