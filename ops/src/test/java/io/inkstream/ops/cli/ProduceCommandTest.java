package io.inkstream.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.inkstream.schemas.avro.TextDocument;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceCommandTest {
    @Test
    void aLinesDocumentHasTheNumberOfTheLineInTheFile() {
        assertThat(ProduceCommand.texts("names", "Ada\n\n  \r\nCharles\rByron\n\n", true))
                .containsExactly(entry("names-1", "Ada"), entry("names-4", "Charles"), entry("names-5", "Byron"));
    }

    @Test
    void whatIsNoEndOfALineInAFileStaysInItsLine() {
        assertThat(ProduceCommand.texts("x", "a\fb\tc\u2028d\n\te", true))
                .containsExactly(entry("x-1", "a\fb\tc\u2028d"), entry("x-2", "\te"));
    }

    @Test
    void withoutLinesTheTextIsOneDocument() {
        assertThat(ProduceCommand.texts("x", "\n a\n\nb\n", false)).containsExactly(entry("x", "\n a\n\nb\n"));
    }

    @Test
    void aByteOrderMarkOfAFileIsNoCharacterOfItsFirstLine(@TempDir Path folder) throws Exception {
        byte[] bytes = "\ufeff\nAda\ufeff".getBytes(UTF_8);
        Path file = Files.write(folder.resolve("names.txt"), bytes);

        assertThat(ProduceCommand.texts("x", InputFiles.text(file, System.in), true))
                .containsExactly(entry("x-2", "Ada\ufeff"));
        assertThat(InputFiles.text(Path.of("-"), new ByteArrayInputStream(bytes)))
                .isEqualTo("\nAda\ufeff");
    }

    @Test
    void handsTakeTurnsFromTheSeedThatIsGivenOn() {
        assertThat(IntStream.range(0, 5).mapToObj(number -> seed(null, 3, number)))
                .containsExactly(0L, 1L, 2L, 0L, 1L);
        assertThat(IntStream.range(0, 3).mapToObj(number -> seed(7L, 2, number)))
                .containsExactly(7L, 8L, 7L);
        assertThat(seed(null, null, 4)).isNull();
        assertThat(seed(9L, null, 4)).isEqualTo(9);
    }

    private static Long seed(Long given, Integer hands, long number) {
        TextDocument document =
                TextDocument.newBuilder().setText("x").setSeed(given).build();
        return ProduceCommand.inTurn(document, hands, number).getSeed();
    }
}
