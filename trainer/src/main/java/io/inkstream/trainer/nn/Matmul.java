package io.inkstream.trainer.nn;

import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Multiplies two native matrices, or two stacks of matrices, into a third. */
final class Matmul {
    private final DynamicCustomOp operation;

    Matmul(NativeTensor a, boolean transposeA, NativeTensor b, boolean transposeB, NativeTensor product) {
        this.operation = DynamicCustomOp.builder("matmul")
                .addInputs(a.array(), b.array())
                .addOutputs(product.array())
                .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
                .build();
    }

    void run() {
        Nd4j.exec(operation);
    }
}
