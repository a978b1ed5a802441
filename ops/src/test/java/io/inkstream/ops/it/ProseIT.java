package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.InkBox;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.topology.mark.ImageMark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Real prose through the whole pipeline gives, line for line, the bytes that one thread alone draws. */
class ProseIT {
    @Test
    void everyLineOfAChapterIsTheReferencesByteForByte() throws Exception {
        Cluster cluster = SharedInkstream.ready().cluster();
        Map<String, TextDocument> documents = documents();
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter();
                ReferenceRenderer reference = new ReferenceRenderer(cluster, SharedInkstream.shippedModel())) {
            documents.forEach(writer::write);
            Lines arrived = Lines.await(reader, documents.keySet(), true, SharedInkstream.LIMIT);

            arrived.assertComplete();
            documents.forEach((id, document) -> {
                List<ReferenceRenderer.Line> expected = reference.draw(id, document);
                List<LineImage> lines = arrived.of(id);
                assertThat(lines).as("lines of %s", id).hasSameSizeAs(expected);
                for (int i = 0; i < lines.size(); i++) {
                    assertSame(id + " line " + i, lines.get(i), expected.get(i));
                }
                assertThat(arrived.pagesOf(id))
                        .extracting(PageImage::getIndex)
                        .isEqualTo(java.util.stream.IntStream.range(
                                        0, arrived.pagesOf(id).get(0).getCount())
                                .boxed()
                                .toList());
            });
        }
    }

    private static void assertSame(String line, LineImage image, ReferenceRenderer.Line expected) {
        assertThat(image.getText()).as(line).isEqualTo(expected.plan().getText());
        assertThat(image.getSubstitutions()).as(line).isEqualTo(expected.plan().getSubstitutions());
        byte[] bytes = Lines.bytes(image.getPng());
        assertThat(bytes).as("bytes of %s", line).isEqualTo(expected.markedAs(image));
        assertThat(ImageMark.line(bytes)).as("mark of %s", line).contains(image);
        assertThat(image.getPenMarks()).as(line).isEqualTo(expected.plan().getPenMarks());
        assertThat(image.getWidthPx()).as(line).isEqualTo(expected.drawing().widthPx());
        assertThat(image.getHeightPx()).as(line).isEqualTo(expected.drawing().heightPx());
        assertThat(image.getGlyphs())
                .as("boxes of %s", line)
                .extracting(ProseIT::box)
                .isEqualTo(expected.drawing().raster().boxes());
    }

    private static InkBox box(GlyphBox glyph) {
        return new InkBox(glyph.getLeft(), glyph.getTop(), glyph.getWidth(), glyph.getHeight());
    }

    /** The chapter as documents that differ in all that a document can ask for. */
    private static Map<String, TextDocument> documents() throws IOException {
        String chapter;
        try (InputStream in = ProseIT.class.getResourceAsStream("/alice-chapter-1.txt")) {
            chapter = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String[] paragraphs = chapter.split("\n\n+");
        List<LayoutOptions.Builder> layouts = List.of(
                options(),
                options().setLineHeightPx(32).setLineWidthPx(640).setMaxOverlap(0),
                options().setLineHeightPx(128).setLineWidthPx(2048),
                options().setVariation(Variation.FRESH).setLinesPerPage(7),
                options().setLineHeightPx(47).setLineWidthPx(333),
                options()
                        .setFormat("svg")
                        .setPaper("a4")
                        .setRuling("legal")
                        .setInk("#1a2b6d")
                        .setSlant(8)
                        .setPenWidth(1.4)
                        .setFatigue(1)
                        .setMarkup(true),
                options()
                        .setFormat("svg-plot")
                        .setPaper("letter")
                        .setLetterSpacing(.1)
                        .setWordSpacing(1.3)
                        .setJoining(.8),
                options()
                        .setFormat("png-alpha")
                        .setInk("#802020")
                        .setPaper("a5")
                        .setRuling("squared"));
        Map<String, TextDocument> documents = new LinkedHashMap<>();
        for (int i = 0; i < layouts.size(); i++) {
            StringBuilder text = new StringBuilder();
            for (int p = i; p < paragraphs.length; p += layouts.size()) {
                // The source breaks its lines where its page ended; ours ends elsewhere.
                text.append(paragraphs[p].replace('\n', ' ').replace("_", "__"))
                        .append('\n'); // emphasis, as our markup has it
            }
            documents.put(
                    "prose-" + i,
                    TextDocument.newBuilder()
                            .setText(text.toString())
                            .setSeed(i == 0 ? null : 100L + i)
                            .setLayout(layouts.get(i).setPages(true).build())
                            .build());
        }
        documents.put(
                "prose-languages",
                TextDocument.newBuilder()
                        .setText("\u00bfPor qu\u00e9? Stra\u00dfe, T\u1ea5t c\u1ea3, \u0429\u0443\u043a\u0430,"
                                + " x\u00b2 \u2260 0, 2 \u20ac, \u00bd \u00b5g \u2014 \u201cend\u201d\u2026")
                        .setLayout(options().setLineWidthPx(500).setPages(true).build())
                        .build());
        return documents;
    }

    private static LayoutOptions.Builder options() {
        return LayoutOptions.newBuilder();
    }
}
