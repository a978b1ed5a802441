package io.inkstream.trainer;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.SampleSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples over the characters that there is enough handwriting of.
 *
 * @param samples to learn from and to judge by
 * @param digest of the samples as they were collected
 * @param remarks what was left out and why, for people
 */
public record TrainingData(SampleSet samples, String digest, List<String> remarks) {
    private static final int FEWEST_TO_LEARN = 10;
    private static final int FEWEST_IN_ALL = 256;
    private static final int MOST_TESTS = 6000;

    public TrainingData {
        remarks = List.copyOf(remarks);
    }

    /**
     * Prepares collected samples; of very many tests, some thousands are chosen, since a card takes its time.
     *
     * @throws TrainingException if too little is left to learn from
     */
    public static TrainingData of(CollectedSamples collected) throws TrainingException {
        return of(collected, MOST_TESTS);
    }

    /** Likewise, with all tests. */
    public static TrainingData withAllTests(CollectedSamples collected) throws TrainingException {
        return of(collected, Integer.MAX_VALUE);
    }

    private static TrainingData of(CollectedSamples collected, int mostTests) throws TrainingException {
        SampleSet all = collected.samples();
        if (all.size() == 0) {
            throw new TrainingException("there are no samples to learn from; import some first");
        }
        List<String> remarks = new ArrayList<>();
        collected
                .unknownCharacters()
                .forEach((character, count) -> remarks.add(
                        count + " samples of '" + character + "' left out: too many other characters have more"));
        int leastSupport = TrainingConfig.DEFAULTS.minimumSupport();
        int[] train = new int[all.classes().size()];
        int[] test = new int[all.classes().size()];
        int doubtful = 0;
        int tests = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.split(i) == SampleSet.Split.TEST) {
                test[all.label(i)]++;
                tests++;
            } else if (all.support(i) >= leastSupport) {
                train[all.label(i)]++;
            } else {
                doubtful++;
            }
        }
        if (doubtful > 0) {
            remarks.add(doubtful + " samples will not teach: support below " + leastSupport
                    + ", their labels are doubtful");
        }
        List<Integer> classes = new ArrayList<>();
        StringBuilder scarce = new StringBuilder();
        int learn = 0;
        for (int c = 0; c < train.length; c++) {
            if (train[c] >= FEWEST_TO_LEARN && (test[c] >= 1 || tests == 0)) {
                classes.add(c);
                learn += train[c];
            } else {
                scarce.append(all.classes().characterAt(c));
            }
        }
        if (!scarce.isEmpty()) {
            remarks.add("characters left out, with fewer than " + FEWEST_TO_LEARN
                    + " samples to learn from or none to test with: " + scarce);
        }
        if (classes.size() < 2) {
            throw new TrainingException("need at least two characters with " + FEWEST_TO_LEARN
                    + " samples to learn from and one to test with, there are " + classes.size());
        }
        if (learn < FEWEST_IN_ALL) {
            throw new TrainingException(
                    "need at least " + FEWEST_IN_ALL + " samples to learn from, there are " + learn);
        }
        SampleSet kept = all.over(all.classes().only(classes.stream().mapToInt(Integer::intValue)));
        // Collected samples are in the order of their content's hash, so every k-th is a random choice.
        int every = tests / mostTests + 1;
        SampleSet chosen = kept.where(i -> kept.split(i) == SampleSet.Split.TRAIN || i % every == 0);
        return new TrainingData(chosen, collected.digest(), remarks);
    }

    /** The characters that a model of these samples draws, in the order of its labels. */
    public CharacterClasses classes() {
        return samples.classes();
    }
}
