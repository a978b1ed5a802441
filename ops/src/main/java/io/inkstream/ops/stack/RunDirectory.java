package io.inkstream.ops.stack;

import io.inkstream.ops.client.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of one run's logs and data, named after this process, so that runs side by side do not meet. What earlier
 * runs left that could not tidy up is removed, their newest logs excepted.
 */
public final class RunDirectory {
    private static final String PREFIX = "run-";
    private static final Set<String> PARTS = Set.of("data", "logs");
    private static final int LOGS_KEPT = 3;

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /** Makes the folder of this process below {@code parent}. */
    public static RunDirectory create(Path parent) throws IOException {
        Path own = parent.toAbsolutePath()
                .normalize()
                .resolve(PREFIX + ProcessHandle.current().pid());
        Files.createDirectories(own.getParent());
        tidy(own.getParent());
        delete(own); // of an earlier process with this number
        return new RunDirectory(Files.createDirectories(own));
    }

    public Path path() {
        return path;
    }

    /** Removes what the processes stored; their logs stay. */
    public void deleteData() {
        delete(path.resolve("data"));
    }

    private static void tidy(Path parent) throws IOException {
        List<Path> dead;
        try (Stream<Path> entries = Files.list(parent)) {
            dead = entries.filter(RunDirectory::isOfEndedRun)
                    .sorted(Comparator.comparing(RunDirectory::lastModified).reversed())
                    .toList();
        }
        dead.forEach(run -> delete(run.resolve("data")));
        dead.stream().skip(LOGS_KEPT).forEach(RunDirectory::delete);
    }

    /** Whether it is the folder of a run that has ended: by its name, and by what is in it, for others call folders so too. */
    static boolean isOfEndedRun(Path entry) {
        String name = entry.getFileName().toString();
        return name.matches(PREFIX + "\\d{1,18}")
                && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                && !ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length())))
                        .map(ProcessHandle::isAlive)
                        .orElse(false)
                && holdsOnlyParts(entry);
    }

    private static boolean holdsOnlyParts(Path entry) {
        try (Stream<Path> content = Files.list(entry)) {
            List<Path> all = content.toList();
            return !all.isEmpty()
                    && all.stream()
                            .allMatch(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                                    && PARTS.contains(each.getFileName().toString()));
        } catch (IOException e) {
            return false; // removed by another run meanwhile, or none of ours
        }
    }

    private static long lastModified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0; // removed by another run meanwhile
        }
    }

    private static void delete(Path tree) {
        try {
            FileTree.delete(tree);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + tree, e);
        }
    }
}
