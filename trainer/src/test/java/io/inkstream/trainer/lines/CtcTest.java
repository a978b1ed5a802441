package io.inkstream.trainer.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CtcTest {
    private static final int CLASSES = 4;

    record Case(int frames, int... labels) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case(1, 2),
                new Case(3, 1),
                new Case(2, 1, 2),
                new Case(3, 1, 1),
                new Case(5, 1, 1),
                new Case(6, 1, 2, 1),
                new Case(6, 3, 3, 3),
                new Case(4),
                new Case(7, 2, 2, 1, 3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossIsThatOfAllWaysToSpellTheText(Case of) {
        float[] logits = Numbers.normal(of.frames() * CLASSES, 7);

        double loss = new Ctc(CLASSES).lossAndGradient(logits.clone(), offsets(of.frames()), of.frames(), of.labels());

        assertThat(loss).isCloseTo(bruteForce(logits, of), within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientAgreesWithDifferences(Case of) {
        float[] logits = Numbers.normal(of.frames() * CLASSES, 8);
        float[] gradient = logits.clone();
        new Ctc(CLASSES).lossAndGradient(gradient, offsets(of.frames()), of.frames(), of.labels());

        for (int i = 0; i < logits.length; i++) {
            float[] way = new float[logits.length];
            way[i] = 1;
            double expected = Numbers.derivative(x -> bruteForce(x, of), logits, way, 1e-3);
            assertThat((double) gradient[i]).isCloseTo(expected, within(1e-4));
        }
    }

    @Test
    void framesMayLieAnywhereAndOthersStay() {
        float[] tight = Numbers.normal(3 * CLASSES, 9);
        float[] spread = new float[8 * CLASSES];
        java.util.Arrays.fill(spread, 5f);
        int[] offsets = {CLASSES, 4 * CLASSES, 6 * CLASSES};
        for (int t = 0; t < 3; t++) {
            System.arraycopy(tight, t * CLASSES, spread, offsets[t], CLASSES);
        }
        Ctc ctc = new Ctc(CLASSES);

        double loss = ctc.lossAndGradient(spread, offsets, 3, new int[] {1, 2});

        assertThat(loss).isEqualTo(ctc.lossAndGradient(tight, offsets(3), 3, new int[] {1, 2}));
        assertThat(java.util.Arrays.copyOf(spread, CLASSES)).containsOnly(5f);
    }

    @Test
    void aThousandFramesDoNotUnderflow() {
        int frames = 1000;
        float[] logits = Numbers.normal(frames * CLASSES, 10);
        int[] labels = IntStream.range(0, 300).map(i -> 1 + i % 3).toArray();

        double loss = new Ctc(CLASSES).lossAndGradient(logits, offsets(frames), frames, labels);

        assertThat(loss).isPositive().isFinite();
        for (int t = 0; t < frames; t++) {
            float sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                sum += logits[t * CLASSES + c];
            }
            assertThat(sum).isCloseTo(0f, within(1e-5f)); // both terms of the gradient are distributions
        }
    }

    @Test
    void textThatIsLongerThanTheFramesIsRefused() {
        assertThat(Ctc.leastFrames(new int[] {1, 1, 2})).isEqualTo(4);
        assertThatThrownBy(() ->
                        new Ctc(CLASSES).lossAndGradient(new float[3 * CLASSES], offsets(3), 3, new int[] {1, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need 4");
    }

    /** Minus the logarithm of the sum over every sequence of classes that spells the text. */
    private static double bruteForce(float[] logits, Case of) {
        double total = 0;
        int ways = (int) Math.pow(CLASSES, of.frames());
        for (int way = 0; way < ways; way++) {
            double probability = 1;
            List<Integer> text = new ArrayList<>();
            int before = Ctc.BLANK;
            int rest = way;
            for (int t = 0; t < of.frames(); t++) {
                int label = rest % CLASSES;
                rest /= CLASSES;
                probability *= softmax(logits, t, label);
                if (label != before && label != Ctc.BLANK) {
                    text.add(label);
                }
                before = label;
            }
            if (text.equals(IntStream.of(of.labels()).boxed().toList())) {
                total += probability;
            }
        }
        return -Math.log(total);
    }

    private static double softmax(float[] logits, int frame, int label) {
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            sum += Math.exp(logits[frame * CLASSES + c]);
        }
        return Math.exp(logits[frame * CLASSES + label]) / sum;
    }

    private static int[] offsets(int frames) {
        return IntStream.range(0, frames).map(t -> t * CLASSES).toArray();
    }
}
