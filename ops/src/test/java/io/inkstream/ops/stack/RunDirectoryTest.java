package io.inkstream.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    /** Beyond what Linux gives out by default or at most. */
    private static final long NO_PROCESS = 999_999_999L;

    @TempDir
    Path parent;

    @Test
    void whatAKilledRunLeftIsRemovedButItsLogs() throws IOException {
        Path dead = parent.resolve("run-" + NO_PROCESS);
        Files.createDirectories(dead.resolve("data/broker"));
        Files.createDirectories(dead.resolve("logs"));
        Files.writeString(dead.resolve("data/broker/segment"), "x");
        Files.writeString(dead.resolve("logs/broker.log"), "why");

        RunDirectory.create(parent);

        assertThat(dead.resolve("data")).doesNotExist();
        assertThat(dead.resolve("logs/broker.log")).exists();
    }

    @Test
    void aRunBesideUsIsLeftAlone() throws IOException {
        Path other = parent.resolve(
                "run-" + ProcessHandle.current().parent().orElseThrow().pid());
        Files.createDirectories(other.resolve("data"));

        RunDirectory.create(parent);

        assertThat(other.resolve("data")).exists();
    }

    @Test
    void imagesOfThePersonAreNeverTouched() throws IOException {
        Files.createDirectories(parent.resolve("run-away"));
        Files.createDirectories(parent.resolve("quickstart/data"));
        Path own = Files.createDirectories(parent.resolve("run-20250101/data"));
        Files.writeString(own.resolveSibling("diary.txt"), "mine");

        RunDirectory.create(parent).deleteData();

        assertThat(parent.resolve("run-away")).exists();
        assertThat(parent.resolve("quickstart/data")).exists();
        assertThat(own).as("a folder that is called as a run, and is none").exists();
    }
}
