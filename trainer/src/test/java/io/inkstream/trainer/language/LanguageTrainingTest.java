package io.inkstream.trainer.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LanguageTrainingTest {
    private static final List<String> TEXT = Collections.nCopies(80, "The cat sat on the mat. The dog ran.");
    private static final ModelId ID = ModelId.parse("cat:1");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final List<TrainingEvent> events = new ArrayList<>();

    @TempDir
    private Path folder;

    private static LanguageConfig config(LanguageConfig.Cell cell, double dropout) {
        return new LanguageConfig(cell, 2, 24, dropout, 1e-2, 5, 20, 10, .9, 3);
    }

    private Optional<LanguageTraining.Trained> train(
            String name, List<String> text, LanguageConfig config, int passes, BooleanSupplier stopping)
            throws Exception {
        return new LanguageTraining(
                        folder.resolve(name), events::add, stopping, InstantSource.system(), System::nanoTime)
                .train(ID, new LearntText(text, List.of("cat.txt")), config, passes, LONG);
    }

    @ParameterizedTest
    @EnumSource
    void whatRepeatsIsLearntAndWritten(LanguageConfig.Cell cell) throws Exception {
        LanguageTraining.Trained trained =
                train("learn", TEXT, config(cell, 0), 14, () -> false).orElseThrow();

        assertThat(trained.bits()).isLessThan(.3);
        LanguageModel model = LanguageModel.parse(trained.model().toBytes());
        LanguageModel.Boldness timid = new LanguageModel.Boldness(.1, 0);
        assertThat(model.paragraph(timid, new SplittableRandom(1))).contains("The cat sat on the mat.");
        LanguageModel.Boldness bold = new LanguageModel.Boldness(3, 0);
        String one = model.paragraph(bold, new SplittableRandom(2));
        assertThat(model.paragraph(bold, new SplittableRandom(2))).isEqualTo(one);
        assertThat(model.paragraph(bold, new SplittableRandom(3))).isNotEqualTo(one);
        assertThat(model.paragraph(new LanguageModel.Boldness(3, 1), new SplittableRandom(4)))
                .as("only the likeliest, whatever the temperature")
                .isEqualTo(model.paragraph(timid, new SplittableRandom(5)));
        assertThat(events).anySatisfy(event -> assertThat(event.getSampleText()).isNotBlank());
    }

    @Test
    void aTrainingThatIsStoppedGoesOnToTheSameLosses() throws Exception {
        LanguageConfig config = config(LanguageConfig.Cell.LSTM, .3);
        train("whole", TEXT, config, 3, () -> false);
        List<Map<String, Double>> whole =
                events.stream().map(TrainingEvent::getFigures).toList();
        events.clear();
        int[] asked = new int[1];
        for (int stop = 2; events.size() < whole.size(); stop++) {
            int after = stop;
            asked[0] = 0;
            train("parts", TEXT, config, 3, () -> asked[0]++ == after);
        }

        assertThat(events.stream().map(TrainingEvent::getFigures).toList()).isEqualTo(whole);
    }

    @Test
    void theAverageOfTheLastWeightsIsReadAndKeptInPlaceOfTheLastOnes() throws Exception {
        LanguageConfig averaging = config(LanguageConfig.Cell.RNN, 0);
        LanguageConfig not = new LanguageConfig(LanguageConfig.Cell.RNN, 2, 24, 0, 1e-2, 5, 20, 10, 0, 3);
        LanguageTraining.Trained average =
                train("average", TEXT, averaging, 2, () -> false).orElseThrow();
        List<Double> learnt = figures("bits_per_character");
        events.clear();
        LanguageTraining.Trained last = train("last", TEXT, not, 2, () -> false).orElseThrow();

        assertThat(figures("bits_per_character"))
                .as("the average changes nothing of what is learnt")
                .isEqualTo(learnt);
        assertThat(average.bits()).isNotEqualTo(last.bits());
        assertThat(average.model().toBytes()).isNotEqualTo(last.model().toBytes());
        int[] text = Vocabulary.of(TEXT).encode(TEXT).tokens();
        int[] heldOut = Arrays.copyOfRange(text, (int) (text.length * .9), text.length);
        LanguageModel kept = LanguageModel.parse(average.model().toBytes());
        assertThat((float) kept.network().bits(heldOut, () -> false).orElseThrow())
                .isEqualTo((float) average.bits());
    }

    private List<Double> figures(String name) {
        return events.stream()
                .map(event -> event.getFigures().get(name))
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    void aModelSaysWhatItLearntAndIsTheSameFileForTheSameTraining() throws Exception {
        LanguageConfig config = config(LanguageConfig.Cell.LSTM, .2);
        LanguageModel model =
                train("one", TEXT, config, 1, () -> false).orElseThrow().model();
        train("two", TEXT, config, 1, () -> false);

        assertThat(folder.resolve("two/model.zip")).hasSameBinaryContentAs(folder.resolve("one/model.zip"));
        assertThat(LanguageModel.parse(model.toBytes()).manifest()).isEqualTo(model.manifest());
        assertThat(model.manifest().id()).isEqualTo(ID);
        assertThat(model.manifest().network()).isEqualTo(config);
        assertThat(model.manifest().announceable().provenance())
                .containsEntry("text-1", "cat.txt")
                .containsEntry("seed", "3")
                .containsKeys("textSha256", "recipe", "code");
        assertThat(model.manifest().announceable().card())
                .containsEntry("pass", "1")
                .containsKey("held_out_bits_per_character");
    }

    @Test
    void aDamagedModelIsRefusedInWords() throws Exception {
        byte[] model = train("whole", TEXT, config(LanguageConfig.Cell.RNN, 0), 1, () -> false)
                .orElseThrow()
                .model()
                .toBytes();

        assertThat(LanguageModel.isMeant(model)).isTrue();
        assertThat(LanguageModel.isMeant(new byte[] {1, 2, 3})).isFalse();
        assertThatThrownBy(() -> LanguageModel.parse(changed(model, "language.json", "\"width\":24", "\"width\":4000")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes of weights");
        assertThatThrownBy(
                        () -> LanguageModel.parse(changed(model, "language.json", "\"width\":24", "\"width\":40000")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 8 layers of 4096");
        assertThatThrownBy(() -> LanguageModel.parse(
                        changed(model, "language.json", "\"formatVersion\":1", "\"formatVersion\":9")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a newer Inkstream wrote it");
        assertThatThrownBy(() -> LanguageModel.parse(changed(model, "vocabulary.json", "{", "[")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no language model");
        assertThatThrownBy(() -> LanguageModel.parse(Arrays.copyOf(model, model.length / 2)))
                .isInstanceOf(IOException.class);
    }

    /** The file with one of its parts changed. */
    private static byte[] changed(byte[] zip, String part, String what, String by) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(
                        entry.getName().equals(part)
                                ? new String(content, StandardCharsets.UTF_8)
                                        .replace(what, by)
                                        .getBytes(StandardCharsets.UTF_8)
                                : content);
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void anotherTextOrTooLittleIsRefusedInWords() throws Exception {
        LanguageConfig config = config(LanguageConfig.Cell.RNN, 0);
        train("folder", TEXT, config, 1, () -> false);

        assertThatThrownBy(() -> train("folder", Collections.nCopies(200, "Something else."), config, 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("it learns another text")
                .hasMessageContaining(folder.toString());
        assertThatThrownBy(() -> train("folder", TEXT, config(LanguageConfig.Cell.LSTM, .1), 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("cell RNN, not LSTM, dropout 0.0, not 0.1;");
        assertThatThrownBy(() -> train("little", List.of("Too little."), config, 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("fewer than");
        LanguageConfig huge = new LanguageConfig(LanguageConfig.Cell.LSTM, 8, 4096, 0, 1e-3, 5, 20, 10, 0, 1);
        assertThatThrownBy(() -> train("huge", TEXT, huge, 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("take fewer or narrower layers");
        assertThatThrownBy(() -> LanguageModel.parse(new byte[] {1, 2, 3}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no language model");
        assertThatThrownBy(() -> new LanguageModel.Boldness(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVocabularyGivesBackWhatItKnowsAndCountsWhatNot() {
        Vocabulary vocabulary = Vocabulary.of(List.of("abba é"));
        Vocabulary.Encoded encoded = vocabulary.encode(List.of("bad é!", "!"));

        assertThat(vocabulary.characters()).startsWith("a", "b").contains("é").hasSize(4);
        assertThat(vocabulary.decode(encoded.tokens())).isEqualTo("ba é\n\n");
        assertThat(encoded.unknown()).isEqualTo(Map.of("d", 1, "!", 2));
        assertThat(vocabulary.end()).isEqualTo(vocabulary.size() - 1);
    }
}
