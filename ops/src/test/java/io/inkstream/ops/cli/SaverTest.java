package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.schemas.avro.PageImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaverTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aPageWithoutAnImageIsSaidWithItsReasonAndNotSaved() {
        saver(folder).take(page("too large for topic pages"));

        assertThat(out.toString()).isEqualTo("no page-image: page 1 of 2 of d: too large for topic pages\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneSentence() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> saver(file).take(page("")))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("--out");
    }

    @Test
    void aMillionUnreadableRecordsDoNotFloodTheTerminal() {
        Saver saver = saver(folder);
        for (int i = 0; i < 1_000_000; i++) {
            saver.passedOver(new EventReader.PassedOver("lines", 0, i, "no Avro"));
        }
        saver.end();

        assertThat(err.toString().lines()).hasSizeLessThan(30).last().asString().contains("1000000 records");
    }

    private Saver saver(Path directory) {
        return new Saver(directory, new PrintWriter(out, true), new PrintWriter(err, true), "inkstream consume");
    }

    private static DocumentEvent page(String problem) {
        PageImage image = new PageImage();
        image.setCount(2);
        image.setPng(ByteBuffer.allocate(0));
        image.setProblem(problem);
        return new DocumentEvent.Page("d", image);
    }
}
