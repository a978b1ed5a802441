package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.schemas.layout.LayoutOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DocumentOptionsTest {
    @Command(name = "any")
    private static final class Any {
        @Mixin
        private DocumentOptions look;
    }

    private static LayoutOptions layout(String... arguments) {
        Any any = new Any();
        new CommandLine(any).parseArgs(arguments);
        return any.look.document("x", false).getLayout();
    }

    @Test
    void withoutFlagsALayoutHasItsDefaults() {
        assertThat(layout()).isEqualTo(LayoutOptions.newBuilder().build());
    }

    @Test
    void eachFlagSetsItsOption() {
        assertThat(layout(
                        "--line-height=128",
                        "--line-width",
                        "2000",
                        "--overlap=.25",
                        "--fresh",
                        "--lines-per-page=7",
                        "--format=png-alpha",
                        "--irregularity=0",
                        "--collapse",
                        "--joining=.5"))
                .isEqualTo(LayoutOptions.newBuilder()
                        .setLineHeightPx(128)
                        .setLineWidthPx(2000)
                        .setMaxOverlap(.25)
                        .setVariation(Variation.FRESH)
                        .setLinesPerPage(7)
                        .setFormat("png-alpha")
                        .setIrregularity(0)
                        .setWhitespace(Whitespace.COLLAPSE)
                        .setJoining(.5)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--line-height=high", "--overlap=x", "--irregularity", "--fresh=maybe"})
    void aValueThatIsNoneIsRefused(String argument) {
        assertThatThrownBy(() -> layout(argument)).isInstanceOf(CommandLine.ParameterException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"render", "produce"})
    void theHelpOfACommandSaysWhatEachOptionMeans(String command) {
        String help = Commands.commandLine()
                .getSubcommands()
                .get(command)
                .getUsageMessage()
                .replaceAll("\\s+", " ");

        for (LayoutOption option : LayoutOption.values()) {
            assertThat(help).contains(option.flag());
            if (option != LayoutOption.PAGES) {
                assertThat(help).contains(option.doc());
            }
        }
    }
}
