package io.inkstream.ops.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TextDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** By a clock that only pauses move. */
class PacedWriterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final TextDocument TEXT =
            TextDocument.newBuilder().setText("Hello").build();

    private final List<Long> sentAt = new ArrayList<>();
    private final List<Runnable> accepting = new ArrayList<>();
    private final List<Consumer<Exception>> failing = new ArrayList<>();
    private long now = 5 * SECOND;
    private boolean isStopped;

    private PacedWriter writer(double perSecond) {
        return new PacedWriter(
                (document, text, accepted, failed) -> {
                    sentAt.add(now);
                    accepting.add(accepted);
                    failing.add(failed);
                },
                perSecond,
                () -> now,
                nanos -> now += nanos,
                () -> isStopped);
    }

    @Test
    void documentsLeaveInEqualSteps() {
        PacedWriter writer = writer(4);
        for (int i = 0; i < 5; i++) {
            assertThat(writer.write("d-" + i, TEXT)).isTrue();
        }

        assertThat(sentAt)
                .containsExactly(
                        5 * SECOND,
                        5 * SECOND + SECOND / 4,
                        5 * SECOND + SECOND / 2,
                        5 * SECOND + 3 * SECOND / 4,
                        6 * SECOND);
    }

    @Test
    void whatALittlePauseCostsIsMadeUpAndAfterALongOneThereIsNoFlood() {
        PacedWriter writer = writer(10);
        writer.write("first", TEXT);
        now += SECOND / 2; // somebody wrote a sentence slowly
        for (int i = 0; i < 6; i++) {
            writer.write("made up " + i, TEXT);
        }
        assertThat(sentAt.get(5)).isEqualTo(sentAt.get(1));
        assertThat(sentAt.get(6)).isEqualTo(sentAt.get(0) + 6 * SECOND / 10);

        now += 100 * SECOND;
        sentAt.clear();
        for (int i = 0; i < 20; i++) {
            writer.write("late " + i, TEXT);
        }
        long atOnce = sentAt.stream().filter(at -> at.equals(sentAt.get(0))).count();
        assertThat(atOnce).as("those of one second").isBetween(10L, 11L);
    }

    @Test
    void withoutARateNothingWaits() {
        PacedWriter writer = writer(Double.POSITIVE_INFINITY);
        writer.write("a", TEXT);
        writer.write("b", TEXT);

        assertThat(sentAt).containsExactly(5 * SECOND, 5 * SECOND);
        assertThatThrownBy(() -> writer(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoStopsItIsHeardWhileItWaits() {
        PacedWriter writer = new PacedWriter(
                (document, text, accepted, failed) -> sentAt.add(now),
                .001,
                () -> now,
                nanos -> {
                    now += nanos;
                    isStopped = now > 6 * SECOND;
                },
                () -> isStopped);
        assertThat(writer.write("a", TEXT)).isTrue();
        assertThat(writer.write("b", TEXT)).isFalse();

        assertThat(now).as("long before its turn").isLessThan(7 * SECOND);
        assertThat(sentAt).hasSize(1);
        assertThat(writer.goesOn()).isFalse();
    }

    @Test
    void whatTheBrokersHaveIsCountedAndTheFirstRefusalEndsIt() {
        PacedWriter writer = writer(1000);
        writer.write("a", TEXT);
        writer.write("b", TEXT);
        writer.write("c", TEXT);
        accepting.get(0).run();
        failing.get(1).accept(new KafkaException("the disk is full"));
        failing.get(2).accept(new KafkaException("and so is this one"));

        assertThat(writer.write("d", TEXT)).isFalse();
        assertThat(writer.sent()).isEqualTo(3);
        assertThat(writer.acknowledged()).isEqualTo(1);
        assertThat(writer.failure()).hasValue("document b: the disk is full");
    }
}
