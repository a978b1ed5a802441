package io.inkstream.trainer.evaluation;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The Fréchet distance between two clouds of points, each taken for a normal distribution: squared distance of the means
 * plus trace(A + B - 2 sqrt(A B)) of the covariances.
 *
 * @see <a href="https://arxiv.org/abs/1706.08500">Heusel et al., the Fréchet inception distance</a>
 */
final class Frechet {
    private Frechet() {}

    /**
     * Returns the distance, at least about 0.
     *
     * @param a points [any, width]
     * @param b points [any, width]; both have at least two
     */
    static double distance(float[] a, float[] b, int width) {
        double[] meanA = mean(a, width);
        double[] meanB = mean(b, width);
        RealMatrix covarianceA = covariance(a, meanA);
        RealMatrix covarianceB = covariance(b, meanB);
        double distance = covarianceA.getTrace() + covarianceB.getTrace();
        for (int i = 0; i < width; i++) {
            distance += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
        }
        // sqrt(A B) has the trace of sqrt(R B R) with R = sqrt(A), and that one is symmetric.
        RealMatrix root = root(covarianceA);
        RealMatrix symmetric = root.multiply(covarianceB).multiply(root);
        symmetric = symmetric.add(symmetric.transpose()).scalarMultiply(0.5);
        for (double eigenvalue : new EigenDecomposition(symmetric).getRealEigenvalues()) {
            distance -= 2 * Math.sqrt(Math.max(eigenvalue, 0));
        }
        return distance;
    }

    private static double[] mean(float[] points, int width) {
        double[] mean = new double[width];
        int count = points.length / width;
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < width; i++) {
                mean[i] += points[n * width + i];
            }
        }
        for (int i = 0; i < width; i++) {
            mean[i] /= count;
        }
        return mean;
    }

    private static RealMatrix covariance(float[] points, double[] mean) {
        int width = mean.length;
        int count = points.length / width;
        double[][] sum = new double[width][width];
        double[] centred = new double[width];
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < width; i++) {
                centred[i] = points[n * width + i] - mean[i];
            }
            for (int i = 0; i < width; i++) {
                double c = centred[i];
                double[] row = sum[i];
                for (int j = 0; j < width; j++) {
                    row[j] += c * centred[j];
                }
            }
        }
        return new Array2DRowRealMatrix(sum, false).scalarMultiply(1.0 / (count - 1));
    }

    private static RealMatrix root(RealMatrix symmetric) {
        EigenDecomposition eigen = new EigenDecomposition(symmetric);
        double[] roots = eigen.getRealEigenvalues();
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Math.sqrt(Math.max(roots[i], 0));
        }
        return eigen.getV()
                .multiply(MatrixUtils.createRealDiagonalMatrix(roots))
                .multiply(eigen.getVT());
    }
}
