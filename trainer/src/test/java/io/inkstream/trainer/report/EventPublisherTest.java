package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.PlainAvro;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventPublisherTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private final Topic<String, TrainingEvent> topic = PlainAvro.topic("training-runs", TrainingEvent.class);

    private static class Broker extends MockProducer<byte[], byte[]> {
        Broker() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }
    }

    /** Does not answer until it is let go. */
    private static final class SilentBroker extends Broker {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            asked.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            return super.send(record);
        }
    }

    /** Refuses the first event. */
    private static final class LateBroker extends Broker {
        private boolean refused;

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            if (!refused) {
                refused = true;
                throw new TimeoutException("no broker");
            }
            return super.send(record);
        }
    }

    private List<Long> stepsAt(Broker broker) {
        return broker.history().stream()
                .map(record -> topic.value()
                        .deserializer()
                        .deserialize(topic.name(), record.value())
                        .getStep())
                .toList();
    }

    @Test
    void eventsArriveInOrderUnderTheirRun() {
        Broker broker = new Broker();
        try (EventPublisher publisher = new EventPublisher(broker, topic, "run-7", 8)) {
            publisher.on(Events.drift(1, .5));
            publisher.on(Events.drift(2, .5));
        }

        assertThat(stepsAt(broker)).containsExactly(1L, 2L);
        assertThat(broker.history())
                .allSatisfy(record -> assertThat(record.key()).asString().isEqualTo("run-7"));
        assertThat(broker.closed()).isTrue();
    }

    @Test
    void aBrokerThatIsSilentHoldsNothingUpAndTheNewestEventsWait() throws InterruptedException {
        SilentBroker broker = new SilentBroker();
        EventPublisher publisher = new EventPublisher(broker, topic, "run-7", 4);
        publisher.on(Events.drift(0, .5));
        assertThat(broker.asked.await(20, TimeUnit.SECONDS)).isTrue();
        for (int step = 1; step <= 1000; step++) {
            publisher.on(Events.drift(step, .5));
        }
        broker.released.countDown();
        publisher.close();

        assertThat(stepsAt(broker)).containsExactly(0L, 997L, 998L, 999L, 1000L);
        assertThat(publisher.lost()).isEqualTo(996);
    }

    @Test
    void closingGivesUpOnABrokerThatStaysSilent() {
        SilentBroker broker = new SilentBroker();
        EventPublisher publisher = new EventPublisher(broker, topic, "run-7", 4, SOON);
        publisher.on(Events.drift(1, .5));
        publisher.close();

        assertThat(broker.history()).isEmpty();
        assertThat(broker.closed()).isTrue();
    }

    @Test
    void eventsGoOnAfterTheBrokerIsBack() {
        LateBroker broker = new LateBroker();
        EventPublisher publisher = new EventPublisher(broker, topic, "run-7", 8);
        publisher.on(Events.drift(1, .5));
        publisher.on(Events.drift(2, .5));
        publisher.close();

        assertThat(stepsAt(broker)).containsExactly(2L);
        assertThat(publisher.lost()).isEqualTo(1);
    }
}
