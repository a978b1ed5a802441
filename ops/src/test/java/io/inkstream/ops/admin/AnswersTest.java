package io.inkstream.ops.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class AnswersTest {
    @Test
    void aRefusalIsNoAnswerAndSilenceIsNoRefusal() {
        KafkaFutureImpl<String> refused = new KafkaFutureImpl<>();
        refused.completeExceptionally(new ClusterAuthorizationException("not yours"));
        KafkaFutureImpl<String> late = new KafkaFutureImpl<>();
        late.completeExceptionally(new TimeoutException("no broker"));

        assertThat(Answers.ifAny(refused, Duration.ofSeconds(1))).isEmpty();
        assertThatThrownBy(() -> Answers.ifAny(late, Duration.ofSeconds(1))).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> Answers.ifAny(new KafkaFutureImpl<String>(), Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class);
    }
}
