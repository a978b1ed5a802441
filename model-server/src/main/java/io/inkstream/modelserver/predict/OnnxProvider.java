package io.inkstream.modelserver.predict;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/** Where ONNX Runtime computes: its execution provider, and how many rows go into one call. */
public enum OnnxProvider {
    /** The processor. Speed is flat from 8 rows on, and the engine's buffers grow with the rows; see RATIONALE.md. */
    CPU(16) {
        @Override
        int padded(int rows) {
            return rows;
        }

        @Override
        void addTo(OrtSession.SessionOptions options) {
            // The engine's default.
        }

        @Override
        String suffix() {
            return "";
        }
    },

    /**
     * The first graphics card that {@code CUDA_VISIBLE_DEVICES} shows. Needs {@code onnxruntime_gpu} on the class path, and
     * the libraries of CUDA 12.8 or a later 12 and cuDNN 9 on the library path.
     */
    CUDA(128) {
        /** Always as many: which kernel is chosen, and so the last bits of a row, depends on the shape of the batch. */
        @Override
        int padded(int rows) {
            return maxRows();
        }

        @Override
        void addTo(OrtSession.SessionOptions options) throws OrtException {
            try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
                // Fastest by trial would choose anew at each start, and draw other last bits.
                cuda.add("cudnn_conv_algo_search", "HEURISTIC");
                cuda.add("use_tf32", "0");
                options.addCUDA(cuda);
            }
        }

        @Override
        String suffix() {
            return "-cuda";
        }
    };

    private final int maxRows;

    OnnxProvider(int maxRows) {
        this.maxRows = maxRows;
    }

    /** Most rows of one call. */
    int maxRows() {
        return maxRows;
    }

    /** How many rows a call of so many runs. */
    abstract int padded(int rows);

    abstract void addTo(OrtSession.SessionOptions options) throws OrtException;

    /** What names this provider in an engine's name. */
    abstract String suffix();

    /**
     * Tries whether it can be used here.
     *
     * @throws PredictionException if not, with the engine's reason
     */
    public void require() {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            addTo(options);
        } catch (OrtException e) {
            throw new PredictionException("ONNX Runtime cannot use " + this + " here: " + e.getMessage(), e);
        }
    }
}
