package io.inkstream.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    /** No process can have it. */
    private static final String DEAD = "run-999999999999999999";

    @TempDir
    Path folder;

    @BeforeEach
    void fill() throws IOException {
        file(DEAD + "/data/broker/log", "1234");
        file("run-" + ProcessHandle.current().pid() + "/logs/broker.log", "mine");
        file("letter-1/line-0001.png", "png");
        file("letter-1/boxes.jsonl", "{}");
        file("letter-2/page-1.svg", "svg");
        file("letter-2/pages.pdf", "pdf");
        file("letter-3/line-0001.png", "png");
        file("letter-3/notes.txt", "somebody's own");
        file("hands/ada.jsonl", "strokes");
        file("hands/base.zip", "bundle");
        file("hands/ada-1.zip", "bundle");
        file("hands/ada-1.zip.log", "said");
        file("hands/training-ada-0123456789ab/checkpoint", "weights");
        file("thesis.odt", "somebody's own");
        Files.createDirectories(folder.resolve("empty"));
    }

    private void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static List<String> names(List<Path> paths) {
        return paths.stream().map(path -> path.getFileName().toString()).toList();
    }

    @Test
    void onlyWhatADeadRunHasLeftGoesUnasked() throws IOException {
        Leftovers leftovers = Leftovers.in(folder, false, false);

        assertThat(names(leftovers.those())).containsExactly(DEAD);
        assertThat(leftovers.bytes()).isEqualTo(4);

        leftovers.delete();

        assertThat(folder.resolve(DEAD)).doesNotExist();
        assertThat(folder.resolve("letter-1/line-0001.png")).exists();
        assertThat(folder.resolve("run-" + ProcessHandle.current().pid() + "/logs/broker.log"))
                .exists();
    }

    @Test
    void imagesGoIfNothingElseLiesWithThem() throws IOException {
        Leftovers leftovers = Leftovers.in(folder, true, true);
        leftovers.delete();

        assertThat(names(leftovers.those())).containsExactlyInAnyOrder(DEAD, "letter-1", "letter-2", "hands");
        assertThat(folder.resolve("letter-3/notes.txt")).exists();
        assertThat(folder.resolve("thesis.odt")).exists();
    }

    @Test
    void foldersOfOurNamesWithContentOfOthersAreKept() throws IOException {
        file(DEAD + "/thesis.odt", "somebody's own");
        file("hands/pair/one.png", "somebody's own");

        Leftovers leftovers = Leftovers.in(folder, true, true);
        leftovers.delete();

        assertThat(names(leftovers.kept())).contains(DEAD, "hands");
        assertThat(folder.resolve(DEAD + "/thesis.odt")).exists();
        assertThat(folder.resolve("hands/ada.jsonl")).exists();
    }

    @Test
    void aLinkToAFolderElsewhereIsKept(@TempDir Path elsewhere) throws IOException {
        Files.writeString(elsewhere.resolve("line-0001.png"), "png");
        Files.createSymbolicLink(folder.resolve("linked"), elsewhere);

        Leftovers.in(folder, true, true).delete();

        assertThat(elsewhere.resolve("line-0001.png")).exists();
    }
}
