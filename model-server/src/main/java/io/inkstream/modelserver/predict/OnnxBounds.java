package io.inkstream.modelserver.predict;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.TensorProto;
import java.io.IOException;

/**
 * Walks through an ONNX file and makes nothing of it, to find out how much would be made: two bytes of a file may become
 * an object of a hundred.
 */
final class OnnxBounds {
    /** Nodes, attributes, tensors and what describes shapes; the shipped networks have some hundreds. */
    private static final int MAX_MESSAGES = 50_000;
    /** Everything else but weights: names, numbers of an attribute, what is unknown. */
    private static final int MAX_FIELDS = 500_000;

    private int messages;
    private int fields;

    private OnnxBounds() {}

    /**
     * Fails if parsing the file would take memory out of all proportion.
     *
     * @throws InvalidProtocolBufferException if it is no protobuf, or too much
     */
    static void check(byte[] onnx) throws InvalidProtocolBufferException {
        try {
            new OnnxBounds().walk(CodedInputStream.newInstance(onnx), ModelProto.getDescriptor());
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private void walk(CodedInputStream in, Descriptor type) throws IOException {
        count(++messages <= MAX_MESSAGES, MAX_MESSAGES + " messages");
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            boolean isDelimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (field != null && isDelimited && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                int limit = in.pushLimit(in.readRawVarint32());
                walk(in, field.getMessageType());
                in.popLimit(limit);
            } else if (isWeights(type, field)) {
                in.skipField(tag);
            } else if (isDelimited && (field == null || field.isPackable())) {
                int before = in.getTotalBytesRead();
                in.skipField(tag);
                add(in.getTotalBytesRead() - before); // each byte may be a number
            } else {
                in.skipField(tag);
                add(1);
            }
        }
        in.checkLastTagWas(0);
    }

    /** Four bytes of a file that stay four bytes. */
    private static boolean isWeights(Descriptor type, FieldDescriptor field) {
        return field != null
                && type == TensorProto.getDescriptor()
                && field.getNumber() == TensorProto.FLOAT_DATA_FIELD_NUMBER;
    }

    private void add(int more) throws InvalidProtocolBufferException {
        fields += more;
        count(fields <= MAX_FIELDS && fields >= 0, MAX_FIELDS + " names and numbers beside its weights");
    }

    private static void count(boolean isWithin, String bound) throws InvalidProtocolBufferException {
        if (!isWithin) {
            throw new InvalidProtocolBufferException("it has more than " + bound);
        }
    }
}
