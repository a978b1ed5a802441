package io.inkstream.ops.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.layout.OutputFormat;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class DownloadsTest {
    private static DocumentEvent line(int index) {
        LineImage image = new LineImage();
        image.setIndex(index);
        image.setMediaType("image/png");
        image.setPng(ByteBuffer.wrap(new byte[] {(byte) index}));
        return new DocumentEvent.Line("d", image);
    }

    private static DocumentEvent page(int index, String problem) {
        PageImage image = new PageImage();
        image.setIndex(index);
        image.setMediaType("image/png");
        image.setProblem(problem);
        image.setPng(ByteBuffer.wrap(new byte[] {42}));
        return new DocumentEvent.Page("d", image);
    }

    private static Downloads.Saved png(DocumentEvent... events) throws Exception {
        return Downloads.named("png").orElseThrow().maker().of("d", List.of(events));
    }

    @Test
    void everyFormatCanBeSaved() {
        assertThat(Downloads.all()).extracting(Downloads.Download::id).containsAll(OutputFormat.ids());
        assertThat(Downloads.named("png-alpha").orElseThrow().label()).isEqualTo("Transparent PNG");
        assertThat(Downloads.named("boxes").orElseThrow().format()).isEmpty();
        assertThat(Downloads.named("pdf").orElseThrow().format()).contains(OutputFormat.SVG);
    }

    @Test
    void onePageIsSavedAsItIs() throws Exception {
        Downloads.Saved saved = png(line(0), line(1), page(0, ""));

        assertThat(saved.name()).isEqualTo("page-1.png");
        assertThat(saved.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {42}));
    }

    @Test
    void linesOfADocumentWhosePageHasNoPictureAreSavedInOneFileThatIsTheSameEachTime() throws Exception {
        Downloads.Saved saved = png(line(0), line(1), page(0, "too large"));

        assertThat(saved.name()).isEqualTo("lines.zip");
        assertThat(saved).isEqualTo(png(line(0), line(1), page(0, "too large")));
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(saved.bytes().array()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertThat(names).containsExactly("line-0001.png", "line-0002.png");
    }
}
