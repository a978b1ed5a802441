package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the events of a run in a file beside its checkpoints, so that after a crash the file tells the story of the run
 * that was resumed, and no other.
 *
 * <p>The file is an Avro object container, one block for each event: an event is there whole or not at all. For one
 * thread.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#object-container-files">the file format</a>
 */
public final class EventLog implements TrainingListener {
    /** What the log is called in the folder of a training. */
    public static final String FILE_NAME = "events.avro";

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    private final Path file;
    /** Null after a failure, until the next event. */
    private DataFileWriter<TrainingEvent> writer;

    private EventLog(Path file, DataFileWriter<TrainingEvent> writer) {
        this.file = file;
        this.writer = writer;
    }

    /**
     * Opens the log of a run whose generator stands at {@code step}: what follows it, which a crash left without a
     * checkpoint, is cut off, and so is a half-written event. What cannot be read at all is moved aside, with a warning, not
     * overwritten.
     *
     * @param step steps of the generator's checkpoint that the run goes on from; 0 for a new run
     * @throws IOException if the file or its folder cannot be written
     */
    public static EventLog open(Path file, long step) throws IOException {
        return new EventLog(file, writer(file, step));
    }

    private static DataFileWriter<TrainingEvent> writer(Path file, long step) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        DataFileWriter<TrainingEvent> writer = new DataFileWriter<>(new SpecificDatumWriter<>(TrainingEvent.class));
        if (Files.exists(file)) {
            try {
                long end = endOf(file, step);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(end);
                }
                return writer.appendTo(file.toFile());
            } catch (IOException | AvroRuntimeException e) {
                Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
                LOG.warn("The events in {} cannot be read ({}); they are kept as {}.", file, e.toString(), aside);
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return writer.create(TrainingEvent.getClassSchema(), file.toFile());
    }

    @Override
    public void on(TrainingEvent event) {
        try {
            if (writer == null) {
                writer = writer(file, Long.MAX_VALUE);
            }
            writer.append(event);
            writer.flush();
        } catch (IOException e) {
            abandon();
            throw new UncheckedIOException("event of step " + event.getStep() + " cannot be written to " + file, e);
        }
    }

    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be closed", e);
        }
    }

    /** What stands half-written at the end of the file must go before the next event: it would hide all that follows. */
    private void abandon() {
        DataFileWriter<TrainingEvent> failed = writer;
        writer = null;
        if (failed != null) {
            try {
                failed.close();
            } catch (IOException e) {
                LOG.debug("closing after a failure", e);
            }
        }
    }

    /**
     * Returns the events of a log in their order; a half-written last one, of a run that is writing or was killed, is left
     * out.
     *
     * @throws IOException if the file is missing or is no event log
     */
    public static List<TrainingEvent> read(Path file) throws IOException {
        List<TrainingEvent> events = new ArrayList<>();
        walk(file, events::add);
        return events;
    }

    /** Returns the position behind the last whole event before the generator went beyond {@code step}. */
    private static long endOf(Path file, long step) throws IOException {
        return walk(file, event -> event.getStep() <= step);
    }

    /** Is shown the events of a log, and says whether to go on. */
    private interface Visitor {
        boolean take(TrainingEvent event);
    }

    /** Shows events until one is refused, and returns the position behind the last that was not. */
    private static long walk(Path file, Visitor visitor) throws IOException {
        try (DataFileReader<TrainingEvent> reader =
                new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(TrainingEvent.class))) {
            long end = reader.previousSync();
            try {
                while (reader.hasNext()) {
                    if (!visitor.take(reader.next())) {
                        return end;
                    }
                    end = reader.previousSync();
                }
            } catch (AvroRuntimeException e) {
                LOG.warn("Events in {} are whole up to byte {} only ({}).", file, end, e.toString());
            }
            return end;
        }
    }
}
