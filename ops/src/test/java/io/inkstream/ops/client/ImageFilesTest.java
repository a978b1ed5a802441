package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PenMark;
import io.inkstream.schemas.avro.PenMarkKind;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.Reading;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.mark.ImageMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
    @TempDir
    Path directory;

    @Test
    void aLineIsSavedWithItsBoxes() throws IOException {
        Path saved = new ImageFiles(directory).save("letter-1", line(0, new byte[] {1, 2, 3}));

        assertThat(saved).isEqualTo(directory.resolve("letter-1/line-0001.png")).hasBinaryContent(new byte[] {1, 2, 3});
        JsonNode boxes = new JsonMapper().readTree(Files.readString(directory.resolve("letter-1/boxes.jsonl")));
        assertThat(boxes.path("boxes").path(0).path("left").asInt()).isEqualTo(11);
        assertThat(boxes.path("substitutions").path(0).path("original").asText())
                .isEqualTo("ß");
        assertThat(boxes.path("file").asText()).isEqualTo("line-0001.png");
        assertThat(ImageFiles.line(boxes, new byte[0]).getGlyphs())
                .isEqualTo(line(0, new byte[0]).getGlyphs());
    }

    @Test
    void aDocumentThatIsDrawnAgainReplacesItsBoxes() throws IOException {
        ImageFiles files = new ImageFiles(directory);
        for (int round = 0; round < 2; round++) {
            files.save("d", line(0, new byte[0]));
            files.save("d", line(1, new byte[0]));
        }
        assertThat(directory.resolve("d/boxes.jsonl"))
                .satisfies(file -> assertThat(Files.readAllLines(file)).hasSize(2));
    }

    @Property(tries = 200)
    void noDocumentIdLeavesTheFolder(@ForAll @StringLength(max = 400) String document) throws IOException {
        Path folder = Files.createTempDirectory("images");
        Path saved = new ImageFiles(folder).save(document, line(0, new byte[] {7}));

        assertThat(saved.toRealPath().getParent().getParent()).isEqualTo(folder.toRealPath());
    }

    @Test
    void allThatADrawingDependsOnIsReadBack() throws IOException {
        LayoutOptions layout = LayoutOptions.newBuilder()
                .setLineHeightPx(128)
                .setLineWidthPx(2000)
                .setMaxOverlap(0.25)
                .setVariation(Variation.FRESH)
                .setFormat("png-alpha")
                .setIrregularity(0.5)
                .setJoining(0.75)
                .setSlant(-3.5)
                .setPenWidth(1.25)
                .setLetterSpacing(0.1)
                .setWordSpacing(1.5)
                .setFatigue(0.4)
                .setInk("#1a2b6d")
                .setResolutionDpi(300)
                .build();
        LineImage line = line(0, new byte[] {1});
        line.getProvenance().setLayout(layout);
        line.setReading(new Reading("s5", 1));
        line.setPenMarks(List.of(new PenMark(PenMarkKind.SCRIBBLE, 0, 0)));

        Path saved = new ImageFiles(directory).save("d", line);

        assertThat(ImageFiles.load(saved)).isEqualTo(line);
    }

    @Test
    void whatAnEarlierReleaseSavedHasTheDefaultsOfLaterOptions() throws IOException {
        LineImage line = line(0, new byte[] {1});
        line.getProvenance().setLayout(LayoutOptions.newBuilder().build());
        Path saved = new ImageFiles(directory).save("d", line);
        Path boxes = saved.resolveSibling("boxes.jsonl");
        Files.writeString(boxes, Files.readString(boxes).replaceAll("(\"variation\":\"HAND\")[^}]*}", "$1}"));

        assertThat(Files.readString(boxes)).contains("\"variation\":\"HAND\"}");
        assertThat(ImageFiles.load(saved)).isEqualTo(line);
    }

    /** A marked image says more than the file beside it, and may be alone. */
    @Test
    void aMarkedLineIsReadBackFromItsImageAlone() throws IOException {
        LineImage line = line(0, OutputFormat.PNG.encode(2, 1, new byte[] {0, (byte) 255}, Appearance.STANDARD));
        line.getProvenance()
                .setLayout(LayoutOptions.newBuilder()
                        .setPages(true)
                        .setRuling("legal")
                        .build());
        ImageMark.put(line);
        Path saved = new ImageFiles(directory).save("d", line);
        Files.delete(saved.resolveSibling("boxes.jsonl"));

        assertThat(ImageFiles.load(saved)).isEqualTo(line);
    }

    @Test
    void anImageOfAForeignKindHasANeutralName() throws IOException {
        LineImage line = line(2, new byte[] {1});
        line.setMediaType("text/html");

        assertThat(ImageFiles.name(line)).isEqualTo("line-0003.bin");
    }

    private static LineImage line(int index, byte[] png) {
        return LineImage.newBuilder()
                .setIndex(index)
                .setCount(2)
                .setText("ss")
                .setPng(ByteBuffer.wrap(png))
                .setWidthPx(30)
                .setHeightPx(64)
                .setBaselinePx(40.5)
                .setGlyphs(List.of(new GlyphBox("s", 0, 11, 12, 13, 14, true, 5)))
                .setSubstitutions(List.of(new Substitution(0, "ß", "ss", "transliterated")))
                .setProvenance(new Provenance("m:1", "00", "engine-1", "cpu", "natural", 7L, "default", "1", null))
                .build();
    }
}
