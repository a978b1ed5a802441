package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
    private final SampleSet.Builder samples = SampleSet.builder(CharacterClasses.PRINTABLE_ASCII);

    @Test
    void charactersWithTooFewSamplesAreLeftOutAndNamed() throws Exception {
        add('a', 200, Split.TRAIN, 255);
        add('a', 5, Split.TEST, 255);
        add('b', 200, Split.TRAIN, 255);
        add('b', 5, Split.TEST, 255);
        add('c', 9, Split.TRAIN, 255);
        add('c', 5, Split.TEST, 255);
        add('d', 50, Split.TRAIN, 255);

        TrainingData data = data();

        assertThat(data.classes().characters()).isEqualTo("ab");
        assertThat(data.samples().label(200)).isLessThan(2);
        assertThat(data.remarks()).anySatisfy(remark -> assertThat(remark).contains("cd"));
    }

    @Test
    void doubtfulSamplesDoNotCountAsSomethingToLearnFrom() throws Exception {
        add('a', 300, Split.TRAIN, 255);
        add('b', 50, Split.TRAIN, 3);
        add('b', 12, Split.TRAIN, 200);

        TrainingData data = data();

        assertThat(data.classes().characters()).isEqualTo("ab");
        assertThat(data.remarks()).anySatisfy(remark -> assertThat(remark).startsWith("50 samples"));
    }

    @Test
    void nothingAndOneCharacterAndTooLittleAreRefusedInASentence() {
        assertThatThrownBy(this::data)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no samples to learn from");
        add('a', 500, Split.TRAIN, 255);
        assertThatThrownBy(this::data)
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("at least two characters");
    }

    @Test
    void fewSamplesAreRefusedWithTheirNumber() {
        add('a', 20, Split.TRAIN, 255);
        add('b', 20, Split.TRAIN, 255);

        assertThatThrownBy(this::data).isInstanceOf(TrainingException.class).hasMessageContaining("there are 40");
    }

    @Test
    void testsAreThinnedOutToWhatAnEvaluationNeeds() throws Exception {
        add('a', 300, Split.TRAIN, 255);
        add('b', 300, Split.TRAIN, 255);
        add('a', 10_000, Split.TEST, 255);
        add('b', 10_000, Split.TEST, 255);

        TrainingData data = data();

        assertThat(data.samples().of(Split.TRAIN).size()).isEqualTo(600);
        assertThat(data.samples().of(Split.TEST).size()).isBetween(4000, 6000);
    }

    private void add(char character, int count, Split split, int support) {
        for (int i = 0; i < count; i++) {
            samples.add(
                    new byte[SampleSet.PIXELS],
                    CharacterClasses.PRINTABLE_ASCII.indexOf(Character.toString(character)),
                    SampleSet.UNKNOWN_WRITER,
                    support,
                    "test",
                    split);
        }
    }

    private TrainingData data() throws TrainingException {
        return TrainingData.of(new CollectedSamples(samples.build(), "sha256:0", Map.of(), List.of()));
    }
}
