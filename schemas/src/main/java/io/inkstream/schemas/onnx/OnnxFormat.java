package io.inkstream.schemas.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads and writes tensors and attributes of ONNX files; of whole files that are valid, or become so.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto, whose numbers these are</a>
 */
public final class OnnxFormat {
    /** What a tensor is made of. */
    public static final int FLOAT = 1;

    public static final int UINT8 = 2;
    public static final int INT8 = 3;
    public static final int INT32 = 6;
    public static final int INT64 = 7;

    private static final int INTEGER_ATTRIBUTE = 2;
    private static final int TEXT_ATTRIBUTE = 3;
    private static final int INTEGERS_ATTRIBUTE = 7;

    private OnnxFormat() {}

    /** What a tensor of floats holds. */
    public static float[] floats(TensorProto tensor) {
        if (tensor.getRawData().isEmpty()) {
            float[] floats = new float[tensor.getFloatDataCount()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = tensor.getFloatData(i);
            }
            return floats;
        }
        float[] floats = new float[tensor.getRawData().size() / Float.BYTES];
        littleEndian(tensor).asFloatBuffer().get(floats);
        return floats;
    }

    /** What a tensor of 64-bit integers holds. */
    public static long[] integers(TensorProto tensor) {
        if (tensor.getRawData().isEmpty()) {
            return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        long[] integers = new long[tensor.getRawData().size() / Long.BYTES];
        littleEndian(tensor).asLongBuffer().get(integers);
        return integers;
    }

    /** A tensor of floats. */
    public static TensorProto tensor(String name, float[] values, long... shape) {
        ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return tensor(name, FLOAT, bytes, shape);
    }

    /**
     * A tensor of any type.
     *
     * @param values as {@link #littleEndian(int)}, all of the buffer
     */
    public static TensorProto tensor(String name, int type, ByteBuffer values, long... shape) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type)
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(values.array()))
                .build();
    }

    /** A list of 64-bit integers, such as a shape. */
    public static TensorProto integers(String name, long... values) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(INT64)
                .addDims(values.length)
                .addAllInt64Data(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** Room for values of a tensor. */
    public static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An attribute of one integer. */
    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(INTEGER_ATTRIBUTE)
                .setI(value)
                .build();
    }

    /** An attribute of some integers. */
    public static AttributeProto attribute(String name, long[] values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(INTEGERS_ATTRIBUTE)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    /** An attribute of text. */
    public static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(TEXT_ATTRIBUTE)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    private static ByteBuffer littleEndian(TensorProto tensor) {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
