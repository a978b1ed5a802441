package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.lines.LineLook;
import io.inkstream.ops.look.Look;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    @Test
    void aLineIsSavedInTheLookThatWasAskedForWithItsBoxesMoved() throws Exception {
        byte[] pixels = new byte[60 * 40];
        Arrays.fill(pixels, (byte) 255);
        for (int y = 15; y < 25; y++) {
            Arrays.fill(pixels, y * 60 + 20, y * 60 + 30, (byte) 0);
        }
        byte[] png = OutputFormat.PNG.encode(60, 40, pixels, Appearance.STANDARD);
        LineImage line = line("a", png);

        looking("photo").take(new DocumentEvent.Line("d", line));
        looking("photo").take(new DocumentEvent.Line("e", line("a", png)));

        Path saved = folder.resolve("d/line-0001.png");
        assertThat(Files.readAllBytes(saved)).isNotEqualTo(png);
        assertThat(Files.readAllBytes(folder.resolve("e/line-0001.png")))
                .as("another document is scanned another time")
                .isNotEqualTo(Files.readAllBytes(saved));
        assertThat(Files.readString(folder.resolve("d/boxes.jsonl"))).contains("\"look\":\"photo\"");
        LineImage read = ImageFiles.load(saved);
        assertThat(read.getWidthPx())
                .isEqualTo(OutputFormat.grey(Files.readAllBytes(saved)).getWidth());
        assertThat(read.getGlyphs().get(0).getLeft()).isBetween(15, 30);
    }

    /** Anybody may write to a topic. */
    @Test
    void whatCannotBeLookedAtIsSavedAsItCame() throws Exception {
        byte[] png = OutputFormat.PNG.encode(1, 1, new byte[1], Appearance.STANDARD);

        looking("scan").take(new DocumentEvent.Line("d", line("other", png)));

        assertThat(Files.readAllBytes(folder.resolve("d/line-0001.png"))).isEqualTo(png);
        assertThat(err.toString()).contains("saved as it came");
    }

    private Saver looking(String look) {
        return new Saver(
                folder,
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "inkstream consume",
                false,
                Optional.empty(),
                new LineLook(Look.named(look)));
    }

    private static LineImage line(String text, byte[] png) {
        return LineImage.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setText(text)
                .setPng(ByteBuffer.wrap(png))
                .setWidthPx(60)
                .setHeightPx(40)
                .setBaselinePx(25)
                .setGlyphs(List.of(new GlyphBox("a", 0, 20, 15, 10, 10, false, null)))
                .setSubstitutions(List.of())
                .setProvenance(new Provenance(
                        "m:1",
                        "",
                        "",
                        "",
                        "natural",
                        7L,
                        "",
                        "1",
                        LayoutOptions.newBuilder().build()))
                .setReading(null)
                .build();
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
