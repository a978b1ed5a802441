package io.inkstream.trainer.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.Bars;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReaderTrainingTest {
    private static final Duration LONG = Duration.ofHours(10);

    private final List<TrainingEvent> events = new ArrayList<>();

    @TempDir
    private Path folder;

    private static ReaderConfig small(ReaderConfig.Net net, int workers, int epochs) {
        return new ReaderConfig(net, 4, 1, 16, .25, .05, 5e-3, 1e-2, 16, workers, true, epochs, 0, 3);
    }

    private Optional<TrainedReader> train(String name, SampleSet samples, ReaderConfig config, BooleanSupplier stopping)
            throws Exception {
        return new ReaderTraining(folder.resolve(name), events::add, stopping, InstantSource.system(), System::nanoTime)
                .train(samples.of(Split.TRAIN), samples.of(Split.TEST), Set.of(), config, LONG);
    }

    private List<Map<String, Double>> figures() {
        return events.stream().map(TrainingEvent::getFigures).toList();
    }

    @ParameterizedTest
    @EnumSource
    void aFewBatchesOfHandwritingAreLearntByHeart(ReaderConfig.Net net) throws Exception {
        SampleSet shipped = new DatasetImporter(Typography.standard().classes())
                .open(List.of(Path.of("samples")), ImportOptions.DEFAULTS)
                .collect()
                .samples();
        ReaderConfig config = new ReaderConfig(net, 8, 1, 64, .25, .05, 5e-3, 1e-2, 32, 1, true, 40, 0, 3);

        TrainedReader trained =
                train("heart", shipped, config.overfitting(2), () -> false).orElseThrow();

        assertThat(trained.trainingAccuracy()).isEqualTo(1);
        assertThat(trained.steps()).isEqualTo(80);
        assertThat(trained.readings().accuracy())
                .as("of glyphs that it never saw")
                .isLessThan(.6);
    }

    @Test
    void aReaderReadsWhatItHasNotSeenAndLeavesItsFiles() throws Exception {
        SampleSet bars = Bars.samples(64, 1);
        TrainedReader trained = train("bars", bars, small(ReaderConfig.Net.RESNET, 2, 8), () -> false)
                .orElseThrow();
        ReaderFiles files = new ReaderFiles(folder.resolve("bars"));
        files.write(trained, "digest");

        assertThat(trained.readings().accuracy()).isGreaterThan(.9);
        assertThat(events).last().satisfies(event -> assertThat(event.getFigures())
                .containsKeys("loss", "accuracy", "accuracy_case_merged", "epoch"));
        assertThat(ReaderFiles.alphabet(files.onnx()).characters())
                .isEqualTo(bars.classes().characters());
        assertThat(files.report()).content().contains("How well it reads", "Sure and wrong", "Accuracy case merged");
        assertThat(files.mistakes()).isNotEmptyFile();
        assertThat(files.onnx()).hasBinaryContent(trained.onnx());
        assertThat(files.areThere()).isTrue();
        assertThat(new ReaderFiles(folder).areThere()).isFalse();
    }

    @Test
    void aTrainingThatIsStoppedGoesOnToTheSameLosses() throws Exception {
        SampleSet bars = Bars.samples(16, 1);
        ReaderConfig config = small(ReaderConfig.Net.RESNET, 2, 3);
        byte[] whole = train("whole", bars, config, () -> false).orElseThrow().onnx();
        List<Map<String, Double>> told = figures();
        events.clear();
        int[] asked = new int[1];
        Optional<TrainedReader> parts = Optional.empty();
        int stops = 0;
        for (; parts.isEmpty(); stops++) {
            asked[0] = 0;
            parts = train("parts", bars, config, () -> asked[0]++ == 5);
        }

        assertThat(stops).as("runs of twelve steps, five at a time").isEqualTo(3);
        assertThat(figures()).isEqualTo(told);
        assertThat(parts.orElseThrow().onnx()).isEqualTo(whole);
    }

    @Test
    void theLastTenthOfTheStepsShowsGlyphsAsTheyAre() {
        ReaderConfig config = small(ReaderConfig.Net.CNN, 1, 1);
        assertThat(config.varies(0, 1000)).isTrue();
        assertThat(config.varies(899, 1000)).isTrue();
        assertThat(config.varies(900, 1000)).isFalse();
        assertThat(config.overfitting(4).varies(0, 1000)).isFalse();
    }

    @Test
    void theSameSeedTeachesTheSameAndAnotherAnother() throws Exception {
        SampleSet bars = Bars.samples(16, 1);
        ReaderConfig config = small(ReaderConfig.Net.CNN, 2, 1);
        byte[] first = train("one", bars, config, () -> false).orElseThrow().onnx();

        assertThat(train("two", bars, config, () -> false).orElseThrow().onnx()).isEqualTo(first);
        ReaderConfig other = new ReaderConfig(config.net(), 4, 1, 16, .25, .05, 5e-3, 1e-2, 16, 2, true, 1, 0, 4);
        assertThat(train("three", bars, other, () -> false).orElseThrow().onnx())
                .isNotEqualTo(first);
    }

    @Test
    void theStepsAreThoseThatFitTheTime() throws Exception {
        SampleSet bars = Bars.samples(16, 1);
        long[] now = new long[1];
        TrainedReader trained = new ReaderTraining(
                        folder, events::add, () -> false, InstantSource.system(), () -> now[0] += 8_000_000_000L)
                .train(
                        bars.of(Split.TRAIN),
                        bars.of(Split.TEST),
                        Set.of(),
                        small(ReaderConfig.Net.CNN, 1, 100),
                        Duration.ofSeconds(20))
                .orElseThrow();

        assertThat(trained.steps()).as("eight steps take eight seconds").isEqualTo(20);
    }

    @Test
    void anotherNetworkOrTooLittleIsRefusedInWords() throws Exception {
        SampleSet bars = Bars.samples(8, 1);
        train("folder", bars, small(ReaderConfig.Net.CNN, 1, 1), () -> false);

        assertThatThrownBy(() -> train("folder", bars, small(ReaderConfig.Net.RESNET, 1, 1), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("another network");
        assertThatThrownBy(() -> train("folder", Bars.samples(8, 2), small(ReaderConfig.Net.CNN, 1, 1), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("other samples");
        assertThatThrownBy(() -> train("few", Bars.samples(2, 1), small(ReaderConfig.Net.CNN, 1, 1), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("fewer than a batch of 16");
        assertThatThrownBy(() -> train("test", bars.of(Split.TRAIN), small(ReaderConfig.Net.CNN, 1, 1), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no test glyphs");
        assertThatThrownBy(() -> small(ReaderConfig.Net.CNN, 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share a batch evenly");
        Path lonely = Files.write(folder.resolve("lonely.onnx"), new byte[1]);
        assertThatThrownBy(() -> ReaderFiles.alphabet(lonely))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reader.json");
    }

    @Test
    void aCheckpointOfAnotherNetworkIsRefused() throws Exception {
        SampleSet bars = Bars.samples(8, 1);
        train("from", bars, small(ReaderConfig.Net.CNN, 1, 1), () -> false);
        train("to", bars, small(ReaderConfig.Net.RESNET, 1, 1), () -> false);
        Path plan = folder.resolve("from/reader-plan.json");
        Files.copy(folder.resolve("to/reader-plan.json"), plan, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> train("from", bars, small(ReaderConfig.Net.RESNET, 1, 1), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("CNN of width 4");
    }

    @Test
    void casesThatLookAlikeCountAsOne() {
        assertThat(CaseMerge.of(new CharacterClasses("cCaAçÇ1"))).containsExactly(0, 0, 2, 3, 4, 4, 6);
    }

    @Test
    void aCaselessGlyphTeachesBothCasesAsOftenAsTheyAre() {
        CharacterClasses classes = new CharacterClasses("cCa");
        SampleSet.Builder samples = SampleSet.builder(classes);
        for (int label : new int[] {0, 0, 1}) {
            samples.add(new byte[784], label, -1, 255, "cased", Split.TRAIN);
        }
        samples.add(new byte[784], 1, -1, 255, "caseless", Split.TRAIN);
        samples.add(new byte[784], 2, -1, 255, "caseless", Split.TRAIN);
        Targets targets = new Targets(samples.build(), Set.of("caseless"), 0);
        float[] wanted = new float[9];
        targets.put(2, wanted, 0);
        targets.put(3, wanted, 1);
        targets.put(4, wanted, 2);

        // One more of each is counted, so that none is impossible.
        assertThat(wanted).containsExactly(0, 1, 0, .6f, .4f, 0, 0, 0, 1);
    }

    @Test
    void anAlphabetSaysWhatIsNoCharacter() {
        ReaderAlphabet alphabet = new ReaderAlphabet("abé", "");

        assertThat(alphabet.sizeWithTokens()).isEqualTo(7);
        assertThat(alphabet.encode("éa", 6)).containsExactly(4, 2, 0, 5, 6, 6);
        assertThat(alphabet.decode(alphabet.encode("éa", 6))).isEqualTo("éa");
        assertThat(alphabet.decodeUnaligned(new int[] {3, 0, 0, 3, 0, 1, 1, 3})).isEqualTo("aab");
        assertThatThrownBy(() -> alphabet.encode("abc", 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'c' is not among abé");
        assertThatThrownBy(() -> alphabet.encode("ab", 3)).hasMessageContaining("length is 3");
    }
}
