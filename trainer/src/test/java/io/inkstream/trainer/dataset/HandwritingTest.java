package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.bundle.Exemplar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pen strokes come back from a file as they were written; what is none is named and nothing else is lost. */
class HandwritingTest {
    private static final List<float[]> STROKES = List.of(new float[] {0, 1, .5f, 0}, new float[] {.25f, .4f, 1, .4f});

    private static final String GLYPH = StrokeWriter.ofCharacter("A", "ada", "hand", STROKES, .125, 0);
    private static final String LINE = StrokeWriter.ofText("a few words", "bob", "hand", STROKES);

    @TempDir
    private Path folder;

    @Test
    void charactersAndLinesComeBack() {
        Handwriting read = Handwriting.parse(List.of(GLYPH, LINE));

        assertThat(read.faulty()).isZero();
        WrittenGlyph glyph = read.glyphs().get(0);
        assertThat(glyph.character()).isEqualTo("A");
        assertThat(glyph.writer()).isEqualTo("ada");
        assertThat(glyph.support()).isZero();
        assertThat(glyph.pen() / glyph.xHeight()).isCloseTo(.125, within(1e-9));
        assertThat(glyph.strokes()).hasSize(2);
        assertThat(glyph.strokes().get(1).x()).containsExactly(.25, 1);
        WrittenLine line = read.lines().get(0);
        assertThat(line.text()).isEqualTo("a few words");
        assertThat(line.strokes().get(0).y()).containsExactly(1, 0);
        assertThat(read.of("bob"::equals).glyphs()).isEmpty();
        assertThat(read.of("bob"::equals).lines()).hasSize(1);
    }

    @Test
    void whatIsNoneIsNamedWithItsPlace() throws Exception {
        Path file = folder.resolve("ada.jsonl");
        Files.writeString(
                file,
                String.join(
                        "\n",
                        GLYPH,
                        "no json",
                        LINE,
                        "{\"t\":\"words\",\"strokes\":[]}",
                        "{\"t\":\"" + "x".repeat(501) + "\",\"strokes\":[[[0,0]]]}",
                        "{\"t\":\"words\",\"strokes\":[[[0,null]]]}"));

        Handwriting read = Handwriting.read(List.of(file));

        assertThat(read.glyphs()).hasSize(1);
        assertThat(read.lines()).hasSize(1);
        assertThat(read.faulty()).isEqualTo(4);
        assertThat(read.faults().get(0)).contains("ada.jsonl", "line 2", "not JSON");
        assertThat(read.faults().get(1)).contains("line 4", "no strokes");
        assertThat(read.faults().get(2)).contains("line 5", "501 characters");
        assertThat(read.faults().get(3)).contains("line 6", "expected [x, y]");
    }

    @Test
    void samplesOfAFileAreItsCharactersWithTheSupportThatTheyName() throws Exception {
        Path file = folder.resolve("hand.jsonl");
        Files.writeString(file, GLYPH + "\n" + LINE + "\n");

        SampleSet samples = new DatasetImporter(Map.of())
                .open(List.of(file), ImportOptions.DEFAULTS)
                .collect()
                .samples();

        assertThat(samples.size()).isEqualTo(1);
        assertThat(samples.support(0)).isZero();
    }

    @Test
    void variationsOfAPersonsCharactersDifferAndAreTheSameForASeed() {
        CharacterClasses classes = new CharacterClasses("AB");
        Map<String, List<Exemplar>> own =
                Map.of("A", List.of(new Exemplar(STROKES)), "é", List.of(new Exemplar(STROKES)));

        SampleSet samples = GlyphVariations.of(own, classes, 5, 7);

        assertThat(samples.size()).isEqualTo(5);
        assertThat(samples.countOfClass(0)).isEqualTo(5);
        assertThat(samples.image(0)).isNotEqualTo(samples.image(1));
        assertThat(GlyphVariations.of(own, classes, 5, 7).digest()).isEqualTo(samples.digest());
        assertThat(GlyphVariations.of(own, classes, 5, 8).digest()).isNotEqualTo(samples.digest());
    }
}
