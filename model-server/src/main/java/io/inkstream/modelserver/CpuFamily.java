package io.inkstream.modelserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names the processor as far as the bits of a network's result may depend on it. */
public final class CpuFamily {
    /** From the widest: engines take the widest instructions that they find, and sums depend on the width. */
    private static final List<String> WIDEST_FIRST = List.of("avx512f", "avx2", "avx", "sse2");

    private CpuFamily() {}

    /** Returns such as {@code amd64-avx512f}, or the architecture alone where the system does not tell. */
    public static String current() {
        return of(System.getProperty("os.arch"), cpuinfo());
    }

    /** Whether the processor adds products of eight bits in one step (VNNI); false where the system does not tell. */
    static boolean hasVnni() {
        return hasVnni(cpuinfo());
    }

    static boolean hasVnni(String cpuinfo) {
        Set<String> flags = flags(cpuinfo);
        return flags.contains("avx512_vnni") || flags.contains("avx_vnni");
    }

    static String of(String architecture, String cpuinfo) {
        Set<String> flags = flags(cpuinfo);
        return WIDEST_FIRST.stream()
                .filter(flags::contains)
                .findFirst()
                .map(widest -> architecture + "-" + widest)
                .orElse(architecture)
                .toLowerCase(Locale.ROOT);
    }

    private static Set<String> flags(String cpuinfo) {
        return cpuinfo.lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .<Set<String>>map(line -> new HashSet<>(Arrays.asList(
                        line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
                .orElse(Set.of());
    }

    private static String cpuinfo() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"));
        } catch (IOException e) {
            return "";
        }
    }
}
