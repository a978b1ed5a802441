package io.inkstream.ops.explore;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers that an exported generator takes for each character, and generators that know further characters by them.
 *
 * <p>A generator's input is the index of a class, and between two indices there is nothing. But the first thing it does is
 * to look up the class's embedding, and between two embeddings there are others: a generator with these behind its own draws
 * them as it draws its classes, on the runtime that serves it. Immutable.
 */
public final class ClassEmbeddings {
    private final ModelProto model;
    private final int table;
    private final float[][] rows;

    private ClassEmbeddings(ModelProto model, int table, float[][] rows) {
        this.model = model;
        this.table = table;
        this.rows = rows;
    }

    /**
     * Reads them.
     *
     * @param generatorOnnx the file, as the trainer exports it
     * @throws IllegalArgumentException if it is no such file
     */
    public static ClassEmbeddings of(byte[] generatorOnnx) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(generatorOnnx);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the generator is not in ONNX format: " + e.getMessage(), e);
        }
        List<Integer> tables = tables(model.getGraph());
        if (tables.size() != 1) {
            throw new IllegalArgumentException(
                    "the generator has another architecture than this trainer's: it looks up " + tables.size()
                            + " tables of embeddings, where 1 is expected");
        }
        TensorProto tensor = model.getGraph().getInitializer(tables.get(0));
        long classes = tensor.getDims(0);
        long width = tensor.getDims(1);
        int numbers = tensor.getRawData().size() / Float.BYTES;
        if (Math.min(classes, width) < 1 || classes > numbers || classes * width != numbers) {
            throw new IllegalArgumentException(
                    "the generator's embeddings are " + numbers + " numbers, not " + classes + " x " + width);
        }
        float[][] rows = new float[(int) classes][(int) width];
        ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = bytes.getFloat();
            }
        }
        return new ClassEmbeddings(model, tables.get(0), rows);
    }

    /** Places among the initializers of matrices that are looked up. */
    private static List<Integer> tables(GraphProto graph) {
        List<Integer> tables = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            for (int i = 0; node.getOpType().equals("Gather") && i < graph.getInitializerCount(); i++) {
                TensorProto tensor = graph.getInitializer(i);
                if (tensor.getName().equals(node.getInput(0)) && tensor.getDimsCount() == 2) {
                    tables.add(i);
                }
            }
        }
        return tables;
    }

    /** Returns how many classes the generator has. */
    public int classes() {
        return rows.length;
    }

    /** Returns the embedding of a class. */
    public float[] of(int classIndex) {
        return rows[classIndex].clone();
    }

    /**
     * Returns the generator with more classes: class {@link #classes()} is drawn by the first of the embeddings, and so on. Its
     * own are drawn as before.
     *
     * @throws IllegalArgumentException if one has another number of numbers
     */
    public byte[] with(List<float[]> more) {
        int width = rows[0].length;
        TensorProto own = model.getGraph().getInitializer(table);
        ByteBuffer bytes =
                ByteBuffer.allocate(more.size() * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] embedding : more) {
            if (embedding.length != width) {
                throw new IllegalArgumentException(
                        "an embedding of this generator has " + width + " numbers, not " + embedding.length);
            }
            for (float value : embedding) {
                bytes.putFloat(value);
            }
        }
        ModelProto.Builder longer = model.toBuilder();
        longer.getGraphBuilder()
                .setInitializer(
                        table,
                        own.toBuilder()
                                .setDims(0, rows.length + more.size())
                                .setRawData(own.getRawData().concat(ByteString.copyFrom(bytes.array()))));
        return longer.build().toByteArray();
    }
}
