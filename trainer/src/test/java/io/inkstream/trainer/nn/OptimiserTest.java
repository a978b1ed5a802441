package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptimiserTest {
    @Test
    void adamFollowsItsFormula() {
        double beta1 = 0.5;
        double beta2 = 0.99;
        double rate = 0.01;
        double decay = 0.1;
        Adam adam = new Adam(1, beta1, beta2, decay);
        float[] parameter = {2};
        double p = 2;
        double m = 0;
        double v = 0;
        for (int step = 1; step <= 50; step++) {
            float gradient = (float) Math.sin(step);
            adam.update(parameter, new float[] {gradient}, 0, 1, rate, step);
            m = beta1 * m + (1 - beta1) * gradient;
            v = beta2 * v + (1 - beta2) * gradient * gradient;
            double corrected = m / (1 - Math.pow(beta1, step));
            double spread = Math.sqrt(v / (1 - Math.pow(beta2, step)));
            p = p * (1 - rate * decay) - rate * corrected / (spread + 1e-8);
        }
        assertThat((double) parameter[0]).isCloseTo(p, within(1e-5));
    }

    @Test
    void adamUpdatesARangeAsPartOfTheWhole() {
        float[] gradients = Numbers.normal(100, 1);
        float[] whole = Numbers.normal(100, 2);
        float[] parts = whole.clone();
        Adam one = new Adam(100, 0.9, 0.999, 0);
        Adam two = new Adam(100, 0.9, 0.999, 0);
        for (int step = 1; step <= 3; step++) {
            one.update(whole, gradients, 0, 100, 0.01, step);
            two.update(parts, gradients, 37, 100, 0.01, step);
            two.update(parts, gradients, 0, 37, 0.01, step);
        }
        assertThat(parts).containsExactly(whole);
    }

    @Test
    void movingAverageForgetsTheStartQuickly() {
        float[] average = {100};
        for (int step = 1; step <= 50; step++) {
            MovingAverage.follow(average, new float[] {1}, 0, 1, step, 0.999);
        }
        assertThat(average[0]).isCloseTo(1f, within(0.01f));
    }

    @Test
    void runningStatisticsTakeATenthOfEachBatchHoweverItIsShared() {
        float[] running = {1};
        RunningStatistics.update(running, new float[] {3}, 0.5, true);
        RunningStatistics.update(running, new float[] {5}, 0.5, false);

        assertThat(running[0]).isCloseTo(0.9f + 0.1f * 4, within(1e-6f));
    }
}
