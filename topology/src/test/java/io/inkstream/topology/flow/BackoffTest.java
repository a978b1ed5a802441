package io.inkstream.topology.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void theWaitDoublesUpToItsBound() {
        Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), () -> 1.0);

        assertThat(IntStream.of(1, 2, 3, 5, 6, 1_000_000).mapToLong(backoff::millisAfter))
                .containsExactly(50L, 100L, 200L, 800L, 1_000L, 1_000L);
    }

    @Test
    void theWaitIsSpreadOverItsUpperHalf() {
        assertThat(new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), () -> 0.0).millisAfter(2))
                .isEqualTo(50);
    }

    @Test
    void thereIsAlwaysAWait() {
        assertThat(new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0.0).millisAfter(1))
                .isEqualTo(1);
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), () -> 0.0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), () -> 0.0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
