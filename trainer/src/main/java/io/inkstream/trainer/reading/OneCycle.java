package io.inkstream.trainer.reading;

import org.nd4j.linalg.schedule.ISchedule;

/** A learning rate that rises along a cosine for some steps, then falls along another to nothing at the last. */
record OneCycle(double highest, long steps) implements ISchedule {
    private static final double RISING = .15;
    private static final double LOWEST = 1 / 25.;

    @Override
    public double valueAt(int step, int epoch) {
        double place = Math.min(1, (step + .5) / steps);
        double share = place < RISING
                ? LOWEST + (1 - LOWEST) * (1 - StrictMath.cos(Math.PI * place / RISING)) / 2
                : (1 + StrictMath.cos(Math.PI * (place - RISING) / (1 - RISING))) / 2;
        return highest * share;
    }

    @Override
    public ISchedule clone() {
        return this;
    }
}
