package io.inkstream.trainer.report;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.inkstream.schemas.avro.TrainingEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * Writes event files that TensorBoard shows: every figure as a scalar {@code stage/figure}, every sample grid as an image.
 * Recognisers and generator count their steps apart, and so are two of TensorBoard's runs, a folder each. Each start writes
 * files of its own; the generator's takes back what earlier ones say of steps after its checkpoint. For one thread.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord framing</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.15.0/tensorflow/core/util/event.proto">Event</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.15.0/tensorflow/core/framework/summary.proto">Summary</a>
 */
public final class TensorBoardLog implements TrainingListener {
    private static final int CRC_MASK_DELTA = 0xa282ead8;
    private static final int GREYSCALE = 1;
    private static final int SESSION_START = 1;

    private static final String RECOGNISER = "recogniser";

    private final EventFile recogniser;
    private final EventFile generator;

    private TensorBoardLog(EventFile recogniser, EventFile generator) {
        this.recogniser = recogniser;
        this.generator = generator;
    }

    /**
     * Starts files in a folder, which TensorBoard is pointed at.
     *
     * @param step steps of the generator's checkpoint that the run goes on from; 0 for a new run
     * @throws IOException if the folder or a file cannot be written
     */
    public static TensorBoardLog start(Path folder, long step, Instant now) throws IOException {
        EventFile recogniser = EventFile.create(folder.resolve(RECOGNISER), now);
        EventFile generator = EventFile.create(folder.resolve("generator"), now);
        if (step > 0) {
            // TensorBoard drops what it knows of this step and later ones when a session starts at it.
            generator.write(message(out -> {
                out.writeDouble(1, seconds(now));
                out.writeInt64(2, step + 1);
                out.writeByteArray(7, message(session -> session.writeEnum(1, SESSION_START)));
            }));
        }
        return new TensorBoardLog(recogniser, generator);
    }

    @Override
    public void on(TrainingEvent event) {
        byte[] summary = message(out -> {
            for (var figure : Steps.measured(event).entrySet()) {
                out.writeByteArray(1, message(value -> {
                    value.writeString(1, event.getStage() + "/" + figure.getKey());
                    value.writeFloat(2, figure.getValue().floatValue());
                }));
            }
            if (event.getSampleGridPng() != null) {
                out.writeByteArray(1, image("samples", event.getSampleGridPng().duplicate()));
            }
        });
        if (summary.length == 0) {
            return;
        }
        EventFile file = event.getStage().equals(RECOGNISER) ? recogniser : generator;
        try {
            file.write(message(out -> {
                out.writeDouble(1, seconds(event.getAt()));
                out.writeInt64(2, Steps.done(event));
                out.writeByteArray(5, summary);
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "event of step " + event.getStep() + " cannot be written to " + file.path, e);
        }
    }

    @Override
    public void close() {
        recogniser.close();
        generator.close();
    }

    private static byte[] image(String tag, ByteBuffer png) {
        // A PNG begins with 8 bytes of signature and the header chunk: length, "IHDR", width, height.
        int width = png.getInt(png.position() + 16);
        int height = png.getInt(png.position() + 20);
        return message(value -> {
            value.writeString(1, tag);
            value.writeByteArray(4, message(image -> {
                image.writeInt32(1, height);
                image.writeInt32(2, width);
                image.writeInt32(3, GREYSCALE);
                image.writeBytes(4, ByteString.copyFrom(png));
            }));
        });
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    /** Writes the fields of one protobuf message. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new AssertionError("memory takes every byte", e);
        }
        return bytes.toByteArray();
    }

    /** One file of records in TFRecord's frames. */
    private static final class EventFile {
        private final Path path;
        private final FileChannel channel;

        private EventFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        static EventFile create(Path folder, Instant now) throws IOException {
            Files.createDirectories(folder);
            EventFile file = open(folder, now);
            file.write(message(out -> {
                out.writeDouble(1, seconds(now));
                out.writeString(3, "brain.Event:2");
            }));
            return file;
        }

        private static EventFile open(Path folder, Instant now) throws IOException {
            for (int attempt = 0; ; attempt++) {
                // TensorBoard takes any name with "tfevents" in it, and reads files in the order of their names.
                Path path =
                        folder.resolve(String.format("events.out.tfevents.%010d.%03d", now.getEpochSecond(), attempt));
                try {
                    return new EventFile(
                            path, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
                } catch (FileAlreadyExistsException e) {
                    if (attempt == 999) {
                        throw e;
                    }
                }
            }
        }

        void write(byte[] record) throws IOException {
            ByteBuffer framed = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
            framed.putLong(record.length);
            framed.putInt(maskedCrc(framed.array(), 0, 8));
            framed.put(record);
            framed.putInt(maskedCrc(framed.array(), 12, record.length));
            framed.flip();
            while (framed.hasRemaining()) {
                channel.write(framed);
            }
        }

        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(path + " cannot be closed", e);
            }
        }

        private static int maskedCrc(byte[] bytes, int from, int length) {
            CRC32C crc = new CRC32C();
            crc.update(bytes, from, length);
            return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK_DELTA;
        }
    }
}
