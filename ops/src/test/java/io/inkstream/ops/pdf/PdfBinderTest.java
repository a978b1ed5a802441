package io.inkstream.ops.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.Test;

class PdfBinderTest {
    private static final int LINE_BYTES = 1_000;

    private static Provenance provenance(String format, boolean pages) {
        return new Provenance(
                "m:1",
                "",
                "",
                "",
                "natural",
                7L,
                "",
                "1",
                LayoutOptions.newBuilder().setFormat(format).setPages(pages).build());
    }

    private static DocumentEvent line(String document, int index, Provenance provenance) {
        return new DocumentEvent.Line(
                document,
                LineImage.newBuilder()
                        .setIndex(index)
                        .setCount(2)
                        .setText("")
                        .setPng(ByteBuffer.allocate(LINE_BYTES))
                        .setWidthPx(10)
                        .setHeightPx(64)
                        .setBaselinePx(40)
                        .setGlyphs(List.of())
                        .setSubstitutions(List.of())
                        .setProvenance(provenance)
                        .setReading(null)
                        .build());
    }

    private static DocumentEvent page(String document, Provenance provenance) {
        byte[] svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".getBytes(StandardCharsets.UTF_8);
        return new DocumentEvent.Page(
                document, new PageImage(0, 1, 0, 2, ByteBuffer.wrap(svg), 100, 200, provenance, "", "image/svg+xml"));
    }

    @Test
    void aDocumentIsBoundOnceItIsWhole() throws Exception {
        PdfBinder binder = new PdfBinder(1 << 20, Optional.empty());
        Provenance svg = provenance("svg", true);

        assertThat(binder.take(line("a", 1, svg))).isEmpty();
        assertThat(binder.take(line("b", 0, svg))).isEmpty();
        assertThat(binder.take(page("a", svg))).isEmpty();
        byte[] pdf = binder.take(line("a", 0, svg)).orElseThrow();

        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(document.getNumberOfPages()).isEqualTo(1);
        }
    }

    @Test
    void othersAreLeftAlone() {
        PdfBinder binder = new PdfBinder(1 << 20, Optional.empty());

        for (Provenance other :
                List.of(provenance("png", true), provenance("svg", false), provenance("svg-plot", true))) {
            assertThat(binder.take(line("a", 0, other))).isEmpty();
            assertThat(binder.take(line("a", 1, other))).isEmpty();
            assertThat(binder.take(page("a", other))).isEmpty();
        }
    }

    /** Of a document that is refused some pages may have come. */
    @Test
    void aRefusedDocumentMakesNone() {
        PdfBinder binder = new PdfBinder(1 << 20, Optional.empty());
        Provenance svg = provenance("svg", true);
        binder.take(line("a", 0, svg));
        binder.take(page("a", svg));

        assertThat(binder.take(new DocumentEvent.Refused(
                        "a", new DeadLetter("RENDER_FAILED", "", "", "texts", 0, 7, null, null, -1, -1))))
                .isEmpty();
        assertThat(binder.take(line("a", 1, svg))).as("what is left of it").isEmpty();
    }

    @Test
    void aDocumentThatIsSentAgainBeginsAnew() {
        PdfBinder binder = new PdfBinder(1 << 20, Optional.empty());
        Provenance svg = provenance("svg", true);
        binder.take(line("a", 1, svg));
        binder.take(page("a", svg));

        assertThat(binder.take(line("a", 1, svg))).as("of the second time").isEmpty();
        assertThat(binder.take(line("a", 0, svg))).as("its page has not come").isEmpty();
        assertThat(binder.take(page("a", svg))).isPresent();
    }

    /** Documents that never become whole are forgotten, the eldest first, before they fill the memory. */
    @Test
    void whatItHoldsIsBounded() {
        PdfBinder binder = new PdfBinder(3 * LINE_BYTES, Optional.empty());
        Provenance svg = provenance("svg", true);
        binder.take(line("old", 0, svg));
        for (int i = 0; i < 3; i++) {
            binder.take(line("new" + i, 0, svg));
        }

        binder.take(page("old", svg));
        assertThat(binder.take(line("old", 1, svg)))
                .as("its first line is forgotten")
                .isEmpty();
        binder.take(page("new2", svg));
        assertThat(binder.take(line("new2", 1, svg))).isPresent();
    }
}
