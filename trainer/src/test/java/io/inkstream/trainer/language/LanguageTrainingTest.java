package io.inkstream.trainer.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LanguageTrainingTest {
    private static final List<String> TEXT = Collections.nCopies(80, "The cat sat on the mat. The dog ran.");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final List<TrainingEvent> events = new ArrayList<>();

    @TempDir
    private Path folder;

    private static LanguageConfig config(LanguageConfig.Cell cell, double dropout) {
        return new LanguageConfig(cell, 2, 24, dropout, 1e-2, 5, 20, 10, 3);
    }

    private Optional<LanguageTraining.Trained> train(
            String name, List<String> text, LanguageConfig config, int passes, BooleanSupplier stopping)
            throws Exception {
        return new LanguageTraining(
                        folder.resolve(name), events::add, stopping, InstantSource.system(), System::nanoTime)
                .train(text, config, passes, LONG);
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
    void anotherTextOrTooLittleIsRefusedInWords() throws Exception {
        LanguageConfig config = config(LanguageConfig.Cell.RNN, 0);
        train("folder", TEXT, config, 1, () -> false);

        assertThatThrownBy(() -> train("folder", Collections.nCopies(200, "Something else."), config, 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("another text or network");
        assertThatThrownBy(() -> train("little", List.of("Too little."), config, 1, () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("fewer than");
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
