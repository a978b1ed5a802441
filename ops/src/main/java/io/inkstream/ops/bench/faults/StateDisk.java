package io.inkstream.ops.bench.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small disk in memory that a process keeps its state on, which can be filled to the last byte and emptied again. */
final class StateDisk implements AutoCloseable {
    private static final String MIB = "160m";
    private static final int CHUNK = 1 << 20;
    private static final long PATIENCE_S = 10;

    private final Path mount;
    private final Path ballast;

    private StateDisk(Path mount) {
        this.mount = mount;
        this.ballast = mount.resolve("ballast");
    }

    /**
     * Makes one, and a link to it.
     *
     * @param link where the process looks for its state; must not be there
     * @return nothing where this process may not mount
     */
    static Optional<StateDisk> at(Path link) throws IOException, InterruptedException {
        // Not below the link's folder: should this process be killed, whoever tidies there meets a link only.
        Path mount = Files.createTempDirectory("inkstream-state");
        if (!run(List.of("mount", "-t", "tmpfs", "-o", "size=" + MIB, "tmpfs", mount.toString()))) {
            Files.delete(mount);
            return Optional.empty();
        }
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, mount);
        StateDisk disk = new StateDisk(mount);
        // Ended early, this process must not leave the memory taken.
        Runtime.getRuntime().addShutdownHook(new Thread(disk::release));
        return Optional.of(disk);
    }

    /** Leaves no byte free. */
    void fill() throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (int size = CHUNK; size > 0; ) {
                try {
                    out.write(chunk, 0, size);
                } catch (IOException e) {
                    size /= 2; // not enough space
                }
            }
        }
    }

    /** Gives back what was taken. */
    void empty() throws IOException {
        Files.deleteIfExists(ballast);
    }

    /** Whoever used it should have ended. */
    @Override
    public void close() {
        release();
    }

    private void release() {
        if (Files.notExists(mount)) {
            return;
        }
        try {
            if (run(List.of("umount", mount.toString())) || run(List.of("umount", "-l", mount.toString()))) {
                Files.deleteIfExists(mount);
            }
        } catch (IOException e) {
            // An empty folder stays.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean run(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PATIENCE_S, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such command here
        }
    }
}
