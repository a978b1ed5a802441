package io.inkstream.topology.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PollGateTest {
    private static final TopicPartition A = new TopicPartition("texts", 0);
    private static final TopicPartition B = new TopicPartition("texts", 1);

    private final Throttle throttle = new Throttle();
    private final PollGate gate = new PollGate(throttle);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    PollGateTest() {
        consumer.assign(List.of(A, B));
    }

    @Test
    void aHeldPartitionIsShutForOnePoll() {
        throttle.hold(A);

        assertThat(gate.shut(consumer)).containsExactly(A);
        assertThat(gate.open(consumer)).containsExactly(A);

        throttle.release(A);
        assertThat(gate.shut(consumer)).isEmpty();
        assertThat(gate.open(consumer)).isEmpty();
    }

    @Test
    void whatStreamsHasPausedStaysPaused() {
        throttle.hold(A);
        gate.paused(Set.of(A));
        assertThat(gate.shut(consumer)).isEmpty();
        assertThat(gate.open(consumer)).isEmpty();

        gate.resumed(Set.of(A));
        gate.shut(consumer);
        gate.paused(Set.of(A)); // in a rebalance during the poll
        assertThat(gate.open(consumer)).isEmpty();
    }

    @Test
    void aPartitionThatWentAwayDuringThePollIsNotResumed() {
        throttle.hold(A);
        throttle.hold(B);
        gate.shut(consumer);
        consumer.assign(List.of(B));

        assertThat(gate.open(consumer)).containsExactly(B);
    }

    @Test
    void aPauseDoesNotOutliveTheAssignment() {
        throttle.hold(A);
        gate.paused(Set.of(A));
        consumer.assign(List.of(B));
        gate.open(consumer);
        consumer.assign(List.of(A, B));

        assertThat(gate.shut(consumer)).containsExactly(A);
    }
}
