package io.inkstream.ops.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.lines.LineFiles;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.text.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineDatasetTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-4.zip");
    private static final Corpus CORPUS =
            new Corpus(List.of("The cat sat on the mat, and the dog ran after it.", "Nobody came.", "Why?"), 0, 1);

    @TempDir
    private Path folder;

    private static LineDataset.Wanted wanted(long seed) {
        return new LineDataset.Wanted(2, 5, 16, .1, .3, 32, false, seed);
    }

    @Test
    void handsGoOnWhereTheyWereStoppedAndAreWhatReadersLearnFrom() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            List<LineDataset.Hand> hands = List.of(
                    new LineDataset.Hand(0, "natural", 5, LineDataset.Split.TRAIN),
                    new LineDataset.Hand(1, "neat", 6, LineDataset.Split.TEST));
            LineDataset whole = new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder.resolve("whole"));
            for (LineDataset.Hand hand : hands) {
                assertThat(whole.write(hand, factory)).isEqualTo(2);
            }
            LineDataset stopped = new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder.resolve("stopped"));
            assertThat(stopped.write(hands.get(1), factory)).isEqualTo(2);
            assertThat(stopped.has(hands.get(0))).isFalse();
            assertThat(stopped.has(hands.get(1))).isTrue();
            assertThat(stopped.write(hands.get(0), factory)).isEqualTo(2);

            assertThat(files("stopped")).isEqualTo(files("whole"));
            assertThat(files("whole").keySet())
                    .contains("train/hand-000000/line-0001.png", "test/hand-000001/boxes.jsonl")
                    .noneMatch(name -> name.contains("partial"));
            LineFiles read = LineFiles.read(List.of(folder.resolve("whole")), new LineFiles.Wanted(1, 100, 1));
            assertThat(read.train())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line.text().length()).isBetween(5, 16));
            assertThat(read.test()).extracting(LineSample::writer).containsOnly("neat 6");
            LineImage line = ImageFiles.load(folder.resolve("whole/train/hand-000000/line-0001.png"));
            assertThat(line.getProvenance().getLayout().getMaxOverlap()).isBetween(.1, .3);
            assertThat(line.getGlyphs()).allMatch(glyph -> glyph.getWidth() > 0);
        }
    }

    @Test
    void sentencesAreCutAtSpaces() {
        assertThat(LineDataset.pieces("The cat sat on the mat.", 11)).containsExactly("The cat sat", "on the mat.");
        assertThat(LineDataset.pieces("unbelievably so", 5)).containsExactly("so");
        assertThat(LineDataset.pieces("enormous", 3)).isEmpty();
    }

    @Test
    void aFolderOfOtherLinesAndACorpusOfNoFitWordsAreRefused() throws Exception {
        LineDataset dataset = new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder);
        dataset.open("model a:1");
        dataset.open("model a:1");
        assertThatThrownBy(() -> dataset.open("model a:2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds a data set of other lines");
        assertThatThrownBy(() -> new LineDataset(CORPUS, wanted(2), LineDataset.Output.DEFAULTS, folder).open("model a:1"))
                .isInstanceOf(IllegalArgumentException.class);

        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        Corpus unspaced = new Corpus(List.of("Donaudampfschifffahrtsgesellschaft"), 0, 1);
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            LineDataset.Hand hand = new LineDataset.Hand(0, "natural", 5, LineDataset.Split.TRAIN);
            assertThatThrownBy(() -> new LineDataset(unspaced, wanted(1), LineDataset.Output.DEFAULTS, folder).write(hand, factory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no words of at most 16 characters");
            assertThat(dataset.has(hand)).isFalse();
        }
    }

    @Test
    void impossibleWishesAreRefused() {
        assertThatThrownBy(() -> new LineDataset.Wanted(1, 9, 8, 0, 0, 64, false, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LineDataset.Wanted(1, 1, 8, .2, .1, 64, false, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 1/3");
    }

    private Map<String, String> files(String name) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.resolve(name).relativize(file).toString(),
                        java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
