package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Avro's own decoder is the oracle: what it reads, ours reads likewise. */
class BoundedDecoderTest {
    private static final Schema INNER = SchemaBuilder.fixed("Two").size(2);
    private static final Schema ALL = SchemaBuilder.record("All")
            .fields()
            .requiredBoolean("flag")
            .requiredInt("whole")
            .requiredLong("big")
            .requiredFloat("single")
            .requiredDouble("twofold")
            .requiredString("text")
            .requiredBytes("raw")
            .name("two")
            .type(INNER)
            .noDefault()
            .name("many")
            .type(SchemaBuilder.array().items().stringType())
            .noDefault()
            .name("named")
            .type(SchemaBuilder.map().values().longType())
            .noDefault()
            .optionalString("maybe")
            .endRecord();
    /** Of all fields only the last, so that the others are skipped. */
    private static final Schema LAST =
            SchemaBuilder.record("All").fields().optionalString("maybe").endRecord();

    @Property
    void whatAvroWritesIsReadAsAvroReadsIt(
            @ForAll boolean flag,
            @ForAll int whole,
            @ForAll long big,
            @ForAll double twofold,
            @ForAll String text,
            @ForAll byte[] raw,
            @ForAll List<String> many,
            @ForAll Map<String, Long> named,
            @ForAll boolean blocks)
            throws IOException {
        GenericRecord record = new GenericData.Record(ALL);
        record.put("flag", flag);
        record.put("whole", whole);
        record.put("big", big);
        record.put("single", (float) twofold);
        record.put("twofold", twofold);
        record.put("text", text);
        record.put("raw", ByteBuffer.wrap(raw));
        record.put("two", new GenericData.Fixed(INNER, new byte[] {1, 2}));
        record.put("many", many);
        record.put("named", named);
        record.put("maybe", flag ? text : null);
        byte[] bytes = encode(record, blocks);

        for (Schema reader : List.of(ALL, LAST)) {
            BoundedDecoder decoder = new BoundedDecoder(bytes, 0);
            Object ours = new GenericDatumReader<>(ALL, reader).read(null, decoder);
            Object avros = new GenericDatumReader<>(ALL, reader)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
            assertThat(ours).isEqualTo(avros);
            assertThat(decoder.remaining()).isZero();
        }
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrRefusedWithoutMuchMemory(@ForAll byte[] bytes) {
        for (Schema reader : List.of(ALL, LAST)) {
            try {
                assertThat(new GenericDatumReader<>(ALL, reader).read(null, new BoundedDecoder(bytes, 0)))
                        .isNotNull();
            } catch (IOException | RuntimeException e) {
                assertThat(e).isNotInstanceOf(NullPointerException.class);
            }
        }
    }

    @Example
    void lengthsThatTheBytesCannotHoldAreRefusedBeforeAnythingIsAllocated() throws IOException {
        byte[] twoGigabytes = varint(Integer.MAX_VALUE - 8L);

        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readString())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readString(null))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readBytes(null))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readArrayStart())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).readMapStart())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(twoGigabytes, 0).skipArray())
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(varint(-1), 0).skipString()).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> new BoundedDecoder(varint(Long.MIN_VALUE), 0).readMapStart())
                .isInstanceOf(EOFException.class);
    }

    @Example
    void valuesThatNoEncoderWritesAreRefused() {
        assertThatThrownBy(() -> new BoundedDecoder(new byte[] {2}, 0).readBoolean())
                .isInstanceOf(AvroTypeException.class);
        assertThatThrownBy(() -> new BoundedDecoder(varint(1L << 31), 0).readInt())
                .isInstanceOf(AvroTypeException.class);
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) -1);
        assertThatThrownBy(() -> new BoundedDecoder(endless, 0).readLong()).isInstanceOf(AvroTypeException.class);
    }

    private static byte[] encode(GenericRecord record, boolean blocks) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EncoderFactory factory = new EncoderFactory().configureBlockSize(64);
        BinaryEncoder encoder =
                blocks ? factory.blockingBinaryEncoder(bytes, null) : factory.binaryEncoder(bytes, null);
        new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static byte[] varint(long value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        encoder.writeLong(value);
        encoder.flush();
        return bytes.toByteArray();
    }
}
