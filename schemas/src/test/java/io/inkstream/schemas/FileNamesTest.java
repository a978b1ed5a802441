package io.inkstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
    private static final List<String> NASTY = List.of(
            "",
            "%",
            "%00",
            "\0",
            ".",
            "..",
            "...",
            "../../x",
            "..\\..\\x",
            "/etc/x",
            "/",
            "a/b",
            "a%2Fb",
            "a/b\0",
            "con",
            "NUL",
            "nul.txt",
            "lpt1",
            "a.",
            "a%2E",
            ".a",
            "C:\\x",
            "~",
            "a~b",
            "-rf",
            "\uD800",
            "\uDC00",
            "?",
            "%uD800",
            "ü",
            "u\u0308",
            "𝒳",
            "x".repeat(4096),
            "x".repeat(4095) + "y",
            "ü".repeat(4096),
            "/".repeat(60),
            "\uD800".repeat(4096),
            "\uDC00".repeat(4096));

    @TempDir
    Path folder;

    @Test
    void ordinaryKeysStandForThemselves() {
        assertThat(FileNames.of("letter-1")).isEqualTo("letter-1");
        assertThat(FileNames.of("Ada_1.v2")).isEqualTo("Ada_1.v2");
    }

    @Test
    void noKeyLeavesTheFolderAndEveryNameCanBeWritten() throws IOException {
        for (String key : NASTY) {
            Path file = folder.resolve(FileNames.of(key) + "-2147483647.png.part");
            assertThat(file.normalize().getParent()).as(key).isEqualTo(folder);
            Files.write(file, new byte[] {1});
            Files.createDirectories(folder.resolve("folders").resolve(FileNames.of(key)));
        }
        assertThat(folder.resolve("folders").toFile().list()).hasSameSizeAs(NASTY);
    }

    @Test
    void noNameIsADeviceOrHiddenOrAnOptionOrEndsWithAFullStop() {
        assertThat(NASTY)
                .extracting(FileNames::of)
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).matches("(con|nul|lpt1)(\\..*)?"))
                .noneMatch(name -> name.startsWith(".") || name.startsWith("-") || name.endsWith("."));
    }

    @Test
    void noKeyIsTakenForAnEmptyOne() {
        assertThat(FileNames.of(null)).isEqualTo(FileNames.of(""));
    }

    @Property(tries = 2_000)
    void differentKeysHaveDifferentNamesThatStayInTheFolder(@ForAll("keys") List<String> keys) {
        Map<String, String> seen = new HashMap<>();
        for (String key : keys) {
            String name = FileNames.of(key);
            assertThat(name).matches("[A-Za-z0-9_.%~-]{1,160}").isNotIn(".", "..");
            String before = seen.put(name, key);
            assertThat(before == null || before.equals(key)).as(name).isTrue();
        }
    }

    @Provide
    Arbitrary<List<String>> keys() {
        Arbitrary<String> near =
                Arbitraries.strings().withChars("./\\%~0uDa\0\uD800\uDC00é").ofMaxLength(6);
        Arbitrary<String> any = Arbitraries.strings().ofMaxLength(300);
        return Arbitraries.oneOf(near, any, Arbitraries.of(NASTY)).list().ofMaxSize(40);
    }
}
