package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxProviderTest {
    @Test
    void aBuildForTheProcessorSaysThatItHasNoCuda() {
        assumeFalse(OnnxCudaPredictorTest.isBuiltForCuda());

        assertThatThrownBy(OnnxProvider.CUDA::require)
                .isInstanceOf(PredictionException.class)
                .hasMessageContaining("cannot use CUDA here");
    }

    @Test
    void theProcessorIsAlwaysThere() {
        OnnxProvider.CPU.require();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16})
    void aCardIsAskedForBatchesOfOneShapeOnly(int rows) {
        assertThat(OnnxProvider.CUDA.padded(rows)).isEqualTo(OnnxProvider.CUDA.maxRows());
        assertThat(OnnxProvider.CPU.padded(rows)).isEqualTo(rows);
    }
}
