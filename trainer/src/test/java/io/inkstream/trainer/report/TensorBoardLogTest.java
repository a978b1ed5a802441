package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.inkstream.schemas.avro.TrainingEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;

/** Reads the files with TensorFlow's own definition of a summary, which ND4J carries. */
class TensorBoardLogTest {
    @TempDir
    Path folder;

    private record Event(double wallTime, long step, String fileVersion, Summary summary, byte[] session) {}

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("generator"))) {
            return files.sorted().toList();
        }
    }

    private static List<Event> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            byte[] record = new byte[(int) bytes.getLong()];
            assertThat(bytes.getInt()).isEqualTo(maskedCrc(bytes.array(), start, 8));
            bytes.get(record);
            assertThat(bytes.getInt()).isEqualTo(maskedCrc(record, 0, record.length));
            events.add(event(record));
        }
        return events;
    }

    /** Bit by bit, as Castagnoli's polynomial is defined; then rotated and shifted as TFRecord says. */
    private static int maskedCrc(byte[] bytes, int from, int length) {
        int crc = -1;
        for (int i = from; i < from + length; i++) {
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Event event(byte[] record) throws IOException {
        double wallTime = 0;
        long step = 0;
        String version = "";
        byte[] summary = new byte[0];
        byte[] session = new byte[0];
        CodedInputStream in = CodedInputStream.newInstance(record);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> wallTime = in.readDouble();
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary = in.readByteArray();
                case 7 -> session = in.readByteArray();
                default -> throw new IOException("unexpected field in tag " + tag);
            }
        }
        return new Event(wallTime, step, version, Summary.parseFrom(summary), session);
    }

    private static void write(Path folder, long from, TrainingEvent... events) throws IOException {
        try (TensorBoardLog log = TensorBoardLog.start(folder, from, Events.START)) {
            List.of(events).forEach(log::on);
        }
    }

    @Test
    void aFileBeginsWithTheVersionOfTheFormat() throws IOException {
        write(folder, 0);

        assertThat(files()).singleElement().satisfies(file -> {
            assertThat(file.getFileName().toString()).contains("tfevents");
            assertThat(read(file)).extracting(Event::fileVersion).containsExactly("brain.Event:2");
        });
    }

    @Test
    void figuresAreScalarsOfTheirStage() throws IOException {
        write(folder, 0, Events.event(100, "evaluation", Map.of("frechet", 0.75, "accuracy", 0.5)));

        Event event = read(files().get(0)).get(1);
        assertThat(event.step()).isEqualTo(100);
        assertThat(event.wallTime()).isCloseTo(Events.START.getEpochSecond() + 100.0, within(1e-6));
        assertThat(event.summary().getValueList())
                .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("evaluation/accuracy", 0.5f),
                        org.assertj.core.groups.Tuple.tuple("evaluation/frechet", 0.75f));
    }

    @Test
    void sampleGridsAreImages() throws IOException {
        write(folder, 0, Events.samples(100, 30, 20));

        Summary.Value value = read(files().get(0)).get(1).summary().getValue(0);
        assertThat(value.getTag()).isEqualTo("samples");
        assertThat(value.getImage().getWidth()).isEqualTo(30);
        assertThat(value.getImage().getHeight()).isEqualTo(20);
        assertThat(value.getImage().getColorspace()).isEqualTo(1);
        assertThat(value.getImage().getEncodedImageString().toByteArray()).isEqualTo(Events.png(30, 20));
    }

    @Test
    void aResumedRunTakesBackLaterStepsInAFileOfItsOwn() throws IOException {
        write(folder, 0, Events.drift(100, .5), Events.drift(200, .4));
        write(folder, 100, Events.drift(200, .45));

        assertThat(files()).hasSize(2);
        List<Event> resumed = read(files().get(1));
        assertThat(resumed).extracting(Event::step).containsExactly(0L, 101L, 200L);
        assertThat(resumed.get(1).session()).as("SessionLog { status: START }").containsExactly(8, 1);
    }

    @Test
    void recognisersAreARunOfTheirOwn() throws IOException {
        write(folder, 100, Events.event(0, "recogniser", Map.of("reader_loss", 0.5, "recogniser_step", 3200.0)));

        assertThat(read(files().get(0))).extracting(Event::step).containsExactly(0L, 101L);
        try (Stream<Path> files = Files.list(folder.resolve("recogniser"))) {
            assertThat(read(files.findFirst().orElseThrow()))
                    .extracting(Event::step)
                    .containsExactly(0L, 3200L);
        }
    }

    @Test
    void anEventWithoutFiguresWritesNothing() throws IOException {
        write(folder, 0, Events.event(100, "drift", Map.of()));

        assertThat(read(files().get(0))).hasSize(1);
    }
}
