package io.inkstream.trainer.recogniser;

/** The cross-entropy of softmax logits against labels that are right with probability 1 - smoothing. */
final class CrossEntropy {
    private CrossEntropy() {}

    /** Returns the mean loss over the rows, and replaces the logits by the gradient of that mean. */
    static float lossAndGradient(float[] logits, int[] labels, int classes, double smoothing) {
        int batch = logits.length / classes;
        double loss = 0;
        double even = smoothing / classes;
        for (int n = 0; n < batch; n++) {
            int row = n * classes;
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                max = Math.max(max, logits[row + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row + c] - max);
            }
            double logSum = Math.log(sum) + max;
            for (int c = 0; c < classes; c++) {
                double target = even + (c == labels[n] ? 1 - smoothing : 0);
                double logProbability = logits[row + c] - logSum;
                loss -= target * logProbability;
                logits[row + c] = (float) ((Math.exp(logProbability) - target) / batch);
            }
        }
        return (float) (loss / batch);
    }
}
