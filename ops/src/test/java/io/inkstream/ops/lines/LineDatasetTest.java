package io.inkstream.ops.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.formats.LineFormat;
import io.inkstream.ops.look.Degradation;
import io.inkstream.ops.look.Look;
import io.inkstream.ops.look.Range;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.trainer.lines.LineFiles;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.text.Corpus;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineDatasetTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
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
            LineDataset whole =
                    new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder.resolve("whole"));
            for (LineDataset.Hand hand : hands) {
                assertThat(whole.write(hand, factory)).isEqualTo(2);
            }
            LineDataset stopped =
                    new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder.resolve("stopped"));
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
        for (int i = 0; i < 2; i++) {
            dataset.open("model a:1");
            dataset.close();
        }
        assertThatThrownBy(() -> dataset.open("model a:2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds a data set of other lines");
        dataset.close();

        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        Corpus unspaced = new Corpus(List.of("Donaudampfschifffahrtsgesellschaft"), 0, 1);
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            LineDataset.Hand hand = new LineDataset.Hand(0, "natural", 5, LineDataset.Split.TRAIN);
            assertThatThrownBy(() -> new LineDataset(unspaced, wanted(1), LineDataset.Output.DEFAULTS, folder)
                            .write(hand, factory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no words of at most 16 characters");
            assertThat(dataset.has(hand)).isFalse();
        }
    }

    @Test
    void anyNumberOfWorkersAndStopsGiveTheSameFilesInEveryFormatAndLook() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        List<LineDataset.Hand> hands = List.of(
                new LineDataset.Hand(0, "natural", 5, LineDataset.Split.TRAIN),
                new LineDataset.Hand(1, "neat", 6, LineDataset.Split.TEST),
                new LineDataset.Hand(2, "neat", 7, LineDataset.Split.TRAIN));
        LineDataset.Output output = new LineDataset.Output(Look.named("photo"), EnumSet.allOf(LineFormat.class));
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            try (Workers one = new Workers(1);
                    LineDataset whole = new LineDataset(CORPUS, wanted(1), output, folder.resolve("whole"))) {
                whole.open("model a:1");
                for (LineDataset.Hand hand : hands) {
                    whole.write(hand, factory);
                }
                whole.writeTables(hands, one, () -> false);
            }
            try (Workers three = new Workers(3);
                    LineDataset stopped = new LineDataset(CORPUS, wanted(1), output, folder.resolve("stopped"))) {
                stopped.open("model a:1");
                stopped.write(hands.get(2), factory);
                // What a killed run left of the hand at work.
                Path half = folder.resolve("stopped/.partial/hand-000001/hand-000001");
                Files.writeString(Files.createDirectories(half).resolve("line-0009.png"), "half");
                assertThat(stopped.missing(hands)).containsExactly(hands.get(0), hands.get(1));
                stopped.write(hands.get(1), factory);
                stopped.write(hands.get(0), factory);
                stopped.writeTables(hands, three, () -> true); // stopped before the first
                assertThat(folder.resolve("stopped/train.jsonl")).doesNotExist();
                stopped.writeTables(hands, three, () -> false);
            }
        }

        assertThat(files("stopped")).isEqualTo(files("whole"));
        assertThat(files("whole").keySet())
                .contains(
                        "train.coco.json",
                        "train.jsonl",
                        "train-00000-of-00001.parquet",
                        "test-00000-of-00001.parquet",
                        "train/hand-000002/line-0002.page.xml",
                        "train/hand-000002/line-0002.alto.xml",
                        "train/hand-000002/line-0002.box",
                        "train/hand-000002/line-0002.gt.txt")
                .noneMatch(name -> name.startsWith(".") && !name.equals(".lock"));
        assertThat(folder.resolve("whole/.partial")).doesNotExist();
        // Readers learn from the folders, and the tables beside them are no strokes to them.
        LineFiles read = LineFiles.read(List.of(folder.resolve("whole")), new LineFiles.Wanted(1, 100, 1));
        assertThat(read.faults()).isEmpty();
        assertThat(read.train()).hasSize(4);
    }

    @Test
    void boxesOfALookAreWhereTheInkIs() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        Look askew = new Look("askew", "", List.of(new Look.Step(Degradation.SKEW, new Range(2, 3))));
        try (Predictor predictor = OnnxPredictor.open(bundle, 1);
                LineDataset dataset = new LineDataset(
                        CORPUS, wanted(1), new LineDataset.Output(askew, Set.of(LineFormat.BOXES)), folder)) {
            dataset.write(
                    new LineDataset.Hand(0, "neat", 5, LineDataset.Split.TRAIN),
                    new LineFactory(file, bundle, predictor));
        }
        LineImage line = ImageFiles.load(folder.resolve("train/hand-000000/line-0001.png"));
        BufferedImage picture = OutputFormat.grey(line.getPng().array());

        assertThat(picture.getHeight()).isGreaterThan(32).isEqualTo(line.getHeightPx());
        assertThat(picture.getWidth()).isEqualTo(line.getWidthPx());
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int column = x;
                int row = y;
                if (picture.getRaster().getSample(x, y, 0) < 128) {
                    assertThat(line.getGlyphs())
                            .as("ink at " + x + ", " + y + " in a box")
                            .anyMatch(box -> column >= box.getLeft()
                                    && column < box.getLeft() + box.getWidth()
                                    && row >= box.getTop()
                                    && row < box.getTop() + box.getHeight());
                }
            }
        }
    }

    @Test
    void ofParquetAloneNoPicturesAreKeptAsFiles() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        List<LineDataset.Hand> hands = List.of(
                new LineDataset.Hand(0, "neat", 5, LineDataset.Split.TRAIN),
                new LineDataset.Hand(1, "neat", 6, LineDataset.Split.VAL));
        try (Predictor predictor = OnnxPredictor.open(bundle, 1);
                Workers workers = new Workers(2);
                LineDataset dataset = new LineDataset(
                        CORPUS, wanted(1), new LineDataset.Output(Look.CLEAN, Set.of(LineFormat.PARQUET)), folder)) {
            dataset.open("model a:1");
            LineFactory factory = new LineFactory(file, bundle, predictor);
            for (LineDataset.Hand hand : dataset.missing(hands)) {
                dataset.write(hand, factory);
            }
            dataset.writeTables(hands, workers, () -> false);

            assertThat(dataset.missing(hands)).isEmpty();
        }
        assertThat(files("."))
                .containsOnlyKeys(".lock", "dataset.txt", "train-00000-of-00001.parquet", "val-00000-of-00001.parquet");
        assertThat(folder.resolve("train")).doesNotExist();
    }

    @Test
    void aHandThatCannotBeFinishedLeavesNothing() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        LineDataset dataset = new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder);
        // Where the folder would be there is a file: no move to it can succeed, as on a disk that takes nothing more.
        Files.writeString(folder.resolve("train"), "in the way");
        LineDataset.Hand hand = new LineDataset.Hand(0, "neat", 5, LineDataset.Split.TRAIN);
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            assertThatThrownBy(() -> dataset.write(hand, factory)).isInstanceOf(IOException.class);
        }
        assertThat(dataset.has(hand)).isFalse();
        assertThat(files(".")).containsOnlyKeys("train");
    }

    @Test
    void otherOptionsAreRefusedWithWhatDiffersAndTwoWritersAreKeptApart() throws Exception {
        try (LineDataset dataset = new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder)) {
            dataset.open("model a:1");
            assertThatThrownBy(() ->
                            new LineDataset(CORPUS, wanted(1), LineDataset.Output.DEFAULTS, folder).open("model a:1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is being written already");
        }
        assertThat(folder.resolve(".lock"))
                .as("a process may have it open and wait")
                .exists();
        LineDataset.Output scan = new LineDataset.Output(Look.named("scan"), Set.of(LineFormat.BOXES));
        try (LineDataset other = new LineDataset(CORPUS, wanted(1), scan, folder)) {
            assertThatThrownBy(() -> other.open("model a:1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing")
                    .hasMessageContaining("look scan");
        }
        try (LineDataset other = new LineDataset(CORPUS, wanted(2), LineDataset.Output.DEFAULTS, folder)) {
            assertThatThrownBy(() -> other.open("model a:1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("seed=1")
                    .hasMessageContaining("seed=2");
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
