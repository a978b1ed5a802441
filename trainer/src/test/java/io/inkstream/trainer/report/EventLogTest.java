package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("run/events.avro");
    }

    private void write(long from, TrainingEvent... events) throws IOException {
        try (EventLog log = EventLog.open(file, from)) {
            List.of(events).forEach(log::on);
        }
    }

    private List<Long> steps() throws IOException {
        return EventLog.read(file).stream().map(TrainingEvent::getStep).toList();
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        TrainingEvent samples = Events.samples(20, 3, 2);
        write(0, Events.drift(10, .5), samples);

        assertThat(EventLog.read(file)).containsExactly(Events.drift(10, .5), samples);
    }

    @Test
    void anEventCanBeReadWhileTheRunGoesOn() throws IOException {
        try (EventLog log = EventLog.open(file, 0)) {
            log.on(Events.drift(10, .5));

            assertThat(steps()).containsExactly(10L);
        }
    }

    @Test
    void resumingForgetsWhatHappenedAfterTheCheckpoint() throws IOException {
        write(0, Events.drift(10, .5), Events.drift(20, .4), Events.drift(30, .3), Events.drift(40, .2));

        write(20, Events.drift(30, .35));

        assertThat(EventLog.read(file))
                .containsExactly(Events.drift(10, .5), Events.drift(20, .4), Events.drift(30, .35));
    }

    @Test
    void aNewRunInTheSamePlaceBeginsAnew() throws IOException {
        write(0, Events.drift(10, .5));
        write(0, Events.drift(7, .5));

        assertThat(steps()).containsExactly(7L);
    }

    @Test
    void whereverAKillTearsTheFileTheWholeEventsStayAndWritingGoesOn() throws IOException {
        write(0, Events.drift(10, .5));
        int whole = (int) Files.size(file);
        write(10, Events.drift(20, .4));
        byte[] bytes = Files.readAllBytes(file);
        for (int length = whole; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));

            assertThat(steps()).as("torn at byte %d", length).containsExactly(10L);
            write(20, Events.drift(30, .3));
            assertThat(steps()).as("torn at byte %d, then resumed", length).containsExactly(10L, 30L);
        }
    }

    @Test
    void whatIsNoEventLogIsKeptAsideAndNotOverwritten() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "something else");

        write(0, Events.drift(10, .5));

        assertThat(steps()).containsExactly(10L);
        assertThat(folder.resolve("run/events.avro.unreadable")).hasContent("something else");
    }

    @Test
    void readingWhatIsNoEventLogFails() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "something else");

        assertThatThrownBy(() -> EventLog.read(file)).isInstanceOf(IOException.class);
    }
}
