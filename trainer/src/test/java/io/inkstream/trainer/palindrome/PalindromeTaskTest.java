package io.inkstream.trainer.palindrome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.language.LanguageConfig.Cell;
import io.inkstream.trainer.nn.Streams;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class PalindromeTaskTest {
    private final List<TrainingEvent> events = new ArrayList<>();

    private PalindromeTask.Outcome train(PalindromeConfig config) {
        return new PalindromeTask(events::add, () -> false, InstantSource.system()).train(config);
    }

    private static PalindromeConfig small(Cell cell, int steps) {
        return new PalindromeConfig(cell, 5, 48, 5e-3, 1, 64, steps, 1);
    }

    @ParameterizedTest
    @EnumSource
    void fiveDigitsAreRemembered(Cell cell) {
        PalindromeTask.Outcome outcome = train(small(cell, 400));

        assertThat(outcome.accuracy()).isGreaterThanOrEqualTo(.99);
        assertThat(events.get(0).getFigures()).containsKey(cell == Cell.LSTM ? "accuracy_lstm" : "accuracy_rnn");
    }

    @Test
    void whoHasLearntNothingIsRightOnceInTen() {
        assertThat(train(new PalindromeConfig(Cell.LSTM, 5, 48, 1e-9, 1, 64, 1, 1))
                        .accuracy())
                .isBetween(.02, .25);
    }

    @Test
    void theSameSeedGivesTheSameCurve() {
        train(small(Cell.LSTM, 50));
        List<Map<String, Double>> first =
                events.stream().map(TrainingEvent::getFigures).toList();
        events.clear();
        train(small(Cell.LSTM, 50));

        assertThat(events.stream().map(TrainingEvent::getFigures).toList())
                .isEqualTo(first)
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 6})
    void theDigitAskedForStandsFirstAndNowhereAtTheEnd(int length) {
        PalindromeTask.Batch batch = PalindromeTask.batch(length, 40, Streams.named(1, "test"));
        INDArray digits = batch.digits().argMax(1);
        INDArray last = batch.last().argMax(1);

        assertThat(batch.digits().shape()).containsExactly(40, 10, length - 1);
        for (int row = 0; row < 40; row++) {
            assertThat(digits.getInt(row, 0)).isEqualTo(last.getInt(row));
            for (int i = 1; i < length - 1; i++) {
                assertThat(digits.getInt(row, i)).isEqualTo(digits.getInt(row, length - 1 - i));
            }
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> PalindromeConfig.of(Cell.LSTM, 1, 100, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the length is 2 to 1000");
        assertThatThrownBy(() -> PalindromeConfig.of(Cell.LSTM, 5, 0, 1)).hasMessageContaining("steps are at least 1");
    }
}
