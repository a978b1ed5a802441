package io.inkstream.ops.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the figures were measured on.
 *
 * @param cpu the processor's name, or its architecture where the system does not tell
 * @param cores that this process may use
 * @param memoryMib of the machine; 0 where the system does not tell
 * @param os name and version
 * @param java version of the virtual machine
 */
public record Hardware(
        String cpu, int cores, @JsonProperty("memory_mib") long memoryMib, String os, String java) {
    /** Describes this machine. */
    public static Hardware current() {
        return new Hardware(
                field(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                field(Path.of("/proc/meminfo"), "MemTotal")
                        .map(total -> kib(total) / 1024)
                        .orElse(0L),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
    }

    /** Memory of a process that lies in RAM now, in MiB; 0 where the system does not tell. */
    static long residentMib(long pid) {
        return field(Path.of("/proc", Long.toString(pid), "status"), "VmRSS")
                .map(resident -> kib(resident) / 1024)
                .orElse(0L);
    }

    private static Optional<String> field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long kib(String amount) {
        return Long.parseLong(amount.replaceAll("\\D", ""));
    }

    /** Bytes of all files in a directory and below. */
    public static long bytesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
    }
}
