package io.inkstream.trainer.nn;

/** Multiplies stacks of matrices pairwise; for one thread and one size. */
public final class MatrixStack {
    private final NativeTensor a;
    private final NativeTensor b;
    private final NativeTensor product;
    private final Matmul matmul;

    private MatrixStack(NativeTensor a, NativeTensor b, boolean transposeB, NativeTensor product) {
        this.a = a;
        this.b = b;
        this.product = product;
        this.matmul = new Matmul(a, false, b, transposeB, product);
    }

    /** Multiplies [count, rows, inner] by [count, inner, columns]. */
    public static MatrixStack times(int count, int rows, int inner, int columns) {
        return new MatrixStack(
                new NativeTensor(count, rows, inner),
                new NativeTensor(count, inner, columns),
                false,
                new NativeTensor(count, rows, columns));
    }

    /** Multiplies [count, rows, inner] by the transposes of [count, columns, inner]. */
    public static MatrixStack timesTransposed(int count, int rows, int inner, int columns) {
        return new MatrixStack(
                new NativeTensor(count, rows, inner),
                new NativeTensor(count, columns, inner),
                true,
                new NativeTensor(count, rows, columns));
    }

    /** Writes the products [count, rows, columns] of {@code left} and {@code right} to {@code result}. */
    public void run(float[] left, float[] right, float[] result) {
        a.write(left, 0, a.length());
        b.write(right, 0, b.length());
        matmul.run();
        product.read(result, 0, product.length());
    }
}
