package io.inkstream.ops.admin;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Waits for what an admin client was asked, for a bounded time. */
public final class Answers {
    private Answers() {}

    /**
     * The answer.
     *
     * @throws KafkaException as the brokers say, or {@link TimeoutException} if they say nothing in time
     */
    public static <T> T of(KafkaFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("the brokers gave no answer within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * The answer; nothing where the brokers refuse it, for want of a right or of the thing that was asked for.
     *
     * @throws TimeoutException if they say nothing in time: that is no refusal
     */
    public static <T> Optional<T> ifAny(KafkaFuture<T> future, Duration limit) {
        try {
            return Optional.of(of(future, limit));
        } catch (TimeoutException | InterruptException e) {
            throw e;
        } catch (ApiException e) {
            return Optional.empty();
        }
    }
}
