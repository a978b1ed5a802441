package io.inkstream.ops.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Deletes folders with all that is in them. */
public final class FileTree {
    private FileTree() {}

    /**
     * Deletes a file or a folder, if there is one. Links are deleted and not followed.
     *
     * @throws IOException if some of it cannot be deleted; what was before it is gone then
     */
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
