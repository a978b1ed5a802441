package io.inkstream.trainer.export;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.trainer.gan.FoldedGenerator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads back the weights of networks that {@link OnnxExport} wrote, so that a published model can be a parent. */
public final class OnnxImport {
    private OnnxImport() {}

    /**
     * Returns the weights of a generator.
     *
     * @param onnx the file, as {@link OnnxExport#generator} wrote it
     * @throws IllegalArgumentException if it is no such file, or a generator of another shape
     */
    public static FoldedGenerator generator(byte[] onnx, GeneratorShape shape) {
        GraphProto graph = graph(onnx, "generator");
        Map<String, TensorProto> tensors = tensors(graph);
        List<float[]> gather = weights(graph, "Gather", tensors);
        List<float[]> gemm = weights(graph, "Gemm", tensors);
        List<float[]> conv = weights(graph, "Conv", tensors);
        if (gather.size() != 1 || gemm.size() != 4 || conv.size() != 8) {
            throw new IllegalArgumentException("the generator has another architecture than this trainer's: weights of "
                    + gather.size() + " Gather, " + gemm.size() + " Gemm and " + conv.size()
                    + " Conv, where 1, 4 and 8 are expected");
        }
        float[] last = conv.get(6);
        float[] lastBias = conv.get(7);
        if (lastBias.length == 4
                && last.length == 4 * 4 * 9 * shape.narrow()) { // else exported before pixels were spread last
            last = LateSpread.undone(last, 1, shape.narrow(), 3);
            lastBias = Arrays.copyOf(lastBias, 1);
        }
        // In the order of the graph: first what steers the norms, then the dense layer, then the convolutions.
        return new FoldedGenerator(
                shape,
                gather.get(0),
                gemm.get(2),
                gemm.get(3),
                gemm.get(0),
                gemm.get(1),
                new float[][] {conv.get(0), conv.get(2), conv.get(4), last},
                new float[][] {conv.get(1), conv.get(3), conv.get(5), lastBias});
    }

    /**
     * Returns the weights of a reader.
     *
     * @param onnx the file, as {@link OnnxExport#reader} wrote it
     * @throws IllegalArgumentException if it is no such file, or a reader of another shape
     */
    public static Recogniser reader(byte[] onnx, RecogniserShape shape) {
        GraphProto graph = graph(onnx, "reader");
        List<float[]> all = new ArrayList<>(weights(graph, "Conv", tensors(graph)));
        all.addAll(weights(graph, "Gemm", tensors(graph)));
        if (all.size() != 12) {
            throw new IllegalArgumentException("the reader has another architecture than this trainer's: " + all.size()
                    + " weights and biases, where 12 are expected");
        }
        List<float[]> weights = new ArrayList<>();
        List<float[]> biases = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            (i % 2 == 0 ? weights : biases).add(all.get(i));
        }
        return Recogniser.unfolded(shape, weights, biases);
    }

    private static GraphProto graph(byte[] onnx, String what) {
        try {
            return ModelProto.parseFrom(onnx).getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the " + what + " is not in ONNX format: " + e.getMessage(), e);
        }
    }

    private static Map<String, TensorProto> tensors(GraphProto graph) {
        Map<String, TensorProto> tensors = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
        return tensors;
    }

    private static List<float[]> weights(GraphProto graph, String type, Map<String, TensorProto> tensors) {
        List<float[]> weights = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals(type)) {
                node.getInputList().stream()
                        .filter(tensors::containsKey)
                        .map(input -> OnnxFormat.floats(tensors.get(input)))
                        .forEach(weights::add);
            }
        }
        return weights;
    }
}
