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

    /** A cloud, taken for a normal distribution. */
    static final class Cloud {
        private final double[] mean;
        private final RealMatrix covariance;
        private RealMatrix root;

        /**
         * Fits the distribution.
         *
         * @param points [any, width]
         * @param weights how often each point counts; two at least in all
         */
        Cloud(float[] points, int width, int[] weights) {
            mean = new double[width];
            long count = 0;
            for (int n = 0; n < weights.length; n++) {
                int weight = weights[n];
                count += weight;
                for (int i = 0; weight > 0 && i < width; i++) {
                    mean[i] += weight * points[n * width + i];
                }
            }
            for (int i = 0; i < width; i++) {
                mean[i] /= count;
            }
            covariance = covariance(points, weights, count);
        }

        private RealMatrix covariance(float[] points, int[] weights, long count) {
            int width = mean.length;
            double[][] sum = new double[width][width];
            double[] centred = new double[width];
            for (int n = 0; n < weights.length; n++) {
                if (weights[n] == 0) {
                    continue;
                }
                for (int i = 0; i < width; i++) {
                    centred[i] = points[n * width + i] - mean[i];
                }
                // One half only: the matrix is symmetric, and this loop is where the time goes.
                for (int i = 0; i < width; i++) {
                    double c = weights[n] * centred[i];
                    double[] row = sum[i];
                    for (int j = i; j < width; j++) {
                        row[j] += c * centred[j];
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                for (int j = i; j < width; j++) {
                    sum[i][j] /= count - 1;
                    sum[j][i] = sum[i][j];
                }
            }
            return new Array2DRowRealMatrix(sum, false);
        }

        /** Returns the root of the covariance; kept, since one cloud is compared with several. */
        private RealMatrix root() {
            if (root == null) {
                EigenDecomposition eigen = new EigenDecomposition(covariance);
                double[] roots = eigen.getRealEigenvalues();
                for (int i = 0; i < roots.length; i++) {
                    roots[i] = Math.sqrt(Math.max(roots[i], 0));
                }
                root = eigen.getV()
                        .multiply(MatrixUtils.createRealDiagonalMatrix(roots))
                        .multiply(eigen.getVT());
            }
            return root;
        }
    }

    /** Returns the distance, at least about 0; quicker where {@code a} has been compared before. */
    static double distance(Cloud a, Cloud b) {
        double distance = a.covariance.getTrace() + b.covariance.getTrace();
        for (int i = 0; i < a.mean.length; i++) {
            distance += (a.mean[i] - b.mean[i]) * (a.mean[i] - b.mean[i]);
        }
        // sqrt(A B) has the trace of sqrt(R B R) with R = sqrt(A), and that one is symmetric.
        RealMatrix symmetric = a.root().multiply(b.covariance).multiply(a.root());
        symmetric = symmetric.add(symmetric.transpose()).scalarMultiply(0.5);
        for (double eigenvalue : new EigenDecomposition(symmetric).getRealEigenvalues()) {
            distance -= 2 * Math.sqrt(Math.max(eigenvalue, 0));
        }
        return distance;
    }
}
