package io.inkstream.trainer.evaluation;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.schemas.onnx.ValueInfoProto;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * What a generator costs its server.
 *
 * @param parameters weights and biases
 * @param mflop millions of multiplications and additions a glyph, of convolutions and matrix products
 * @param glyphsPerSecond that one core draws on ONNX Runtime in batches of 16, if that was measured
 */
public record ServingCost(long parameters, double mflop, OptionalDouble glyphsPerSecond) {
    private static final int BATCH = 16;
    private static final int BATCHES = 12;
    private static final int ROUNDS = 8;

    /**
     * Counts.
     *
     * @param generatorOnnx draws, as {@link io.inkstream.schemas.bundle.ModelBundle} defines
     * @throws IllegalArgumentException if it is no such network
     */
    public static ServingCost counted(byte[] generatorOnnx, int styleSize, int noiseSize) {
        GraphProto graph;
        try {
            graph = ModelProto.parseFrom(generatorOnnx).getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the generator is no ONNX file: " + e.getMessage(), e);
        }
        Map<String, Long> weights = new HashMap<>();
        for (TensorProto each : graph.getInitializerList()) {
            if (each.getDataType() == OnnxFormat.FLOAT) {
                weights.put(each.getName(), each.getDimsList().stream().reduce(1L, (a, b) -> a * b));
            }
        }
        long parameters = weights.values().stream().mapToLong(Long::longValue).sum();
        try {
            double flop = flop(generatorOnnx, graph, weights, styleSize, noiseSize);
            return new ServingCost(parameters, flop / 1e6, OptionalDouble.empty());
        } catch (OrtException e) {
            throw new IllegalArgumentException("the generator does not draw: " + e.getMessage(), e);
        }
    }

    /**
     * Counts, and measures the speed, that of the fastest of several rounds; it is not the same again.
     *
     * @param cpuNanos processor time of the calling thread, so that other work on the machine counts little
     * @throws IllegalArgumentException if it is no such network
     */
    public static ServingCost measured(byte[] generatorOnnx, int styleSize, int noiseSize, LongSupplier cpuNanos) {
        ServingCost counted = counted(generatorOnnx, styleSize, noiseSize);
        try {
            double speed = speed(generatorOnnx, styleSize, noiseSize, cpuNanos);
            return new ServingCost(counted.parameters, counted.mflop, OptionalDouble.of(speed));
        } catch (OrtException e) {
            throw new IllegalArgumentException("the generator does not draw: " + e.getMessage(), e);
        }
    }

    /** A weight of a matrix product is used once a glyph, that of a convolution once for each pixel that comes out. */
    private static double flop(byte[] onnx, GraphProto graph, Map<String, Long> weights, int styleSize, int noiseSize)
            throws OrtException {
        Map<String, Long> convolutions = new LinkedHashMap<>();
        double flop = 0;
        for (NodeProto node : graph.getNodeList()) {
            long used = node.getInputCount() < 2 ? 0 : weights.getOrDefault(node.getInput(1), 0L);
            switch (node.getOpType()) {
                case "Conv" -> convolutions.put(node.getOutput(0), used);
                case "Gemm", "MatMul" -> flop += 2.0 * used;
                default -> {}
            }
        }
        Map<String, Long> pixels = pixels(onnx, convolutions.keySet(), styleSize, noiseSize);
        for (Map.Entry<String, Long> each : convolutions.entrySet()) {
            flop += 2.0 * each.getValue() * pixels.get(each.getKey());
        }
        return flop;
    }

    /** Draws one glyph and looks how large the given values are. */
    private static Map<String, Long> pixels(byte[] onnx, Iterable<String> values, int styleSize, int noiseSize)
            throws OrtException {
        ModelProto.Builder model;
        try {
            model = ModelProto.parseFrom(onnx).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("it was read before", e);
        }
        for (String value : values) {
            model.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(value));
        }
        Map<String, Long> pixels = new HashMap<>();
        try (Session session = new Session(model.build().toByteArray(), 1, styleSize, noiseSize);
                OrtSession.Result result = session.draw()) {
            for (String value : values) {
                long[] shape = ((TensorInfo) result.get(value).orElseThrow().getInfo()).getShape();
                pixels.put(value, shape[2] * shape[3]);
            }
        }
        return pixels;
    }

    /** Of the network as servers run it. */
    private static double speed(byte[] onnx, int styleSize, int noiseSize, LongSupplier cpuNanos) throws OrtException {
        long least = Long.MAX_VALUE;
        try (Session session = new Session(LateSpread.of(onnx), BATCH, styleSize, noiseSize)) {
            for (int round = 0; round < ROUNDS; round++) {
                long begun = cpuNanos.getAsLong();
                for (int i = 0; i < BATCHES; i++) {
                    session.draw().close();
                }
                least = Math.min(least, cpuNanos.getAsLong() - begun);
            }
        }
        return BATCH * BATCHES * 1e9 / Math.max(1, least);
    }

    /** The generator with the input of one batch, on one thread: the caller's. */
    private static final class Session implements AutoCloseable {
        private final OrtSession session;
        private final Map<String, OnnxTensor> input = new HashMap<>();

        Session(byte[] onnx, int rows, int styleSize, int noiseSize) throws OrtException {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                session = environment.createSession(onnx, options);
            }
            input.put("style", zeros(environment, rows, styleSize));
            input.put("noise", zeros(environment, rows, noiseSize));
            input.put("char", OnnxTensor.createTensor(environment, LongBuffer.allocate(rows), new long[] {rows}));
        }

        private static OnnxTensor zeros(OrtEnvironment environment, int rows, int size) throws OrtException {
            return OnnxTensor.createTensor(environment, FloatBuffer.allocate(rows * size), new long[] {rows, size});
        }

        OrtSession.Result draw() throws OrtException {
            return session.run(input);
        }

        @Override
        public void close() throws OrtException {
            input.values().forEach(OnnxTensor::close);
            session.close();
        }
    }
}
