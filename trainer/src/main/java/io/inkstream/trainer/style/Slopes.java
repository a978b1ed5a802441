package io.inkstream.trainer.style;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularMatrixException;

/**
 * How measures grow along the numbers of a latent, by least squares.
 *
 * @see <a href="https://arxiv.org/abs/1907.10786">Shen et al., InterFaceGAN (directions that leave other attributes alone)</a>
 */
final class Slopes {
    /** [numbers + 1, measures]; the first row is what an all-zero latent has. */
    private final RealMatrix coefficients;

    private Slopes(RealMatrix coefficients) {
        this.coefficients = coefficients;
    }

    /**
     * Fits a plane to each measure.
     *
     * @param latents [hands][numbers]
     * @param measures [hands][measures]
     * @throws IllegalArgumentException if there are no more hands than coefficients, or hands do not differ enough to tell
     */
    static Slopes fit(float[][] latents, double[][] measures) {
        if (latents.length <= latents[0].length + 1) {
            throw new IllegalArgumentException("slopes of latents of " + latents[0].length + " numbers take more than "
                    + (latents[0].length + 1) + " hands, not " + latents.length);
        }
        try {
            return new Slopes(
                    new QRDecomposition(withOne(latents)).getSolver().solve(new Array2DRowRealMatrix(measures, false)));
        } catch (SingularMatrixException e) {
            throw new IllegalArgumentException("these hands do not differ in every number of their latents", e);
        }
    }

    private static RealMatrix withOne(float[][] latents) {
        double[][] rows = new double[latents.length][latents[0].length + 1];
        for (int n = 0; n < rows.length; n++) {
            rows[n][0] = 1;
            for (int i = 0; i < latents[n].length; i++) {
                rows[n][i + 1] = latents[n][i];
            }
        }
        return new Array2DRowRealMatrix(rows, false);
    }

    /**
     * Returns which share of each measure's variance the planes explain: 1 all of it, 0 no more than the mean does, below 0
     * less than that.
     */
    double[] explained(float[][] latents, double[][] measures) {
        RealMatrix predicted = withOne(latents).multiply(coefficients);
        double[] explained = new double[measures[0].length];
        for (int m = 0; m < explained.length; m++) {
            double mean = 0;
            for (double[] hand : measures) {
                mean += hand[m] / measures.length;
            }
            double wrong = 0;
            double all = 0;
            for (int n = 0; n < measures.length; n++) {
                wrong += square(measures[n][m] - predicted.getEntry(n, m));
                all += square(measures[n][m] - mean);
            }
            explained[m] = 1 - wrong / all;
        }
        return explained;
    }

    /**
     * Returns for each measure the shortest step that raises it by 1 and, as far as planes tell, leaves the others as they
     * are.
     *
     * @return [measures][numbers]
     * @throws IllegalArgumentException if one measure changes with the latent only as others do, or not at all
     */
    float[][] steps() {
        RealMatrix slopes = coefficients.getSubMatrix(
                1, coefficients.getRowDimension() - 1, 0, coefficients.getColumnDimension() - 1);
        RealMatrix steps;
        try {
            steps = slopes.multiply(new LUDecomposition(slopes.transpose().multiply(slopes))
                    .getSolver()
                    .getInverse());
        } catch (SingularMatrixException e) {
            throw new IllegalArgumentException("the measures do not change by themselves along any direction", e);
        }
        float[][] rows = new float[steps.getColumnDimension()][steps.getRowDimension()];
        for (int m = 0; m < rows.length; m++) {
            for (int i = 0; i < rows[m].length; i++) {
                rows[m][i] = (float) steps.getEntry(i, m);
            }
        }
        return rows;
    }

    private static double square(double value) {
        return value * value;
    }
}
