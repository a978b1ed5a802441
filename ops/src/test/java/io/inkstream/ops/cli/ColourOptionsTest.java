package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class ColourOptionsTest {
    @Test
    void withoutColoursATextIsAsItIs() {
        assertThat(ColourOptions.in(Ansi.OFF, "red", "@|bold x|@")).isEqualTo("@|bold x|@");
    }

    @Test
    void aTextInAColourIsNoMarkup() {
        assertThat(ColourOptions.in(Ansi.ON, "bold,red", "@|green x|@"))
                .startsWith("\u001B[1m\u001B[31m")
                .contains("@|green x|@")
                .endsWith("\u001B[0m");
    }
}
