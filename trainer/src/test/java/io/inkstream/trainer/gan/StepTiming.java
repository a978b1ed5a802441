package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Prints what a step of either stage costs on this machine, by one worker and by two: medians, and what two gain within
 * the same run. Figures go to RATIONALE.md; nothing asserts them. What the glyphs show does not matter, so they are noise.
 */
final class StepTiming {
    private static final int WARM_UP = 10;
    private static final int STEPS = 30;

    private StepTiming() {}

    public static void main(String[] args) {
        SampleSet samples = noise();
        for (GanConfig config : new GanConfig[] {config(WARM_UP + STEPS, 0), config(0, WARM_UP + STEPS)}) {
            String stage = config.driftSteps() > 0 ? "drift" : "adversarial";
            double one = batchesPerSecond(config, stage, samples, 1);
            double two = batchesPerSecond(config, stage, samples, 2);
            System.out.printf("%s: two workers do %.2f times as many batches a second%n", stage, two / one);
        }
    }

    private static double batchesPerSecond(GanConfig config, String stage, SampleSet samples, int workers) {
        Recogniser recogniser = Recogniser.untrained(
                RecogniserShape.reader(CharacterClasses.PRINTABLE_ASCII.size()), Streams.named(1, "recogniser"));
        long[] wall = new long[STEPS];
        long cpu = 0;
        try (Workers threads = new Workers(workers)) {
            GanTraining training = new GanTraining(
                    config,
                    GeneratorShape.standard(CharacterClasses.PRINTABLE_ASCII.size()),
                    samples,
                    recogniser,
                    threads);
            for (int step = -WARM_UP; step < STEPS; step++) {
                if (step == 0) {
                    cpu = cpuNanos();
                }
                long start = System.nanoTime();
                training.advance();
                if (step >= 0) {
                    wall[step] = System.nanoTime() - start;
                }
            }
        }
        cpu = (cpuNanos() - cpu) / STEPS;
        Arrays.sort(wall);
        double median = wall[STEPS / 2] / 1e9;
        System.out.printf(
                "%s, workers %d: %.0f ms a step (median of %d), %.0f ms CPU%n",
                stage, workers, median * 1e3, STEPS, cpu / 1e6);
        return workers / median;
    }

    private static GanConfig config(long driftSteps, long adversarialSteps) {
        GanConfig c = GanConfig.DEFAULTS;
        return new GanConfig(
                c.classesPerWorker(),
                c.generatedPerClass(),
                c.realPerClass(),
                driftSteps,
                c.driftRate(),
                adversarialSteps,
                c.adversarialClassesPerWorker(),
                c.adversarialGeneratedPerClass(),
                c.adversarialRate(),
                c.discriminatorRate(),
                c.driftWeight(),
                c.decayFrom(),
                c.decayTo(),
                c.averageDecay(),
                c.seed());
    }

    private static SampleSet noise() {
        RandomGenerator random = Streams.named(1, "noise");
        SampleSet.Builder builder = SampleSet.builder(CharacterClasses.PRINTABLE_ASCII);
        byte[] image = new byte[SampleSet.PIXELS];
        for (int c = 0; c < CharacterClasses.PRINTABLE_ASCII.size(); c++) {
            for (int k = 0; k < 64; k++) {
                for (int i = 0; i < image.length; i++) {
                    image[i] = (byte) random.nextInt(256);
                }
                builder.add(image.clone(), c, k, SampleSet.UNKNOWN_SUPPORT, "noise", SampleSet.Split.TRAIN);
            }
        }
        return builder.build();
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
